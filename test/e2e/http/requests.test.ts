import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

/** Sends bytes that fetch would not send. @returns all that came back */
async function send(text: string): Promise<string> {
  const { hostname, port } = new URL(bot.apiUrl);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  let answer = '';
  socket.on('data', (more: string) => {
    answer += more;
  });
  socket.write(text);
  await once(socket, 'end');
  socket.destroy();
  return answer;
}

test('a method that an address does not take is 405 with those it takes, whatever the body', async () => {
  for (const [path, method, allow] of [
    ['/healthz', 'POST', 'GET, HEAD'],
    ['/api/proxies', 'PUT', 'GET, HEAD'],
    ['/api/proxies', 'OPTIONS', 'GET, HEAD'],
    ['/api/proxies/7', 'GET', 'DELETE, PATCH'],
    ['/api/proxies/assign', 'DELETE', 'POST'],
    ['/api/accounts/ann/proxy/report', 'PUT', 'POST'],
  ] as const) {
    const body = method === 'PUT' ? { body: 'x', headers: { 'content-type': 'text/x-odd' } } : {};
    const answer = await askApi(bot, path, { method, ...body });
    expect([path, method, answer.status, answer.headers.get('allow')]).toEqual([path, method, 405, allow]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
  }
  expect((await askApi(bot, '/api/nowhere', { method: 'POST' })).status).toBe(404);
});

test('a type of content without any content is overlooked', async () => {
  const headers = { 'content-type': 'application/json' };
  expect((await askApi(bot, '/api/proxies/999', { method: 'DELETE', headers })).status).toBe(404);
  expect((await askApi(bot, '/api/proxies/assign', { method: 'POST', headers })).status).toBe(400);
});

test('HEAD is answered as GET is, without the body, and behind the same token', async () => {
  const get = await askApi(bot, '/api/proxies');
  const head = await askApi(bot, '/api/proxies', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
  expect((await askApi(bot, '/api/proxies', { method: 'HEAD', token: null })).status).toBe(401);
  expect((await askApi(bot, '/healthz', { method: 'HEAD', token: null })).status).toBe(200);
});

test('a form with more than one file is refused, so that none is left out in silence', async () => {
  const form = (...names: string[]) => {
    const made = new FormData();
    for (const name of names) made.append('file', new Blob([`203.0.113.${name.length}:8080`]), `${name}.txt`);
    return made;
  };
  const field = form('a');
  field.append('note', 'x');
  const fieldFirst = new FormData();
  fieldFirst.append('note', 'x');
  for (const body of [form('a', 'bb'), field, fieldFirst]) {
    const answer = await askApi(bot, '/api/proxies/import', { method: 'POST', body });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'bad_form' }]);
  }
  const answer = await askApi(bot, '/api/proxies/import', { method: 'POST', body: form('a') });
  expect(await answer.json()).toMatchObject({ counts: { new: 1 } });
});

test('bytes that never become a request are answered with problem details', async () => {
  const start = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';
  const post = 'POST /api/proxies/assign HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n';
  for (const [text, status] of [
    [`${start}X-Long: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    ['this is no HTTP\r\n\r\n', 400],
    [`${post}Expect: the-best\r\n\r\n`, 417],
  ] as const) {
    const answer = await send(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer).toContain(`"status":${status}`);
  }
});

test('an Idempotency-Key also covers the type of a file, which decides how it is read', async () => {
  const ask = (type: string) =>
    askApi(bot, '/api/proxies/import', {
      method: 'POST',
      headers: { 'content-type': type, 'idempotency-key': 'typed' },
      body: '203.0.113.9:8080',
    });
  expect((await ask('text/plain')).status).toBe(200);
  expect((await ask('text/plain')).headers.get('idempotent-replayed')).toBe('true');
  expect((await ask('text/csv')).status).toBe(422);
});

test('a name in a URL that is too long is answered with problem details, which are documented', async () => {
  const answer = await askApi(bot, `/api/vps/${'a'.repeat(1_300)}/map`);
  expect([answer.status, (await answer.json()).code]).toEqual([414, 'url_too_long']);
  const { paths } = await (await askApi(bot, '/docs/json', { token: null })).json();
  expect(Object.keys(paths['/api/vps/{name}/map'].get.responses)).toContain('414');
});
