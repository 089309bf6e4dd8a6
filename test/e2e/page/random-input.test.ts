import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { createPage } from '../../../sandbox/server/page/page.ts';

let sandbox: Sandbox;
/** Faults of the sandbox itself; whatever is sent to it is not its fault. */
const faults: unknown[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({
    port: 0,
    page: (running) => createPage({ sandbox: running, sample: () => undefined }),
    onError: (error) => faults.push(error),
  });
  await sandbox.operator('ada').post({ content: 'hello', files: [] });
});
afterEach(() => expect(faults).toEqual([]));
afterAll(() => sandbox.stop());

const host = () => new URL(sandbox.url).host;
const port = () => Number(new URL(sandbox.url).port);

const number = fc.constantFrom(
  '-1',
  '0',
  '1e9',
  'NaN',
  '99999999999999999999999',
  '4611686018427387904',
  '1e400',
  'ffffffffffff',
);
const word = fc.constantFrom(
  ...[
    'api',
    'v10',
    'v9',
    'channels',
    'messages',
    'webhooks',
    'interactions',
    'callback',
    '@original',
    'users',
    '@me',
    'gateway',
  ],
  ...[
    'bot',
    'applications',
    'commands',
    'guilds',
    'members',
    'roles',
    'attachments',
    'vendor',
    'page',
    'examples',
    'oauth2',
  ],
);
const odd = fc.constantFrom('', '.', '..', '%', '%00', '%ff', '%zz', '%2f', ':', '*', '[', '{', '?', '#', 'é');
const segment = fc.oneof(
  { weight: 4, arbitrary: word },
  number,
  odd,
  fc.constantFrom('CHANNEL', 'GUILD', 'MESSAGE', 'BOT'),
);
const query = fc.array(
  fc.tuple(
    fc.constantFrom('before', 'after', 'around', 'limit', 'ex', 'is', 'hm', 'user', 'v', 'wait'),
    fc.oneof(number, odd),
  ),
  { maxLength: 3 },
);
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW');
const type = fc.constantFrom(
  'application/json',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  '',
);
const body = fc.oneof(fc.json({ maxDepth: 3 }), fc.string(), fc.constantFrom('null', '[]', '{', '--x\r\n\r\n--x--'));

const ids = () => ({
  CHANNEL: sandbox.channelId,
  GUILD: sandbox.guildId,
  MESSAGE: sandbox.operator('ada').messages().at(-1)?.id ?? '',
  BOT: sandbox.botToken.split('.')[0] ?? '',
});
const named = (path: string) =>
  path.replace(/CHANNEL|GUILD|MESSAGE|BOT/g, (name) => ids()[name as keyof ReturnType<typeof ids>]);

/** Sends bytes and resolves with the status; 0 if the connection was closed without one. */
async function statusOf(bytes: string): Promise<number> {
  const socket = connect(port(), '127.0.0.1');
  let said = '';
  socket.on('data', (data) => {
    said += data.toString();
  });
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1] ?? 0);
}

test('no request ends the sandbox, and none is answered by an internal error', async () => {
  const path = fc.oneof(
    fc.constantFrom('//', 'http://', 'http://[', '*'),
    fc.array(segment, { maxLength: 8 }).map((parts) => `/${parts.join('/')}`),
    fc.array(segment, { maxLength: 5 }).map((parts) => `/api/v10/channels/CHANNEL/messages/${parts.join('/')}`),
  );
  const request = fc.record({ method, path, query, type, body, isBot: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(request, async (sent) => {
      const asked = sent.query.map((pair) => pair.join('=')).join('&');
      const target = `${named(sent.path)}?${asked}`;
      const content = Buffer.from(sent.body).toString('latin1');
      const head = [
        `${sent.method} ${Buffer.from(target).toString('latin1')} HTTP/1.1`,
        ...[`Host: ${host()}`, 'Connection: close', `Content-Type: ${sent.type}`, `Content-Length: ${content.length}`],
        ...(sent.isBot ? [`Authorization: Bot ${sandbox.botToken}`] : []),
      ];
      const status = await statusOf(`${head.join('\r\n')}\r\n\r\n${content}`);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 400 },
  );
  expect(sandbox.operator('ada').messages().length).toBeGreaterThanOrEqual(0);
});

const open = async (path: string) => {
  const socket = new WebSocket(`ws://${host()}${path}`, { origin: sandbox.url });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
};
const CALLS = [
  ...[
    'command',
    'autocomplete',
    'messageCommand',
    'click',
    'select',
    'submit',
    'post',
    'remove',
    'cutGateway',
    'rateLimit',
  ],
  ...['switchProvider', 'loadSample', 'constructor', '__proto__'],
];
const KEYS = [
  'path',
  'options',
  'option',
  'typed',
  'name',
  'messageId',
  'customId',
  'values',
  'interactionId',
  'content',
  'files',
];
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('MESSAGE', '/proxy list', '99999999999999999999999'),
);
const params = fc.oneof(value, fc.dictionary(fc.constantFrom(...KEYS), value));
const call = fc.record({
  id: fc.oneof(fc.integer(), value),
  method: fc.oneof(fc.constantFrom(...CALLS), value),
  params,
});

test('no message of a page ends the sandbox or its connection to others', async () => {
  const witness = await open('/page?user=olga');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 4, arbitrary: call.map((each) => JSON.stringify(each)) }, fc.string()),
      async (text) => {
        const socket = await open('/page?user=ada');
        const settled = new Promise<void>((resolve) => {
          socket.on('close', () => resolve());
          socket.on('message', (data) => {
            if (JSON.parse(String(data)).kind === 'answer') resolve();
          });
        });
        socket.send(named(text));
        await settled;
        socket.terminate();
      },
    ),
    { numRuns: 300 },
  );
  expect(witness.readyState).toBe(WebSocket.OPEN);
  witness.terminate();
});

test('no message to the gateway ends the sandbox', async () => {
  const frame = fc.record({ op: fc.oneof(fc.integer({ min: 0, max: 12 }), value), d: value });
  const token = { token: sandbox.botToken, intents: 0, properties: { os: '', browser: '', device: '' } };
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          frame.map((each) => JSON.stringify(each)),
          fc.string(),
        ),
        { maxLength: 5 },
      ),
      async (texts) => {
        const socket = await open('/gateway?v=10&encoding=json');
        socket.send(JSON.stringify({ op: 2, d: token }));
        for (const text of texts) socket.send(text);
        socket.close();
        await once(socket, 'close');
      },
    ),
    { numRuns: 150 },
  );
});

test.each(['/page?user=ada', '/gateway?v=10&encoding=json'])(
  'a frame that breaks the protocol of %s ends only its connection',
  async (path) => {
    const socket = connect(port(), '127.0.0.1');
    const head = [
      `GET ${path} HTTP/1.1`,
      `Host: ${host()}`,
      `Origin: ${sandbox.url}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
    ];
    socket.on('error', () => undefined);
    socket.write(
      [...head, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${btoa('0123456789abcdef')}`, '', ''].join('\r\n'),
    );
    await once(socket, 'data');
    // A reserved opcode, without a mask.
    socket.write(Buffer.from([0x83, 0x01, 0x00]));
    socket.resume();
    await once(socket, 'close');
    expect(await sandbox.operator('ada').post({ content: 'still here' })).toMatchObject({ content: 'still here' });
  },
);
