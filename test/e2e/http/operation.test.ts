import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addVps, askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

const look = async (path: string) => {
  const answer = await askApi(bot, path, { token: null });
  return [answer.status, await answer.json()];
};
const DOCS = join(import.meta.dirname, '../../../docs');

test('the process is alive and ready while the database and Discord are there', async () => {
  expect(await look('/healthz')).toEqual([200, { status: 'ok' }]);
  expect(await look('/readyz')).toEqual([200, { status: 'ready', database: 'ok', discord: 'ok', setup: [] }]);
});

test('while Discord is away the process says so, stays alive, and goes on answering programs', async () => {
  bot.sandbox.faults.outage(true);
  await expect
    .poll(() => look('/readyz'))
    .toEqual([503, { status: 'not ready', database: 'ok', discord: 'away', setup: [] }]);
  expect(await look('/healthz')).toEqual([200, { status: 'ok' }]);
  expect((await askApi(bot, '/api/proxies')).status).toBe(200);
  bot.sandbox.faults.outage(false);
  await expect
    .poll(() => look('/readyz'))
    .toEqual([200, { status: 'ready', database: 'ok', discord: 'ok', setup: [] }]);
});

test('metrics count proxies, accounts, checks, interactions and requests, in words of ours alone', async () => {
  await addVps(bot, 'S3cretVps');
  await bot.ops.command('/proxy list', { search: 'S3cretSearch' });
  await bot.services.accounts.add({ id: 'test', name: 'test' }, { username: 'S3cretName', model: 'S3cretModel' });
  await askApi(bot, '/api/accounts/S3cretName/proxy?by=username');
  const metrics = async () => (await askApi(bot, '/metrics', { token: null })).text();
  // Another test may have asked before; counts of rows are kept for a few seconds.
  await expect.poll(metrics).toMatch(/^proxy_ops_accounts\{state="waiting"\} 1$/m);
  const answer = await askApi(bot, '/metrics', { token: null });
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toContain('text/plain');
  for (const line of [
    /^proxy_ops_accounts\{state="waiting"\} 1$/m,
    /^proxy_ops_interaction_seconds_count\{command="proxy list",outcome="ok"\} 1$/m,
    /^proxy_ops_http_request_seconds_count\{method="GET",route="\/api\/accounts\/:id\/proxy",status="404"\} 1$/m,
    /^proxy_ops_checks_total\{result="success"\} 0$/m,
    /^proxy_ops_alert_delivery_lag_seconds 0$/m,
    /^proxy_ops_checks_due 0$/m,
    /^proxy_ops_incidents_open\{state="unacknowledged"\} 0$/m,
    /^proxy_ops_escalations_total 0$/m,
    /^proxy_ops_accounts_waiting_with_free_slots 0$/m,
    /^proxy_ops_database_up 1$/m,
    /^proxy_ops_database_connections\{state="idle"\} \d+$/m,
    /^nodejs_eventloop_lag_p99_seconds /m,
  ]) {
    expect(text).toMatch(line);
  }
  expect(text.toLowerCase()).not.toContain('s3cret');
});

test('the dashboard, the rules of Prometheus and the page about the API name metrics that there are', async () => {
  const text = await (await askApi(bot, '/metrics', { token: null })).text();
  const known = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
  const pages = ['grafana-dashboard.json', 'api.md', '../deploy/alerts.yml'];
  const written = pages.map((page) => readFileSync(join(DOCS, page), 'utf8')).join('\n');
  const named = [...new Set(written.match(/\b(?:proxy_ops|nodejs|process)_[a-z0-9_]*[a-z0-9]/g))];
  expect(named.length).toBeGreaterThan(15);
  const isKnown = (name: string) =>
    known.some((each) => each === name.replace(/_(?:count|bucket)$/, '') || each.startsWith(`${name}_`));
  expect(named.filter((name) => !isKnown(name))).toEqual([]);
});

test('metrics require the operator’s token through a relay or under another name', async () => {
  const relayed = { 'x-forwarded-for': '198.51.100.7' };
  expect((await askApi(bot, '/metrics', { token: null, headers: relayed })).status).toBe(401);
  expect((await askApi(bot, '/metrics', { headers: relayed })).status).toBe(200);
  const vps = await addVps(bot, 'east-1');
  expect((await askApi(bot, '/metrics', { token: vps, headers: relayed })).status).toBe(403);
});

test('every answer carries security headers, and none lets another site read it', async () => {
  for (const path of ['/healthz', '/api/proxies', '/docs/json', '/nowhere']) {
    const { headers } = await askApi(bot, path, { headers: { origin: 'https://evil.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  }
});

test('a port that is taken ends the start with one clear sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(startTestBot({ httpPort: port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is already in use. Stop the program that uses it, or set HTTP_PORT to another port.`,
  );
  taken.close();
});

test('while the database is away the process is alive and says so, and metrics tell no old figures', async () => {
  const url = new URL(bot.database.url);
  const name = url.pathname.slice(1);
  url.pathname = 'postgres';
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  const cut = async () => {
    await admin.query(`alter database ${name} with allow_connections false`);
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and backend_type = 'client backend'",
      [name],
    );
  };
  await cut();
  await expect
    .poll(() => look('/readyz'))
    .toEqual([503, { status: 'not ready', database: 'away', discord: 'ok', setup: [] }]);
  expect(await look('/healthz')).toEqual([200, { status: 'ok' }]);
  const metrics = await (await askApi(bot, '/metrics', { token: null })).text();
  expect(metrics).toMatch(/^proxy_ops_database_up 0$/m);
  expect(metrics).not.toMatch(/^proxy_ops_accounts\{/m);
  await admin.query(`alter database ${name} with allow_connections true`);
  await admin.end();
  await expect
    .poll(() => look('/readyz'))
    .toEqual([200, { status: 'ready', database: 'ok', discord: 'ok', setup: [] }]);
});
