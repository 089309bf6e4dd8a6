import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/base/config.ts';
import { MAX_ACCOUNTS_PER_PROXY } from '../../../src/domain/proxies/proxy.ts';

const NO_FILE = '/nowhere/.env';
const problems = (env: NodeJS.ProcessEnv) => {
  try {
    loadConfig(env, NO_FILE);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};

test('nothing at all is a sandbox', () => {
  const config = loadConfig({}, NO_FILE);
  expect([config.sandboxPort, config.databaseUrl, config.accountsPerProxy]).toEqual([8081, undefined, 3]);
  expect(config.currency).toBe('USD');
});

test('one error lists all that is wrong', () => {
  const message = problems({
    ACCOUNTS_PER_PROXY: String(MAX_ACCOUNTS_PER_PROXY + 1),
    LOG_LEVEL: 'loud',
    ADMIN_ROLE_IDS: '12',
    ENCRYPTION_KEY: 'short',
    SANDBOX_PORT: 'x',
  });
  for (const name of ['ACCOUNTS_PER_PROXY', 'LOG_LEVEL', 'ADMIN_ROLE_IDS', 'ENCRYPTION_KEY', 'SANDBOX_PORT'])
    expect(message).toContain(name);
  expect(message).not.toContain('short');
});

test('the unit of costs is a code of ISO 4217, in any case', () => {
  expect(loadConfig({ CURRENCY: 'eur' }, NO_FILE).currency).toBe('EUR');
  for (const CURRENCY of ['euro', '€', 'XYZ']) expect(problems({ CURRENCY })).toContain('CURRENCY must be an ISO 4217');
});

test('with a token the server, the channel and, beside a database, the key are asked for', () => {
  expect(problems({ DISCORD_TOKEN: 'x' })).toMatch(/DISCORD_GUILD_ID[\s\S]*OPS_CHANNEL_ID/);
  expect(problems({ DISCORD_TOKEN: 'x', DATABASE_URL: 'postgres://localhost/a' })).toContain('ENCRYPTION_KEY');
});

test('a bot token is read without what was copied with it, and is never repeated', () => {
  const ids = { DISCORD_GUILD_ID: '1'.repeat(18), OPS_CHANNEL_ID: '2'.repeat(18) };
  const copies = ['abc.def-ghi_1\n', ' abc.def-ghi_1\r\n', '\u200babc.def\u200d-ghi_1\ufeff', '"abc.def-ghi_1"'];
  for (const copy of [...copies, 'Bot abc.def-ghi_1', '\u00a0bot  abc.def-\nghi_1']) {
    expect(loadConfig({ DISCORD_TOKEN: copy, ...ids }, NO_FILE).discord.token).toBe('abc.def-ghi_1');
  }
  const message = problems({ DISCORD_TOKEN: 'schlüssel', ...ids });
  expect(message).toContain('DISCORD_TOKEN contains characters that are not part of a bot token');
  expect(message).not.toContain('schlüssel');
  expect(problems({ DISCORD_TOKEN: '\u200b', ...ids })).toContain('DISCORD_TOKEN');
  expect(problems({ DISCORD_TOKEN: 'the token of step 3', ...ids })).toContain(
    'DISCORD_TOKEN must be the token itself',
  );
});

test('a setting with several wrong values is named once', () => {
  expect(problems({ VIEWER_ROLE_IDS: 'a role ID' }).match(/VIEWER_ROLE_IDS/g)).toHaveLength(1);
});

test('a forgotten token beside a database opens nothing', () => {
  expect(problems({ DATABASE_URL: 'postgres://localhost/a' })).toContain('SANDBOX=1');
  expect(loadConfig({ DATABASE_URL: 'postgres://localhost/a', SANDBOX: '1' }, NO_FILE).databaseUrl).toBeUndefined();
});

test('the environment wins over .env, and an empty value is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-config-'));
  const file = join(folder, '.env');
  writeFileSync(file, 'ACCOUNTS_PER_PROXY=2\nMODEL_COOLDOWN_DAYS=3\nLOG_LEVEL=\n');
  const config = loadConfig({ MODEL_COOLDOWN_DAYS: '5' }, file);
  rmSync(folder, { recursive: true });
  expect([config.accountsPerProxy, config.modelCooldownDays, config.logLevel]).toEqual([2, 5, 'info']);
});

