import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountsByModel, proxiesByModel, proxiesByProvider } from '../../../src/db/queries/health/stats.ts';
import { readPoolFigures } from '../../../src/db/queries/metrics.ts';
import { listProxies } from '../../../src/db/queries/proxies/proxies.ts';
import { writeSettings } from '../../../src/db/queries/settings.ts';
import type { ProxyFilter } from '../../../src/domain/proxies/filters.ts';
import { MAX_ACCOUNTS_PER_PROXY } from '../../../src/domain/proxies/proxy.ts';
import { StatsService } from '../../../src/services/stats/stats-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

let database: TestDatabase;
let stats: StatsService;
const run = (statement: string) => database.pool.query(statement);

/** Proxies by load, from none on; of no higher load there is any. */
const byLoad = (...proxies: number[]) =>
  Array.from({ length: MAX_ACCOUNTS_PER_PROXY + 1 }, (_, load) => proxies[load] ?? 0);

/** Proxies 1 to 13; the statement of each says what is special about it. */
const POOL = [
  `insert into models (name, key) values ('Amber', 'amber'), ('Bella', 'bella'), ('Cara', 'cara')`,
  `insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider)
   select '203.0.113.' || n, 8080, 'http', '', gen_random_uuid(), '\\x00', case when n <= 6 then 'Acme' when n <= 10 then 'Globex' end
   from generate_series(1, 13) n`,
  `insert into proxy_health (proxy_id, health) values (1, 'healthy'), (2, 'healthy'), (3, 'degraded'), (4, 'failing'), (5, 'failing'),
   (6, 'failing'), (13, 'failing')`,
  // 5 fails and is switched off, 6 and 13 failed and are removed, 7 has expired, 8 expires soon as 6 and 9 do, 9 is blocked.
  `update proxies set status = 'inactive' where id = 5`,
  `update proxies set removed_at = now() where id in (6, 13)`,
  `update proxies set expires_at = now() - interval '1 hour' where id = 7`,
  `update proxies set expires_at = now() + interval '6 days' where id in (6, 8, 9)`,
  `update proxies set status = 'blocked' where id in (9, 13)`,
  // Amber is on 1 (three), 2 (one) and 4 (one); Bella on 3 (two); 10 cools down for Amber, and did so for Cara on 11 and 13.
  `insert into proxy_model_claims (proxy_id, model_id, cooling_until) values (1, 1, null), (2, 1, null), (4, 1, null), (3, 2, null),
   (10, 1, now() + interval '1 day'), (11, 3, now() - interval '1 day'), (13, 3, now() - interval '1 day')`,
  `insert into accounts (username, key, model_id, held_at, removed_at)
   select 'a' || n, 'a' || n, case when n <= 8 then 1 else 2 end, case when n = 7 then now() end, case when n = 8 then now() end from generate_series(1, 14) n`,
  `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
   values (1, 1, 1, 1, 't', 't'), (2, 1, 1, 2, 't', 't'), (3, 1, 1, 3, 't', 't'), (4, 2, 1, 2, 't', 't'), (5, 4, 1, 1, 't', 't'),
   (9, 3, 2, 1, 't', 't'), (10, 3, 2, 3, 't', 't')`,
];

beforeAll(async () => {
  database = await createTestDatabase();
  stats = new StatsService({ db: database.db });
  await writeSettings(database.db, { limit: 3, cooldownDays: 7, currency: 'USD' });
  for (const statement of POOL) await run(statement);
});
afterAll(() => database.drop());

test('accounts, loads, free slots and missing proxies of the whole pool', async () => {
  const pool = await stats.pool();
  expect(pool.accounts).toEqual({ assigned: 7, waiting: 5, held: 1 });
  // 6 and 13 are removed; 5, 7, 8, 9, 10, 11 and 12 carry nothing.
  expect(pool.loads).toEqual(byLoad(7, 2, 1, 1));
  // Two on 2, one on 3, three on 10 for Amber alone, and three each on 8, 11 and 12.
  expect(pool.freeSlots).toBe(15);
  expect(pool.unused).toBe(3);
  expect(pool.missing).toBe(3);
});

test('each model has its accounts, its proxies and the free slots on them', async () => {
  const { models } = await stats.pool();
  expect(models).toEqual([
    { id: 1, name: 'Amber', assigned: 5, waiting: 1, held: 1, loads: byLoad(1, 2, 0, 1), freeSlots: 5, missing: 1 },
    { id: 2, name: 'Bella', assigned: 2, waiting: 4, held: 0, loads: byLoad(0, 0, 1), freeSlots: 1, missing: 2 },
    { id: 3, name: 'Cara', assigned: 0, waiting: 0, held: 0, loads: byLoad(0), freeSlots: 0, missing: 0 },
  ]);
  const [amber, bella, cara] = models;
  expect(await stats.models()).toMatchObject({ rows: [bella, amber, cara], unused: 3, waiting: 5, missing: 3 });
});

