import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../simulator/checks/rules.ts';
import { type MonitoredPool, startMonitoredPool } from '../helpers/bot/monitored-pool.ts';

const PROXIES = 60;
/** Long enough for a kill in the middle of the checks. */
const SLOW_MS = 2_000;
/** A missed heartbeat is noticed about a minute later. */
const POLL = { timeout: 180_000, interval: 500 };

let pool: MonitoredPool;
beforeAll(async () => {
  pool = await startMonitoredPool(PROXIES, SLOW_MS);
});
afterAll(() => pool.stop());

const claimed = () => pool.count(`pgboss.job where name = 'check' and state = 'active'`);
const checked = () => pool.count('proxy_health where checked_at is not null');

test('jobs that a killed worker had claimed are done by another one, and no check is counted twice', async () => {
  const killed = await pool.startWorker('1h');
  await expect.poll(claimed, { ...POLL, interval: 20 }).toBeGreaterThan(0);
  await killed.kill('SIGKILL');
  expect(await checked()).toBeLessThan(PROXIES);
  await pool.startWorker('1h');
  await expect.poll(checked, POLL).toBe(PROXIES);
  await expect.poll(claimed, POLL).toBe(0);
  expect(await pool.count('(select from proxy_checks group by proxy_id having count(*) > 1) twice')).toBe(0);
  expect(await findBroken(pool.database)).toEqual({});
});
