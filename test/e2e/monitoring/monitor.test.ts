import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoopbackProxies, startLoopbackProxies } from '../../../sandbox/proxies/index.ts';
import type { LoopbackSpec } from '../../../sandbox/proxies/loopback-proxy.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';

const INTERVAL_MS = 1_000;
const login = { username: 'team', password: 's3cret' };

/** Two providers: one whose proxies are well, one that goes down; and three that have never worked. */
const specs: LoopbackSpec[] = [
  ...Array.from({ length: 12 }, (_, n) => ({ type: 'http' as const, ...login, exitIp: `203.0.113.${n + 1}` })),
  ...Array.from({ length: 6 }, (_, n) => ({ type: 'socks5' as const, ...login, exitIp: `198.51.100.${n + 1}` })),
  { type: 'http', ...login, behaviour: 'dead' },
  { type: 'socks5', ...login, behaviour: 'denied' },
  { type: 'https', ...login, behaviour: 'captive_portal' },
];
const STEADY = 12;
const WAVERING = { from: 12, to: 18 };

let loopback: LoopbackProxies;
let bot: TestBot;

beforeAll(async () => {
  loopback = await startLoopbackProxies(specs);
  const { target } = loopback;
  bot = await startTestBot({
    allowPrivateProxies: true,
    checks: { targets: [parseTarget(target.url)], ca: target.caPem, intervalMs: INTERVAL_MS },
  });
  const providerOf = (at: number) => (at < STEADY ? 'Steady' : at < WAVERING.to ? 'Wavering' : 'Broken');
  const rows = loopback.proxies.map(
    ({ type, host, port }, at) => `${type},${host},${port},${login.username},${login.password},${providerOf(at)}`,
  );
  const file = {
    name: 'pool.csv',
    data: Buffer.from(['type,host,port,username,password,provider', ...rows].join('\n')),
  };
  const reply = await bot.ops.command('/proxy import', { file });
  await reply.click(`Import ${rows.length}`);
});

afterAll(async () => {
  await bot.stop();
  await loopback.stop();
});

async function health(): Promise<Record<string, number>> {
  const { rows } = await bot.database.pool.query<{ key: string; count: number }>(
    `select coalesce(p.provider, '') || ' ' || coalesce(h.health, 'unknown') as key, count(*)::int as count
     from proxies p left join proxy_health h on h.proxy_id = p.id group by 1`,
  );
  return Object.fromEntries(rows.map((row) => [row.key, row.count]));
}

/** The message that replaces the progress in the end. */
const tested = (reply: Reply) => reply.waitFor(({ text }) => text.includes('Tested'));

test('the monitor finds out automatically which proxies work, and why the others do not', async () => {
  await expect.poll(health).toEqual({ 'Steady healthy': 12, 'Wavering healthy': 6, 'Broken failing': 3 });
  const { rows } = await bot.database.pool.query(
    `select p.type, h.outcome from proxy_health h join proxies p on p.id = h.proxy_id where h.health = 'failing' order by p.id`,
  );
  expect(rows.map((row) => row.outcome)).toEqual(['refused', 'auth', 'captive_portal']);
  const card = await bot.ops.command('/proxy show', { proxy: '#1' });
  expect(card.text).toMatch(/healthy, \d+ ms/);
  expect(card.text).toContain('203.0.113.1');
  expect(card.text).toMatch(/Last checks[\s\S]*ok, \d+ ms/);
});

test('a provider that goes down is in an alert, and leaves it when it is back', async () => {
  const wavering = loopback.proxies.slice(WAVERING.from, WAVERING.to);
  await Promise.all(wavering.map((proxy) => proxy.behave('dead')));
  await expect.poll(async () => (await health())['Wavering failing']).toBe(6);
  // An incident of its own, unless it began in the minute of the other one.
  const alert = await bot.ops.waitFor(({ text }) => /[69] proxies failing.*Wavering/.test(text));
  const retest = await tested(await alert.click('Retest'));
  expect(retest.text).toMatch(/Tested [69] proxies/);
  expect(retest.text).toContain('refused');
  await Promise.all(wavering.map((proxy) => proxy.behave('ok')));
  await expect.poll(async () => (await health())['Wavering healthy']).toBe(6);
  // If all are back at once, the incident is resolved without a message in between.
  await alert.waitFor(({ text }) => /6 recovered|Resolved after.*6 proxies failed/.test(text));
});

test('/proxy test checks one proxy or many, and attaches what is dead and slow', async () => {
  const all = await tested(await bot.ops.command('/proxy test', {}));
  expect(all.text).toMatch(/Tested 21 proxies/);
  expect(all.text).toMatch(/18\*\* ok[\s\S]*3\*\* failing/);
  expect(all.files.map((file) => file.name)).toEqual(['test.csv']);
  const one = await tested(await bot.ops.command('/proxy test', { proxy: '#1' }));
  expect(one.text).toMatch(
    /Tested 1 proxy in \d+ s\n.*#1 `127\.[\d.:]+` · 🟢 \*\*ok\*\* · \d+ ms · exit IP `203\.0\.113\.1`/s,
  );
  expect(one.buttons).toEqual(['Retest']);
  const card = await bot.ops.command('/proxy show', { proxy: '#21' });
  expect((await card.click('Retest')).text).toMatch(/captive_portal/);
  const none = await bot.ops.command('/proxy test', { provider: 'nobody' });
  expect([none.isEphemeral, none.text]).toEqual([true, expect.stringContaining('No proxies match')]);
});

test('a monitor whose targets do not answer blames no proxy, and says so once', async () => {
  const before = await health();
  loopback.target.setBehaviour('silent');
  const alert = await bot.ops.waitFor((reply) => reply.text.includes('Monitoring problem'));
  expect(await health()).toEqual(before);
  loopback.target.setBehaviour('ok');
  await alert.waitFor((reply) => reply.text.includes('Monitoring has recovered'));
  const { rows } = await bot.database.pool.query(`select from alerts where kind = 'monitor'`);
  expect(rows).toHaveLength(1);
});
