import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../simulator/checks/rules.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';

const SCRIPT = resolve(import.meta.dirname, '../helpers/database/embedded-process.ts');
/** In KiB: more than a segment of the log of PostgreSQL, and less than a table of 150,000 proxies. */
const LARGEST_FILE = 17_000;
const POLL = { timeout: 60_000, interval: 200 };

const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-postgres-'));
let server: { process: ChildProcess; url: string };
let bot: TestBot;
let pool: pg.Pool;

/** Starts the server of the folder, whose files cannot grow beyond a limit, as on a full disk. */
async function startServer(): Promise<void> {
  const command = `ulimit -f ${LARGEST_FILE} && exec "$0" "$@"`;
  const child = spawn('bash', ['-c', command, process.execPath, SCRIPT, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  server = { process: child, url };
}

async function order(what: 'stop' | 'exit'): Promise<void> {
  const ended = once(server.process, 'exit');
  server.process.stdin?.end(`${what}\n`);
  await ended;
}

const postmaster = () => Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

/** The server and all of its processes. */
function signalServer(signal: NodeJS.Signals): void {
  const pid = postmaster();
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  for (const each of [pid, ...children.filter(Boolean).map(Number)]) process.kill(each, signal);
}

beforeAll(async () => {
  await startServer();
  bot = await startTestBot({ through: async () => ({ databaseUrl: server.url, ownerUrl: undefined }) });
  pool = new pg.Pool({ connectionString: server.url, max: 2 });
  pool.on('error', () => undefined);
}, 120_000);
afterAll(async () => {
  await pool.end();
  await bot.stop();
  await order('stop');
  rmSync(dataDir, { recursive: true, force: true });
});

const readiness = async () => (await fetch(`${bot.apiUrl}/readyz`)).status;
const count = async (rows: string): Promise<number> =>
  (await pool.query(`select count(*)::int as n from ${rows}`)).rows[0].n;
let made = 0;

/** Adds an account while `trouble` lasts. What was said is true, and afterwards the bot works as before. */
async function addDuring(trouble: () => Promise<void>): Promise<void> {
  const username = `ann.${++made}`;
  const over = trouble();
  const said = await bot.ops
    .as('ada')
    .command('/account add', { username, model: 'Amber' })
    .catch(() => undefined);
  await over;
  await expect.poll(readiness, POLL).toBe(200);
  const added = await count(`accounts where key = '${username}'`);
  if (said?.text.includes('Nothing was changed')) expect(added).toBe(0);
  if (said?.text.includes('Added')) expect(added).toBe(1);
  // The first command may still meet a connection that broke, and says that nothing was changed.
  const again = async () => (await bot.ops.command('/account add', { username, model: 'Amber' })).text;
  await expect.poll(again, POLL).toContain(username);
  expect(await count(`accounts where key = '${username}'`)).toBe(1);
  expect(await findBroken({ pool })).toEqual({});
}

test('PostgreSQL that is stopped for 30 s', async () => {
  await addDuring(async () => {
    await order('stop');
    await expect.poll(readiness, POLL).toBe(503);
    await wait(30_000);
    await startServer();
  });
});

test('PostgreSQL that is killed and started again', async () => {
  await addDuring(async () => {
    signalServer('SIGKILL');
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    await startServer();
  });
});

test('PostgreSQL that is frozen for 60 s', async () => {
  await addDuring(async () => {
    signalServer('SIGSTOP');
    await expect.poll(readiness, POLL).toBe(503);
    await wait(60_000);
    signalServer('SIGCONT');
  });
});

test('a disk that is full in the middle of an import', async () => {
  const ops = bot.ops.as('ada');
  const lines = Array.from({ length: 150_000 }, (_, n) => `host-${n}.example.com:8080:user-${n}:password-${n}`);
  const large = { file: { name: 'large.txt', data: Buffer.from(lines.join('\n')) } };
  const refused = await ops.command('/proxy import', large);
  expect(refused.text).toContain('Nothing was changed');
  expect(await count('proxies')).toBe(0);
  const small = await ops.command('/proxy import', {
    file: { name: 'small.txt', data: Buffer.from('203.0.113.1:8080') },
  });
  expect((await small.click('Import 1')).text).toContain('**Imported 1**');
  expect(await readiness()).toBe(200);
});
