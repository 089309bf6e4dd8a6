import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoopbackProxies, startLoopbackProxies } from '../../sandbox/proxies/index.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/bot/worker-process.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database/database.ts';
import { findBroken } from '../helpers/database/invariants.ts';

const PROXIES = 60;
/** Long enough for a kill in the middle of the checks. */
const SLOW_MS = 2_000;
/** A missed heartbeat is noticed about a minute later. */
const POLL = { timeout: 180_000, interval: 500 };

let loopback: LoopbackProxies;
let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-worker-'));
const workers: WorkerProcess[] = [];
const count = async (from: string): Promise<number> =>
  (await database.pool.query(`select count(*)::int as n from ${from}`)).rows[0].n;

beforeAll(async () => {
  loopback = await startLoopbackProxies(
    Array.from({ length: PROXIES }, () => ({ type: 'http' as const, behaviour: { slowMs: SLOW_MS } })),
  );
  database = await createTestDatabase();
  const addresses = loopback.proxies.map(({ host, port }) => `('${host}', ${port})`).join(', ');
  await database.pool.query(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select a.host, a.port, 'http', '', gen_random_uuid(), '' from (values ${addresses}) as a(host, port)`);
  writeFileSync(join(folder, 'ca.pem'), loopback.target.caPem);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  await database.drop();
  await loopback.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ENCRYPTION_KEY = randomBytes(32).toString('base64');
async function start(): Promise<WorkerProcess> {
  const worker = await startWorkerProcess({
    DATABASE_URL: database.workingUrl,
    DATABASE_OWNER_URL: database.url,
    ENCRYPTION_KEY,
    ALLOW_PRIVATE_PROXIES: '1',
    CHECK_URLS: loopback.target.url,
    CHECK_CA_FILE: join(folder, 'ca.pem'),
    CHECK_INTERVAL: '1h',
  });
  workers.push(worker);
  return worker;
}

const claimed = () => count(`pgboss.job where name = 'check' and state = 'active'`);
const checked = () => count('proxy_health where checked_at is not null');

test('jobs that a killed worker had claimed are done by another one, and no check is counted twice', async () => {
  const killed = await start();
  await expect.poll(claimed, { ...POLL, interval: 20 }).toBeGreaterThan(0);
  workers.length = 0;
  await killed.kill('SIGKILL');
  expect(await checked()).toBeLessThan(PROXIES);
  await start();
  await expect.poll(checked, POLL).toBe(PROXIES);
  await expect.poll(claimed, POLL).toBe(0);
  expect(await count('(select from proxy_checks group by proxy_id having count(*) > 1) twice')).toBe(0);
  expect(await findBroken(database)).toEqual({});
});
