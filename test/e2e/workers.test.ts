import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoopbackProxies, startLoopbackProxies } from '../../sandbox/proxies/index.ts';
import { openKeyring } from '../../src/db/keyring.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/bot/worker-process.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database/database.ts';

const PROXIES = 120;
const KEY = randomBytes(32);

let loopback: LoopbackProxies;
let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-workers-'));
const workers: WorkerProcess[] = [];
const run = async (statement: string) => (await database.pool.query(statement)).rows;

beforeAll(async () => {
  loopback = await startLoopbackProxies(PROXIES);
  database = await createTestDatabase();
  const addresses = loopback.proxies.map(({ host, port }) => `('${host}', ${port})`).join(', ');
  await run(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select a.host, a.port, 'http', '', gen_random_uuid(), '' from (values ${addresses}) as a(host, port)`);
  writeFileSync(join(folder, 'ca.pem'), loopback.target.caPem);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  await database.drop();
  await loopback.stop();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (encryptionKey: Buffer) => {
  const worker = await startWorkerProcess({
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: encryptionKey.toString('base64'),
    ALLOW_PRIVATE_PROXIES: '1',
    CHECK_URLS: loopback.target.url,
    CHECK_CA_FILE: join(folder, 'ca.pem'),
    CHECK_INTERVAL: '1h',
  });
  workers.push(worker);
  return worker;
};

test('two workers without a token share the checks, take no proxy twice, and shut down in order', async () => {
  const started = [await start(KEY), await start(KEY)];
  const checked = async () =>
    Number((await run(`select count(*) from proxy_health where checked_at is not null`))[0].count);
  await expect.poll(checked).toBe(PROXIES);
  const connections = loopback.proxies.map((proxy) => proxy.connections);
  const { rows } = await database.pool.query('select count(*)::int as checks from proxy_checks group by proxy_id');
  expect(connections).toEqual(connections.map(() => rows[0].checks));
  expect(new Set(rows.map((row) => row.checks)).size).toBe(1);
  expect(await Promise.all(started.map((worker) => worker.kill('SIGTERM')))).toEqual([0, 0]);
});

test('a start with another key is refused in a sentence', async () => {
  // As the first start leaves the database.
  await openKeyring(database.db, KEY);
  await expect(start(randomBytes(32))).rejects.toThrow('cannot decrypt this database');
});
