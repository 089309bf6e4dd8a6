import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import type { CheckResult } from '../../../src/domain/health/check-result.ts';
import { hostOf, parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../../src/domain/health/outcome.ts';
import type { Probe } from '../../../src/probe/probe.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { HealthService } from '../../../src/services/health/health-service.ts';
import { Monitor } from '../../../src/services/health/monitor.ts';
import { OwnNetworkCheck } from '../../../src/services/health/own-network.ts';
import { ProxyTestService } from '../../../src/services/health/proxy-test-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let database: TestDatabase;
let proxies: number[];
const run = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
  proxies = await insertProxies(database, { provider: 'acme', count: 500, network: 1 });
});
afterAll(() => database.drop());

/** How long batches are written before a monitoring problem is resolved, at an interval of ten minutes. */
const HOLD_MS = 60_000;

test('the alert of a fault is closed by a later batch where the first one could not', async () => {
  let isAway = true;
  class Health extends HealthService {
    override async endFault(at: Date): Promise<void> {
      if (isAway) throw new Error('the database is away');
      await super.endFault(at);
    }
  }
  const alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '1' });
  let reason = 'no way out';
  let elapsed = 0;
  const monitor = new Monitor({
    db: database.db,
    intervalMs: 600_000,
    log: createLogger('silent'),
    health: new Health({ db: database.db, alerts, intervalMs: 600_000 }),
    ownNetwork: { check: async () => ({ reason, targets: [] }) },
    checker: { check: async () => [] },
    elapsed: () => elapsed,
  });
  const open = `select from alerts where kind = 'monitor' and closed_at is null`;
  await monitor.checkBatch(proxies.slice(0, 1));
  expect(await run(open)).toHaveLength(1);
  reason = '';
  await monitor.checkBatch(proxies.slice(0, 1));
  elapsed += HOLD_MS;
  await expect(monitor.settle()).rejects.toThrow('the database is away');
  isAway = false;
  await monitor.settle();
  expect(await run(open)).toHaveLength(0);
});

describe('targets that go away while a batch is checked', () => {
  const targets = ['https://one.example/', 'https://two.example/'].map(parseTarget);
  const state = { answering: targets, elapsed: 0, now: new Date('2026-03-01T12:00:00Z') };
  const asked: string[] = [];
  /** The events while the proxies are checked. */
  let meanwhile = () => {};
  const times = { connectMs: 1, handshakeMs: 1, firstByteMs: 1, totalMs: 1 };
  const result = (outcome: CheckOutcome, target: string) => ({
    outcome,
    detail: outcome,
    times,
    exitIp: null,
    target,
  });
  let monitor: Monitor;

  beforeEach(async () => {
    await run('delete from alerts; delete from proxy_health');
    Object.assign(state, { answering: targets, elapsed: 0, now: new Date('2026-03-01T12:00:00Z') });
    asked.length = 0;
    meanwhile = () => {};
    const probe: Probe = {
      targets,
      check: () => Promise.reject(new Error('not used')),
      checkDirect: async ({ target = targets[0] } = {}) => {
        asked.push('direct');
        return result(state.answering.some((each) => each === target) ? 'ok' : 'timeout', target ? hostOf(target) : '');
      },
      close: () => undefined,
    };
    const alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '1' });
    monitor = new Monitor({
      db: database.db,
      intervalMs: 600_000,
      log: createLogger('silent'),
      now: () => state.now,
      elapsed: () => state.elapsed,
      health: new HealthService({ db: database.db, alerts, intervalMs: 600_000 }),
      ownNetwork: new OwnNetworkCheck({ probe, elapsed: () => state.elapsed }),
      checker: {
        async check(ids, { targets: used = targets } = {}) {
          meanwhile();
          return ids.map((proxyId, index) => {
            const target = used[index % used.length] ?? targets[0];
            const isUp = state.answering.some((each) => each === target);
            const proxy = { proxyId, host: '203.0.113.1', port: 1, provider: 'acme', wasHealthy: true, at: state.now };
            return { ...proxy, result: result(isUp ? 'ok' : 'proxy_error', target ? hostOf(target) : '') };
          });
        },
      },
    });
    await monitor.checkBatch(proxies.slice(0, 20));
    await monitor.checkBatch(proxies.slice(0, 20));
  });

  const health = () => run('select health, failure_streak as bad, count(*)::int from proxy_health group by 1, 2');
  const problems = () => run(`select extract(epoch from closed_at - opened_at)::int as seconds from alerts`);
  const pass = (ms: number) => {
    state.elapsed += ms;
    state.now = new Date(state.now.getTime() + ms);
  };

  test.each([1, 5, 20])('change no health, if %i of 20 checks have failed', async (failed) => {
    meanwhile = () => {
      state.answering = [];
    };
    const whole = monitor.checkBatch(proxies.slice(0, failed));
    expect((await whole).fault).toContain('No target responds');
    expect(await health()).toEqual([{ health: 'healthy', bad: 0, count: 20 }]);
  });

  test('take nothing from proxies that used the other target', async () => {
    meanwhile = () => {
      state.answering = targets.slice(0, 1);
    };
    const { checked, fault } = await monitor.checkBatch(proxies.slice(0, 20));
    expect([fault, checked.filter((each) => each.result.outcome === 'inconclusive').length]).toEqual(['', 10]);
    expect(await health()).toEqual([{ health: 'healthy', bad: 0, count: 20 }]);
    expect(await problems()).toEqual([]);
  });

  test('and come and go are one problem, with its true duration', async () => {
    for (let round = 0; round < 5; round++) {
      state.answering = [];
      pass(20_000);
      await monitor.checkBatch(proxies.slice(0, 20));
      state.answering = targets;
      pass(20_000);
      await monitor.checkBatch(proxies.slice(0, 20));
      await monitor.settle();
    }
    expect(await problems()).toEqual([{ seconds: null }]);
    pass(HOLD_MS);
    await monitor.settle();
    expect(await problems()).toEqual([{ seconds: 180 }]);
    expect(await health()).toEqual([{ health: 'healthy', bad: 0, count: 20 }]);
  });

  test('are asked once for all batches that end meanwhile', async () => {
    meanwhile = () => {
      state.answering = targets.slice(0, 1);
    };
    asked.length = 0;
    await Promise.all(Array.from({ length: 10 }, (_, at) => monitor.checkBatch(proxies.slice(at * 20, at * 20 + 20))));
    expect(asked.length).toBeLessThanOrEqual(3 * targets.length);
  });
});

