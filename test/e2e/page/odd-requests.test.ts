import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { createPage } from '../../../sandbox/server/page/page.ts';

let sandbox: Sandbox;
/** Faults of the sandbox itself; a bad request is not its fault. */
const faults: unknown[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({
    port: 0,
    page: (running) => createPage({ sandbox: running, sample: () => undefined }),
    onError: (error) => faults.push(error),
  });
});

afterAll(() => sandbox.stop());

const host = () => new URL(sandbox.url).host;

/** Sends bytes as they are, and resolves with the first line of the answer; empty if the connection was closed. */
async function send(head: string): Promise<string> {
  const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (bytes) => {
    said += bytes.toString();
  });
  socket.on('error', () => undefined);
  socket.write(`${head}\r\nHost: ${host()}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return said.split('\r\n')[0] ?? '';
}

const TARGETS = ['http://', '/%', '/%zz', '/attachments/%ff', '/api/v10/%', 'http://[', '/vendor/%00'];

it.each(['//', '///', ...TARGETS])('survives GET %s', async (target) => {
  expect(await send(`GET ${target} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(faults).toEqual([]);
});

it.each(['before', 'after', 'around'])('survives a list of messages %s garbage', async (name) => {
  const path = `/api/v10/channels/${sandbox.channelId}/messages?${name}=garbage`;
  const answer = await send(`GET ${path} HTTP/1.1\r\nAuthorization: Bot ${sandbox.botToken}`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(faults).toEqual([]);
});

it.each(TARGETS)('survives an upgrade of %s', async (target) => {
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA';
  expect(await send(`GET ${target} HTTP/1.1\r\n${upgrade}`)).toMatch(/^(?:HTTP\/1\.1 400 .*)?$/);
  expect(faults).toEqual([]);
});

it.each(['garbage', 'null', '[]', '{}', '{"id":1}', '{"id":"x","method":7}', '\u0000'])(
  'closes a connection of the page that sends %j',
  async (text) => {
    const socket = new WebSocket(`ws://${host()}/page?user=ada`, { origin: sandbox.url });
    await once(socket, 'open');
    socket.send(text);
    const [code] = await once(socket, 'close');
    expect(code).toBe(1007);
    expect(faults).toEqual([]);
  },
);

it.each(['constructor', '__proto__', 'toString', 'nothing'])('answers a call of %s with an error', async (method) => {
  const socket = new WebSocket(`ws://${host()}/page?user=ada`, { origin: sandbox.url });
  const answer = new Promise((resolve) => {
    socket.on('message', (data) => {
      const said = JSON.parse(String(data));
      if (said.kind === 'answer') resolve(said);
    });
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 1, method, params: null }));
  expect(await answer).toMatchObject({ id: 1, error: 'Unknown method.' });
  socket.close();
});

it.each(['garbage', 'null', '{"op":99}', '{"op":2,"d":"ä"}'])(
  'closes a gateway connection that sends %j',
  async (text) => {
    const socket = new WebSocket(`ws://${host()}/gateway?v=10&encoding=json`);
    await once(socket, 'open');
    socket.send(text);
    const [code] = await once(socket, 'close');
    expect(code).toBeGreaterThanOrEqual(4000);
    expect(faults).toEqual([]);
  },
);