test('durations have units, and a bare number is seconds', () => {
  const { checks } = loadConfig({ CHECK_INTERVAL: '90', CHECK_TIMEOUT: '2500ms' }, NO_FILE);
  expect([checks.intervalMs, checks.timeoutMs]).toEqual([90_000, 2_500]);
  expect(loadConfig({ CHECK_INTERVAL: '0' }, NO_FILE).checks.intervalMs).toBe(0);
  expect(problems({ CHECK_INTERVAL: 'soon', CHECK_TIMEOUT: '0' })).toMatch(/CHECK_INTERVAL[\s\S]*CHECK_TIMEOUT/);
});

test('targets of checks are https addresses that say what they answer', () => {
  const { checks } = loadConfig({ CHECK_URLS: 'https://a.example/ip, https://b.example/#json=address' }, NO_FILE);
  expect(checks.targets.map((target) => [target.url.host, target.expect.kind])).toEqual([
    ['a.example', 'ip'],
    ['b.example', 'json'],
  ]);
  expect(problems({ CHECK_URLS: 'http://a.example', CHECK_CA_FILE: '/nowhere/ca.pem' })).toMatch(
    /CHECK_URLS[\s\S]*CHECK_CA_FILE/,
  );
  expect(loadConfig({}, NO_FILE).checks.targets).toHaveLength(2);
});

test('the API listens only on this machine by default, and always in the sandbox', () => {
  expect(loadConfig({}, NO_FILE).http).toEqual({ host: '127.0.0.1', port: 8080, apiToken: undefined });
  const given = { HTTP_HOST: '0.0.0.0', HTTP_PORT: '9000', API_TOKEN: 'abcdefghijklmnop'.repeat(2) };
  expect(loadConfig(given, NO_FILE).http.host).toBe('127.0.0.1');
  const bot = { DISCORD_TOKEN: 'x', DISCORD_GUILD_ID: '1'.repeat(18), OPS_CHANNEL_ID: '2'.repeat(18) };
  expect(loadConfig({ ...given, ...bot }, NO_FILE).http).toEqual({
    host: '0.0.0.0',
    port: 9000,
    apiToken: 'abcdefghijklmnop'.repeat(2),
  });
});

test('an API token that could be guessed or not be sent is refused, and not repeated', () => {
  expect(problems({ API_TOKEN: 'x'.repeat(31) })).toContain('API_TOKEN must be at least 32 characters');
  expect(problems({ API_TOKEN: 'x'.repeat(32) })).toBe('');
  const message = problems({ API_TOKEN: 'a secret with blanks', HTTP_PORT: '70000' });
  expect(message).toMatch(/HTTP_PORT[\s\S]*API_TOKEN/);
  expect(message).not.toContain('blanks');
});

test('the addresses of provider APIs are pairs of a kind and a URL', () => {
  const { sourceApiUrls } = loadConfig(
    { SOURCE_API_URLS: 'webshare=http://127.0.0.1:9/a?b=c, px6=https://px6.example/' },
    NO_FILE,
  );
  expect(sourceApiUrls).toEqual({ webshare: 'http://127.0.0.1:9/a?b=c', px6: 'https://px6.example/' });
  expect(loadConfig({}, NO_FILE).sourceApiUrls).toEqual({});
  for (const wrong of ['webshare', 'url=http://a.example/', 'webshare=ftp://a.example', 'other=http://a.example']) {
    expect(problems({ SOURCE_API_URLS: wrong })).toMatch(/SOURCE_API_URLS must be pairs/);
  }
});
