import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { readPlanBasis } from '../../../src/db/queries/assignments/pool.ts';
import { bringBackJobs } from '../../../src/db/queries/clock.ts';
import { claimDelivery } from '../../../src/db/queries/messages/outbox.ts';
import { findPlan, insertPlan } from '../../../src/db/queries/plans.ts';
import { openJobQueue } from '../../../src/jobs/job-queue.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { Checker } from '../../../src/services/health/checker.ts';
import { HealthService } from '../../../src/services/health/health-service.ts';
import { Monitor } from '../../../src/services/health/monitor.ts';
import { Sweep } from '../../../src/services/health/sweep.ts';
import { Housekeeping } from '../../../src/services/housekeeping.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

const INTERVAL_MS = 600_000;
const DAY_MS = 24 * 3_600_000;
const log = createLogger('silent');

let database: TestDatabase;
let ids: number[];
const run = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
  ids = await insertProxies(database, { provider: 'acme', count: 40, network: 1 });
});
beforeEach(() => run('delete from alerts; delete from proxy_health; delete from messages'));
afterEach(() => vi.useRealTimers());
afterAll(() => database.drop());

/** The checks of a process: claimed by a sweep, made by a probe for which every proxy is well. */
function startMonitoring() {
  const handed: number[] = [];
  const hand = async (_tx: unknown, batches: readonly number[][]) => void handed.push(...batches.flat());
  const times = { connectMs: 1, handshakeMs: 1, firstByteMs: 1, totalMs: 1 };
  const ok = async () => ({ outcome: 'ok' as const, detail: '', times, exitIp: null, target: 'check.test' });
  const probe = { targets: [], check: ok, checkDirect: ok, close: () => undefined };
  const alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '1' });
  const monitor = new Monitor({
    db: database.db,
    intervalMs: INTERVAL_MS,
    log,
    health: new HealthService({ db: database.db, alerts, intervalMs: INTERVAL_MS }),
    ownNetwork: { check: async () => ({ reason: '', targets: [] }) },
    checker: new Checker({
      db: database.db,
      probe,
      concurrency: 10,
      keyring: { open: () => Promise.reject(new Error('there is nothing sealed')) },
    }),
  });
  const sweep = new Sweep({ db: database.db, intervalMs: INTERVAL_MS, hand });
  return async () => {
    await sweep.run();
    const claimed = handed.splice(0);
    if (claimed.length > 0) await monitor.checkBatch(claimed);
    return claimed.length;
  };
}

describe.each([
  ['a day ahead', DAY_MS],
  ['an hour behind', -3_600_000],
])('a process whose clock is %s', (_name, skewMs) => {
  test('plans checks, keeps previews and plans by the clock of the database', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + skewMs });
    const check = startMonitoring();
    expect(await check()).toBe(ids.length);
    expect(await check()).toBe(0);
    const [{ soonest, latest }] = await run(
      `select extract(epoch from min(next_check_at) - now())::int as soonest, extract(epoch from max(next_check_at) - now())::int as latest from proxy_health`,
    );
    expect(soonest).toBeGreaterThan(0);
    expect(latest).toBeLessThan((INTERVAL_MS / 1000) * 1.2);
    await run(`update proxy_health set next_check_at = now()`);
    expect(await check()).toBe(ids.length);

    const plan = await insertPlan(
      database.db,
      { id: 'a', name: 'a' },
      { kind: 'assignment.fill', state: 'open', input: {} },
    );
    await run(`update plans set expires_at = now() + interval '1 minute'`);
    expect((await findPlan(database.db, 'assignment.fill', plan))?.state).toBe('open');
    await run(`update plans set expires_at = now() - interval '1 minute'`);
    expect((await findPlan(database.db, 'assignment.fill', plan))?.state).toBe('expired');

    const { now } = await readPlanBasis(database.db);
    const [{ off }] = await run(`select abs(extract(epoch from now()) * 1000 - ${now})::float8 as off`);
    expect(off).toBeLessThan(10_000);

    await new AlertWatch({ db: database.db, log }).survey();
    await new Housekeeping({ db: database.db, log }).purge();
    expect(await run('select from alerts')).toEqual([]);
    const [{ checks }] = await run('select count(*)::int as checks from proxy_checks');
    expect(checks).toBeGreaterThanOrEqual(2 * ids.length);
  });
});

describe.each(['1 day', '1 hour'])('after the clock of the database was %s ahead', (ahead) => {
  test('every check is due at once, and claims are free', async () => {
    const check = startMonitoring();
    await check();
    await run(`update proxy_health set next_check_at = next_check_at + interval '${ahead}'`);
    await run(
      `update proxy_health set claimed_until = now() + interval '${ahead} 15 minutes' where proxy_id <= ${ids[9]}`,
    );
    expect(await check()).toBe(ids.length);
    expect(await check()).toBe(0);
    expect(await run('select distinct health from proxy_health')).toEqual([{ health: 'healthy' }]);
  });

  test('messages are edited and sent, and a mute lasts as long as it should', async () => {
    await run(`insert into messages (kind, message_id, channel_id, posted_at, posts, sent_version, version, due_at, leased_until, problem)
      values ('alert', '1', '1', now(), 1, 1, 2, now() + interval '${ahead}', null, null),
        ('alert', null, null, null, 0, 0, 1, now(), now() + interval '${ahead}', null),
        ('alert', null, null, null, 0, 0, 1, now() + interval '${ahead}', null, 'unavailable'),
        ('alert', null, null, null, 0, 0, 1, now() + interval '${ahead}', null, null)`);
    const limits = { leaseMs: 20_000, paceMs: 5_000, retryMs: 900_000 };
    const claimed = [];
    for (let at = 0; at < 4; at++) claimed.push(await claimDelivery(database.db, limits));
    expect(claimed.map((each) => each !== undefined)).toEqual([true, true, true, false]);
  });

  test('jobs that wait start, and those that have ended block no period', async () => {
    const { boss, stop } = await openJobQueue({ databaseUrl: database.url, log });
    try {
      await boss.createQueue('clock', { policy: 'short' });
      await boss.send('clock', null, { singletonSeconds: 60 });
      const [job] = await boss.fetch('clock');
      await boss.complete('clock', job?.id ?? '');
      await boss.send('clock', null, { singletonKey: 'other' });
      await run(`update pgboss.job set created_on = created_on + interval '${ahead}', start_after = start_after + interval '${ahead}'
        where name = 'clock'`);
      expect(await boss.fetch('clock')).toEqual([]);
      await bringBackJobs(database.db);
      expect(await boss.fetch('clock')).toHaveLength(1);
      expect(await run(`select state::text from pgboss.job where name = 'clock'`)).toEqual([{ state: 'active' }]);
    } finally {
      await stop();
      await run(`delete from pgboss.job where name = 'clock'`);
    }
  });
});
