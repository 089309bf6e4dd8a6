import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLoopbackProxies } from '../../../sandbox/proxies/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/database.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** Proxies on this machine that answer, and worker processes that check them. */
export interface MonitoredPool {
  database: TestDatabase;
  /** How many rows there are in `from`. */
  count(from: string): Promise<number>;
  /** @param interval between two checks of a proxy, such as `10s` */
  startWorker(interval: string): Promise<WorkerProcess>;
  stop(): Promise<void>;
}

/** @param slowMs how long each proxy takes to answer */
export async function startMonitoredPool(proxies: number, slowMs: number): Promise<MonitoredPool> {
  const loopback = await startLoopbackProxies(
    Array.from({ length: proxies }, () => ({ type: 'http' as const, behaviour: { slowMs } })),
  );
  const database = await createTestDatabase();
  const addresses = loopback.proxies.map(({ host, port }) => `('${host}', ${port})`).join(', ');
  await database.pool.query(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select a.host, a.port, 'http', '', gen_random_uuid(), '' from (values ${addresses}) as a(host, port)`);
  const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-worker-'));
  writeFileSync(join(folder, 'ca.pem'), loopback.target.caPem);
  const environment = {
    DATABASE_URL: database.workingUrl,
    DATABASE_OWNER_URL: database.url,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ALLOW_PRIVATE_PROXIES: '1',
    CHECK_URLS: loopback.target.url,
    CHECK_CA_FILE: join(folder, 'ca.pem'),
  };
  const workers: WorkerProcess[] = [];
  return {
    database,
    count: async (from) => (await database.pool.query(`select count(*)::int as n from ${from}`)).rows[0].n,
    async startWorker(interval) {
      const worker = await startWorkerProcess({ ...environment, CHECK_INTERVAL: interval });
      workers.push(worker);
      return worker;
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
      await database.drop();
      await loopback.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
