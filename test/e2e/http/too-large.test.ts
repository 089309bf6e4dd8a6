import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_TOKEN, startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

const MEBIBYTE = Buffer.alloc(1024 ** 2, 'x');

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

/** Sends a whole body before it looks at the answer, as most clients do. */
async function send(path: string, type: string, mebibytes: number, isChunked: boolean) {
  const headers = {
    authorization: `Bearer ${API_TOKEN}`,
    'content-type': type,
    ...(!isChunked && { 'content-length': mebibytes * MEBIBYTE.length }),
  };
  const sent = request(`${bot.apiUrl}${path}`, { method: 'POST', headers });
  const answered = once(sent, 'response');
  for (let n = 0; n < mebibytes; n++) {
    if (!sent.write(MEBIBYTE)) await once(sent, 'drain');
  }
  sent.end();
  const [answer] = await answered;
  let body = '';
  for await (const chunk of answer) body += String(chunk);
  return { status: answer.statusCode, connection: answer.headers.connection, code: JSON.parse(body).code };
}

const REFUSED = { status: 413, connection: 'close', code: 'too_large' };

test.each([
  ['a body of JSON', '/api/accounts/ann/proxy/report', 'application/json', 30],
  ['a file', '/api/proxies/import', 'text/plain', 40],
])('%s that is too large is refused with an answer that arrives', async (_what, path, type, mebibytes) => {
  for (const isChunked of [false, true]) expect(await send(path, type, mebibytes, isChunked)).toEqual(REFUSED);
  expect((await fetch(`${bot.apiUrl}/healthz`)).status).toBe(200);
});
