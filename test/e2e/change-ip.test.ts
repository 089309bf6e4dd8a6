import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../helpers/bot.ts';

const KEY = 'pl4nted-rotation-key';
/** What the provider does with each call, and the paths that were called. */
const provider = { status: 200, body: 'done, new IP in 30 s', called: [] as string[] };

let bot: TestBot;
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    provider.called.push(request.url ?? '');
    response.writeHead(provider.status, { 'content-type': 'text/plain' }).end(provider.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  bot = await startTestBot({ allowPrivateProxies: true });
  const linked = (n: number) => `203.0.113.${n}:8080:ann:secret${n}[http://127.0.0.1:${port}/rotate/${n}?key=${KEY}]`;
  const list = [linked(1), linked(2), linked(3), '203.0.113.9:8080:ann:secret'].join('\n');
  const file = { name: 'a.txt', data: Buffer.from(list) };
  await (await bot.ops.command('/proxy import', { file })).click('Import 4');
});
afterAll(async () => {
  await bot.stop();
  server.closeAllConnections();
  server.close();
});

const card = (n: number) => bot.ops.command('/proxy show', { proxy: `203.0.113.${n}:8080` });
async function run(sql: string): Promise<Record<string, unknown>[]> {
  return (await bot.database.pool.query(sql)).rows;
}

test('a proxy with a link has a button that calls it once, and everybody is told who did so', async () => {
  const answer = await (await card(1)).click('Change IP');
  expect(provider.called).toEqual([`/rotate/1?key=${KEY}`]);
  expect(answer.isEphemeral).toBe(true);
  expect(answer.text).toContain('The IP of #1 is being changed');
  expect(answer.text).toContain('The provider answered 200: done, new IP in 30 s');
  expect(answer.text).toContain('The exit IP shows after the next check.');
  const note = await bot.ops.waitFor((message) => message.text.includes('had the exit IP of #1 changed'));
  expect([note.isEphemeral, note.text]).toEqual([false, expect.not.stringContaining('30 s')]);
  const entries = await run(`select entity_id, after from audit_log where action = 'proxy.change_ip'`);
  expect(entries).toEqual([{ entity_id: '1', after: { ok: true, status: 200 } }]);
});

test('two clicks at once call it once', async () => {
  provider.called = [];
  const shown = await card(2);
  const answers = await Promise.all([shown.click('Change IP'), shown.click('Change IP')]);
  expect(provider.called).toHaveLength(1);
  const texts = answers.map((answer) => answer.text).join('\n');
  expect(texts).toContain('The IP of #2 is being changed');
  expect(texts).toContain('The IP of #2 was changed a moment ago.');
});

test('a call that the provider refuses is said to have changed nothing', async () => {
  provider.status = 429;
  provider.body = `slow down, ${KEY}`;
  const answer = await (await card(3)).click('Change IP');
  expect(answer.text).toContain('The IP of #3 was not changed');
  expect(answer.text).toContain('The provider answered 429.');
  expect(answer.buttons).toEqual([]);
});

test('a proxy without a link has no such button', async () => {
  expect((await card(9)).buttons).not.toContain('Change IP');
});

test('the link stands in no message, log or audit entry', async () => {
  const written = [...bot.ops.messages().map((message) => message.text), bot.log()].join('\n');
  expect(written).not.toContain(KEY);
  expect(JSON.stringify(await run('select * from audit_log'))).not.toContain(KEY);
});
