import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let database: TestDatabase;
let services: { alerts: AlertService };
let proxies: number[];
const PROVIDERS = ['acme', 'bolt', 'cove'];
const EACH = 4;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const start = new Date('2026-11-23T00:00:00Z').getTime();

beforeAll(async () => {
  database = await createTestDatabase();
  services = { alerts: new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' }) };
  const made = PROVIDERS.map((provider, network) => insertProxies(database, { provider, count: EACH, network }));
  proxies = (await Promise.all(made)).flat();
});
afterAll(() => database.drop());

test('whatever fails and recovers, each failing proxy is in one open incident, and none is open without one', async () => {
  const batch = fc.record({
    which: fc.uniqueArray(fc.nat(PROVIDERS.length * EACH - 1), { minLength: 1, maxLength: 6 }),
    minutes: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 12 }), async (batches) => {
      await run('delete from alerts; delete from proxy_health');
      const failing = new Set<number>();
      let minute = 0;
      for (const { which, minutes } of batches) {
        minute += minutes;
        const at = new Date(start + minute * 60_000);
        const ids = which.flatMap((index) => proxies[index] ?? []);
        const worse = ids.filter((id) => !failing.has(id));
        const better = ids.filter((id) => failing.has(id));
        if (worse.length > 0) await changeHealth({ database, services }, 'failing', worse, { at });
        if (better.length > 0) await changeHealth({ database, services }, 'healthy', better, { at });
        for (const id of worse) failing.add(id);
        for (const id of better) failing.delete(id);
      }
      const open = await run(`select x.proxy_id as id from alerts a join alert_proxies x on x.alert_id = a.id
        where a.closed_at is null and x.ended_at is null order by 1`);
      expect(open.map(({ id }) => id)).toEqual([...failing].toSorted((a, b) => a - b));
      const wrong = await run(`select a.id from alerts a where (a.closed_at is null) <> exists (
          select from alert_proxies x where x.alert_id = a.id and x.ended_at is null)
        or a.closed_at < a.opened_at or a.last_at < a.opened_at`);
      expect(wrong).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('processes that report parts of one outage at once open one incident', async () => {
  await run('delete from alerts; delete from proxy_health');
  await Promise.all(
    proxies.map((id) => changeHealth({ database, services }, 'failing', [id], { at: new Date(start) })),
  );
  expect(await run('select count(*)::int as count from alerts')).toEqual([{ count: 1 }]);
  expect(await run('select count(*)::int as count from alert_proxies')).toEqual([{ count: proxies.length }]);
});

test('a proxy that fails again while its incident is open is one row of it, and remembered as flapping', async () => {
  await run('delete from alerts; delete from proxy_health');
  const [a = 0, b = 0] = proxies;
  await changeHealth({ database, services }, 'failing', [a, b]);
  await changeHealth({ database, services }, 'healthy', [a]);
  await changeHealth({ database, services }, 'failing', [a], { isFlapping: true });
  expect(await run('select proxy_id as id, ended_at, is_flapping as flaps from alert_proxies order by 1')).toEqual([
    { id: a, ended_at: null, flaps: true },
    { id: b, ended_at: null, flaps: false },
  ]);
});
