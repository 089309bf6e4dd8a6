import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PageMessage } from '../../sandbox/server/page/protocol.ts';
import { createLogger } from '../../src/base/logger.ts';
import { Shutdown } from '../../src/base/shutdown.ts';
import { enterSandbox } from '../../src/wiring/sandbox-mode.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const log = createLogger('silent');

let child: ChildProcess;
let url = '';
const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-start-'));

/** The program of `npm start`, with no setting except the folder of its data. */
beforeAll(async () => {
  child = spawn(process.execPath, ['bin/start.mjs', 'src/programs/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, SANDBOX_PORT: '0', HTTP_PORT: '0' },
  });
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? url;
    if (line.includes('the bot is ready')) break;
  }
  child.stdout.resume();
});
afterAll(async () => {
  rmSync(dataDir, { recursive: true, force: true });
});

test('without a token the bot runs in the sandbox, says where to look, loads sample data on a click, and stops in order', async () => {
  expect((await fetch(url)).status).toBe(200);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/page?user=ada`, { origin: url });
  const said: string[] = [];
  const loaded = new Promise<void>((done) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as PageMessage;
      if (message.kind === 'hello') {
        expect(message.hasSample).toBe(true);
        socket.send(JSON.stringify({ id: 1, method: 'loadSample', params: {} }));
      }
      if (message.kind === 'sample') said.push(message.line);
      if (message.kind === 'answer') done();
    });
  });
  await loaded;
  expect(said.at(-1)).toContain('Loaded 300 proxies and 406 accounts');
  socket.close();
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('a port that another program uses is named, with the setting that changes it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const started = enterSandbox({ port, dataDir: join(dataDir, 'taken') }, log, new Shutdown(log, 1000));
  await expect(started).rejects.toThrow(
    `Port ${port} is already in use. Stop the program that uses it, or set SANDBOX_PORT to another port.`,
  );
  other.close();
});
