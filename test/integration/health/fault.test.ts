import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import type { CheckResult } from '../../../src/domain/health/check-result.ts';
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
  const monitor = new Monitor({
    ...{ db: database.db, intervalMs: 600_000, log: createLogger('silent') },
    health: new Health({ db: database.db, alerts, intervalMs: 600_000 }),
    ownNetwork: { check: async () => ({ reason, targets: [] }) },
    checker: { check: async () => [] },
  });
  const open = `select from alerts where kind = 'monitor' and closed_at is null`;
  await monitor.checkBatch(proxies.slice(0, 1));
  expect(await run(open)).toHaveLength(1);
  reason = '';
  await expect(monitor.checkBatch(proxies.slice(0, 1))).rejects.toThrow('the database is away');
  isAway = false;
  await monitor.checkBatch(proxies.slice(0, 1));
  expect(await run(open)).toHaveLength(0);
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
