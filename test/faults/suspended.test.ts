import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../simulator/checks/rules.ts';
import { type MonitoredPool, startMonitoredPool } from '../helpers/bot/monitored-pool.ts';

const PROXIES = 40;
/** Some checks are under way at any time. */
const SLOW_MS = 1_000;
/** Longer than a check may take, than a heartbeat may be missed, and than a claim lasts. */
const SUSPENDED_MS = 75_000;
const POLL = { timeout: 60_000, interval: 100 };

let pool: MonitoredPool;
beforeAll(async () => {
  pool = await startMonitoredPool(PROXIES, SLOW_MS);
});
afterAll(() => pool.stop());

test('a monitor that is suspended in the middle of its checks goes on within a minute, and blames no proxy', async () => {
  const worker = await pool.startWorker('5s');
  await expect.poll(() => pool.count(`proxy_health where health = 'healthy'`), POLL).toBe(PROXIES);
  await expect.poll(() => pool.count(`pgboss.job where name = 'check' and state = 'active'`), POLL).toBeGreaterThan(0);
  worker.signal('SIGSTOP');
  await wait(SUSPENDED_MS);
  worker.signal('SIGCONT');
  const { rows } = await pool.database.pool.query('select now() as resumed');
  const since = `proxy_health where checked_at > '${rows[0].resumed.toISOString()}'`;
  await expect.poll(() => pool.count(since), POLL).toBe(PROXIES);
  expect(await pool.count(`proxy_health where health <> 'healthy'`)).toBe(0);
  expect(await pool.count('alerts')).toBe(0);
  expect(await findBroken(pool.database)).toEqual({});
});
