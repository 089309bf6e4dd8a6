import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/server/index.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';
import { startBotProcess } from '../helpers/bot/bot-process.ts';
import { MortalBot } from '../helpers/bot/mortal-bot.ts';
import { createTestDatabase } from '../helpers/database/database.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

const puts = (sandbox: Sandbox) => sandbox.requests.filter((request) => request.method === 'PUT').length;

test('commands are registered once; a second start with the same ones leaves them alone', async () => {
  const mortal = await MortalBot.prepare();
  await mortal.start();
  expect(puts(mortal.sandbox)).toBe(1);
  await mortal.kill('SIGTERM');
  await mortal.start();
  expect(puts(mortal.sandbox)).toBe(1);
  await mortal.stop();
});

test('a wrong token and a server without the bot stop the start with a sentence', async () => {
  const { sandbox, encryptionKey } = bot;
  // In the database of the running bot it would wait as a standby.
  const database = await createTestDatabase();
  const start = (wrong: Partial<Sandbox>) => startBotProcess({ ...sandbox, ...wrong }, database.url, encryptionKey);
  await expect(start({ botToken: `${sandbox.botToken}x` })).rejects.toThrow('rejected DISCORD_TOKEN');
  await expect(start({ guildId: '100000000000000999' })).rejects.toThrow(
    'Invite it: https://discord.com/oauth2/authorize',
  );
  await database.drop();
});

test('a bot whose token is revoked while it runs ends with a sentence and a code that says so', async () => {
  const mortal = await MortalBot.prepare();
  const lone = await mortal.start();
  mortal.sandbox.faults.revokeToken(true);
  mortal.sandbox.faults.closeGateway(4004);
  const { code, stderr } = await lone.ended;
  expect([code, stderr.trim().split('\n').at(-1)]).toEqual([
    1,
    'Discord no longer accepts DISCORD_TOKEN. Copy it again from the developer portal (Bot → Reset Token).',
  ]);
  await mortal.sandbox.stop();
  await mortal.database.drop();
});

test('readiness shows at once that the token is in doubt, and that it is good again', async () => {
  const statuses = async () =>
    Promise.all(['readyz', 'healthz'].map(async (path) => (await fetch(`${bot.apiUrl}/${path}`)).status));
  expect(await statuses()).toEqual([200, 200]);
  bot.sandbox.faults.revokeToken(true);
  bot.sandbox.faults.closeGateway(4004);
  await expect.poll(statuses, { interval: 10 }).toEqual([503, 200]);
  bot.sandbox.faults.revokeToken(false);
  await expect.poll(statuses).toEqual([200, 200]);
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
});

test('a cut gateway, a rate limit and a short outage are lived through', async () => {
  bot.sandbox.faults.cutGateway({ canResume: true });
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
  bot.sandbox.faults.cutGateway({ canResume: false });
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
  bot.sandbox.faults.rateLimit({ route: 'PATCH', count: 1, retryAfterMs: 100 });
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
  bot.sandbox.faults.rateLimit({ route: 'PATCH', count: 1, retryAfterMs: 100, global: true });
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
  bot.sandbox.faults.fail({ route: 'PATCH', status: 502, count: 1 });
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
});

test('a click on a button that no longer means anything says so', async () => {
  const list = await bot.ops.command('/proxy import', {
    file: { name: 'a.txt', data: Buffer.from('203.0.113.1:8080') },
  });
  await bot.database.pool.query('delete from import_rows; delete from import_rejections; delete from plans');
  const reply = await list.click('Import 1');
  expect([reply.isEphemeral, reply.text]).toEqual([true, expect.stringContaining('Unknown')]);
});

test('while the database is away a command says that nothing was changed', async () => {
  const lost = await startTestBot();
  await lost.database.drop();
  const reply = await lost.ops.command('/proxy list');
  expect([reply.isEphemeral, reply.text]).toEqual([
    true,
    expect.stringMatching(/Nothing was changed[\s\S]*Ref [0-9a-f]{8}/),
  ]);
  await lost.sandbox.stop();
});

test('a key of the wrong length prevents the start', async () => {
  await expect(startBotProcess(bot.sandbox, bot.database.url, randomBytes(16))).rejects.toThrow(
    'ENCRYPTION_KEY must be 32 bytes',
  );
});