test('each provider has its proxies by health, with those of no provider by themselves', async () => {
  const { providers } = await stats.pool();
  expect(providers).toEqual([
    { provider: 'Acme', health: { healthy: 2, degraded: 1, failing: 2, unknown: 0 } },
    { provider: 'Globex', health: { healthy: 0, degraded: 0, failing: 0, unknown: 4 } },
    { provider: null, health: { healthy: 0, degraded: 0, failing: 0, unknown: 2 } },
  ]);
});

test('the failing and expiring proxies are those that are active', async () => {
  const { lists } = await stats.pool();
  expect([lists.failing, lists.expiring]).toEqual([1, 1]);
});

test('one model is counted separately, with the unused proxies that it could take', async () => {
  const pool = await stats.pool({ model: 'AMBER' });
  expect(pool.model).toEqual({ id: 1, name: 'Amber' });
  expect(pool.accounts).toEqual({ assigned: 5, waiting: 1, held: 1 });
  expect(pool.loads).toEqual(byLoad(1, 2, 0, 1));
  expect([pool.freeSlots, pool.unused]).toEqual([14, 3]);
  expect(pool.providers.map(({ provider }) => provider)).toEqual(['Acme', 'Globex']);
  await expect(stats.pool({ model: 'nobody' })).rejects.toThrow('Unknown model “nobody”.');
});

test('a lowered limit leaves fewer free slots, and none below nothing', async () => {
  await writeSettings(database.db, { limit: 1, cooldownDays: 7, currency: 'USD' });
  const pool = await stats.pool();
  await writeSettings(database.db, { limit: 3, cooldownDays: 7, currency: 'USD' });
  expect([pool.freeSlots, pool.missing, pool.limit]).toEqual([4, 5, 1]);
});

test.each([undefined, 'amber', 'bella', 'cara'])(
  'the figures on the buttons are what the lists find (%s)',
  async (model) => {
    const { lists } = await stats.pool({ model });
    const find = async (filter: ProxyFilter) =>
      (
        await listProxies(database.db, {
          filter: { ...filter, status: 'active', model, sort: 'number' },
          limit: 3,
          size: 15,
        })
      ).total;
    expect(lists).toEqual({
      failing: await find({ health: 'failing' }),
      expiring: await find({ usage: 'expiring' }),
      free: await find({ usage: 'free' }),
    });
  },
);

test('an empty pool is counted as nothing', async () => {
  const empty = await createTestDatabase();
  try {
    expect(await accountsByModel(empty.db)).toEqual([]);
    expect(await proxiesByModel(empty.db, 3)).toEqual([]);
    expect(await proxiesByProvider(empty.db, 3)).toEqual([]);
    expect(await new StatsService({ db: empty.db }).pool()).toMatchObject({
      loads: byLoad(0),
      freeSlots: 0,
      models: [],
    });
  } finally {
    await empty.drop();
  }
});

test('metrics count the proxies by status, health and outcome, and the accounts by state', async () => {
  await run(
    `update proxy_health set outcome = case when health = 'failing' then 'timeout' else 'success' end where proxy_id <> 3`,
  );
  const figures = await readPoolFigures(database.db);
  const inOrder = (groups: readonly object[]) => groups.map((group) => JSON.stringify(group)).toSorted();
  const counts = async (statement: string) => inOrder((await run(statement)).rows);
  expect(inOrder(figures.proxies)).toEqual(
    await counts(`select status, coalesce(health::text, 'unknown') as health, count(*)::int from proxies p
      left join proxy_health on proxy_id = id where removed_at is null group by 1, 2`),
  );
  expect(inOrder(figures.outcomes)).toEqual(
    await counts(`select outcome, count(*)::int from proxy_health join proxies on id = proxy_id
      where removed_at is null and outcome is not null group by 1`),
  );
  expect(inOrder([figures.accounts])).toEqual(
    await counts(`select count(s.account_id)::int as assigned,
      (count(*) filter (where s.account_id is null and held_at is null))::int as waiting,
      (count(*) filter (where s.account_id is null and held_at is not null))::int as held
      from accounts left join account_proxy_assignments s on s.account_id = id where removed_at is null`),
  );
  expect(figures.accounts).toMatchObject({ held: 1 });
});
