import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LoopbackProxies, startLoopbackProxies } from '../../../sandbox/proxies/index.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';

const KEY = 'pl4nted-rotation-key';
const FIRST = '203.0.113.1';
const SECOND = '203.0.113.101';
/** The provider's answer to each call, and the paths that were called. */
const provider = { status: 200, body: 'done, new IP in 30 s', called: [] as string[], act: async () => {} };

let bot: TestBot;
let server: Server;
let loopback: LoopbackProxies;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    provider.called.push(request.url ?? '');
    await provider.act();
    response.writeHead(provider.status, { 'content-type': 'text/plain' }).end(provider.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  loopback = await startLoopbackProxies(Array.from({ length: 5 }, () => ({ type: 'http', exitIp: FIRST })));
  const { target } = loopback;
  bot = await startTestBot({
    allowPrivateProxies: true,
    checks: { targets: [parseTarget(target.url)], ca: target.caPem, timeoutMs: 20_000 },
  });
  const rows = loopback.proxies.map(({ host, port: at }, n) =>
    ['http', host, at, n < 4 ? `http://127.0.0.1:${port}/rotate/${n + 1}?key=${KEY}` : ''].join(','),
  );
  const file = { name: 'a.csv', data: Buffer.from(['type,host,port,change_ip_url', ...rows].join('\n')) };
  await (await bot.ops.command('/proxy import', { file })).click('Import 5');
});
beforeEach(() => {
  Object.assign(provider, { status: 200, body: 'done, new IP in 30 s', called: [], act: async () => {} });
});
// The link is in no message, log or audit entry.
afterEach(async () => {
  const written = [...bot.ops.messages().map((message) => message.text), bot.log()].join('\n');
  expect(written).not.toContain(KEY);
  expect(JSON.stringify(await run('select * from audit_log'))).not.toContain(KEY);
});
afterAll(async () => {
  await bot.stop();
  await loopback.stop();
  server.closeAllConnections();
  server.close();
});

const card = (n: number) => bot.ops.command('/proxy show', { proxy: `#${n}` });
/** The message when the check has ended. */
const checked = (answer: Reply) => answer.waitFor(({ text }) => !text.includes('Checking …'));
const note = (id: number, found: string) =>
  bot.ops.waitFor(({ text }) => text.includes(`changed the IP of #${id}`) && text.includes(found));
async function run(sql: string): Promise<Record<string, unknown>[]> {
  return (await bot.database.pool.query(sql)).rows;
}

test('a proxy with a link has a button that calls it once, and shows the exit IP that it has then', async () => {
  await bot.ops
    .command('/proxy test', { proxy: '#1' })
    .then((reply) => reply.waitFor(({ text }) => text.includes('Tested')));
  provider.act = async () => loopback.proxies[0]?.exitThrough(SECOND);
  const answer = await checked(await (await card(1)).click('Change IP'));
  expect(provider.called).toEqual([`/rotate/1?key=${KEY}`]);
  expect(answer.isEphemeral).toBe(true);
  expect(answer.text).toContain(`The exit IP of #1 is now \`${SECOND}\``);
  expect(answer.text).toContain(`It was \`${FIRST}\`.`);
  expect(answer.text).toMatch(/🟢 \*\*ok\*\* · \d+ ms/);
  expect(answer.text).toContain('The provider answered 200: done, new IP in 30 s');
  const everybodys = await note(1, `\`${FIRST}\` → \`${SECOND}\``);
  expect([everybodys.isEphemeral, everybodys.text]).toEqual([false, expect.not.stringContaining('30 s')]);
  const entries = await run(
    `select entity_id, after from audit_log where action = 'proxy.change_ip' and entity_id = '1'`,
  );
  expect(entries).toEqual([{ entity_id: '1', after: { ok: true, status: 200 } }]);
  expect((await card(1)).text).toContain(`Exit IP** \`${SECOND}\``);
});

test('where the exit IP is the same it says so, and two clicks at once call the link once', async () => {
  await bot.ops
    .command('/proxy test', { proxy: '#2' })
    .then((reply) => reply.waitFor(({ text }) => text.includes('Tested')));
  const shown = await card(2);
  const answers = await Promise.all(
    (await Promise.all([shown.click('Change IP'), shown.click('Change IP')])).map(checked),
  );
  expect(provider.called).toHaveLength(1);
  const texts = answers.map((answer) => answer.text).join('\n');
  expect(texts).toContain(`The exit IP of #2 is still \`${FIRST}\``);
  expect(texts).toContain('The IP of #2 was just changed.');
  expect(answers.flatMap((answer) => answer.buttons)).toEqual(['Retest']);
  await note(2, `still \`${FIRST}\``);
});

test('a call that the provider refuses is said to have changed nothing, and nothing is checked', async () => {
  provider.status = 429;
  provider.body = `slow down, ${KEY}`;
  const answer = await (await card(3)).click('Change IP');
  expect(answer.text).toContain('The IP of #3 was not changed');
  expect(answer.text).toContain('The provider answered 429.');
  expect(answer.buttons).toEqual([]);
  expect(await run('select 1 from proxy_checks where proxy_id = 3')).toEqual([]);
});

test('a proxy that does not come back is said not to answer, with its reason', async () => {
  provider.act = async () => loopback.proxies[3]?.behave('dead');
  const answer = await checked(await (await card(4)).click('Change IP'));
  expect(answer.text).toContain('#4 does not respond after its IP was changed');
  expect(answer.text).toContain('🔴 **refused** · The connection was refused');
  expect(answer.buttons).toEqual(['Retest']);
});

test('a proxy without a link has no such button', async () => {
  expect((await card(5)).buttons).not.toContain('Change IP');
});