test('a test ends as a whole if one batch fails, and makes no further checks', async () => {
  const asked: number[] = [];
  const monitor: Pick<Monitor, 'checkBatch'> = {
    async checkBatch(ids, { signal } = {}) {
      asked.push(ids.length);
      if (asked.length === 1) throw new Error('the database is away');
      return new Promise((resolve, reject) => {
        if (signal?.aborted) reject(signal.reason);
        signal?.addEventListener('abort', () => reject(signal.reason));
        setImmediate(() => resolve({ checked: [], fault: '' }));
      });
    },
  };
  const tests = new ProxyTestService({ db: database.db, monitor, concurrency: 0 });
  await expect(tests.run({ ids: proxies })).rejects.toThrow('the database is away');
  // Each batch that went on would be another turn.
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  expect(asked).toEqual([50, 50]);
});

test('a caller that aborts a shared network check does not cancel it for others', async () => {
  const answered = Promise.withResolvers<CheckResult>();
  const ownNetwork = new OwnNetworkCheck({
    probe: {
      targets: [{ url: new URL('https://target.example/'), expect: { kind: 'ip' } }],
      check: () => answered.promise,
      checkDirect: ({ signal } = {}) => {
        signal?.addEventListener('abort', () => answered.reject(signal.reason));
        return answered.promise;
      },
      close: () => undefined,
    },
  });
  const leaving = new AbortController();
  const first = ownNetwork.check({ signal: leaving.signal });
  const second = ownNetwork.check();
  leaving.abort(new Error('the test was cancelled'));
  await expect(first).rejects.toThrow('the test was cancelled');
  const times = { connectMs: 1, handshakeMs: 1, firstByteMs: 1, totalMs: 1 };
  answered.resolve({ outcome: 'ok', detail: '', times, exitIp: null, target: 'target.example' });
  expect((await second).reason).toBe('');
});

test('a network check is not begun for a caller that has aborted already, so that none fails unheard', async () => {
  let begun = 0;
  const ownNetwork = new OwnNetworkCheck({
    probe: {
      targets: [{ url: new URL('https://target.example/'), expect: { kind: 'ip' } }],
      check: () => Promise.reject(new Error('no proxy is checked')),
      async checkDirect() {
        begun++;
        throw new Error('the probe is closed');
      },
      close: () => undefined,
    },
  });
  const signal = AbortSignal.abort(new Error('the monitor is stopping'));
  await expect(ownNetwork.check({ signal })).rejects.toThrow('the monitor is stopping');
  await expect(ownNetwork.check({ signal, isFresh: true })).rejects.toThrow('the monitor is stopping');
  expect(begun).toBe(0);
});
