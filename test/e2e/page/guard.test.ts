import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { createPage } from '../../../sandbox/server/page/page.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    port: 0,
    page: (running) => createPage({ sandbox: running, sample: () => undefined }),
  });
});
afterAll(() => sandbox.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number | undefined; policy: string }>((resolve, reject) => {
    const { port } = new URL(sandbox.url);
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, policy: String(response.headers['content-security-policy']) });
    })
      .once('error', reject)
      .end();
  });

const opens = (query: string, origin?: string) =>
  new Promise<boolean>((resolve) => {
    const socket = new WebSocket(
      `${sandbox.url.replace('http', 'ws')}/page${query}`,
      origin === undefined ? {} : { origin },
    );
    socket.once('open', () => {
      resolve(true);
      socket.close();
    });
    socket.once('error', () => resolve(false));
  });

test('the page answers to its own names alone', async () => {
  expect((await get('/')).status).toBe(200);
  expect((await get('/', { host: 'evil.example' })).status).toBe(403);
  expect((await get('/', { origin: 'https://evil.example' })).status).toBe(403);
});

test('only a page of this origin can connect, and only as a person of the sandbox', async () => {
  expect(await opens('?user=otto', sandbox.url)).toBe(true);
  expect(await opens('?user=otto', 'https://evil.example')).toBe(false);
  expect(await opens('?user=otto')).toBe(false);
  expect(await opens('?user=constructor', sandbox.url)).toBe(false);
});

test('only its own files and the libraries that it names are served, under a policy that runs nothing else', async () => {
  for (const path of ['/web/main.ts', '/web/static/style.css', '/vendor/lit/html.js', '/vendor/lit-html/lit-html.js']) {
    expect([path, (await get(path)).status]).toEqual([path, 200]);
  }
  for (const path of [
    '/web/../server/ids.ts',
    '/web/%2e%2e/server/ids.ts',
    '/web//etc/passwd',
    '/vendor/pg/package.json',
    '/package.json',
    '/web/.',
    '/%',
  ]) {
    expect([path, (await get(path)).status]).toEqual([path, expect.toBeOneOf([400, 404])]);
  }
  expect((await get('/')).policy).toContain("default-src 'none'");
});
