import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AttachmentFetcher } from '../../../src/services/attachment-fetcher.ts';

let server: Server;
let base: string;
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/list.txt') response.end('203.0.113.1:8080');
    else if (request.url === '/elsewhere') response.writeHead(302, { location: '/list.txt' }).end();
    else if (request.url === '/half')
      response.writeHead(200, { 'content-length': '100' }).write('abc', () => response.destroy());
    else if (request.url !== '/silent') response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const read = (url: string, size = 10, apiUrl = `${base}/api`) =>
  new AttachmentFetcher(apiUrl, { timeoutMs: 200 }).read({ name: 'a.txt', size, url }).then(
    (bytes) => Buffer.from(bytes).toString(),
    (error: Error) => error.message,
  );

test("a file on the sandbox's server is read", async () => {
  expect(await read(`${base}/list.txt`)).toBe('203.0.113.1:8080');
});

test('a file anywhere else is not asked for', async () => {
  const before = asked.length;
  expect(await read(`${base}/list.txt`, 10, 'https://discord.com/api')).toMatch(/uploaded to Discord/);
  expect(await read('http://cdn.discordapp.com/a.txt')).toMatch(/uploaded to Discord/);
  expect(await read(`http://127.0.0.1:1/list.txt`)).toMatch(/uploaded to Discord/);
  expect(await read('file:///etc/passwd')).toMatch(/uploaded to Discord/);
  expect(await read('no address')).toMatch(/uploaded to Discord/);
  expect(asked.length).toBe(before);
});

test('trouble on the way is a sentence', async () => {
  expect(await read(`${base}/elsewhere`)).toMatch(/it redirects/);
  expect(await read(`${base}/missing`)).toMatch(/status 404/);
  expect(await read(`${base}/silent`)).toMatch(/no complete response within 0.2 s/);
  expect(await read(`${base}/half`)).toMatch(/the connection failed/);
  expect(await read(`${base}/list.txt`, 26 * 1024 * 1024)).toMatch(/26.0 MiB; the limit is 25 MiB/);
});
