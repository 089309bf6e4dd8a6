import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WRONG_LOADS } from '../../../simulator/checks/rules.ts';
import type { Tx } from '../../../src/db/client.ts';
import { readPlanBasis, readPool, readWaiting } from '../../../src/db/queries/assignments/pool.ts';
import { type RepeatableTx, transact } from '../../../src/db/transaction.ts';
import { type BatchPlan, planBatch } from '../../../src/domain/plan/batch.ts';
import { planMoves } from '../../../src/domain/plan/moves/moves.ts';
import { planOne } from '../../../src/domain/plan/one.ts';
import { rankOf } from '../../../src/domain/plan/shared/planned-proxy.ts';
import type { AssignedAccount, Pool } from '../../../src/domain/plan/shared/pool.ts';
import type { ProxyHealth } from '../../../src/domain/proxies/proxy.ts';
import { placeOne, planAmongFew } from '../../../src/services/assignments/among-few.ts';
import { planMovesNow } from '../../../src/services/assignments/plan-moves.ts';
import { assignWaiting } from '../../../src/services/assignments/waiting.ts';
import { readWholePool } from '../../../src/services/assignments/whole-pool.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const MODELS = 3;
const LIMITS = [1, 2, 3];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `insert into models (name, key) select 'm' || n, 'm' || n from generate_series(1, ${MODELS}) n`,
  );
});
afterAll(() => database.drop());

/** A proxy in every state that a rule knows of. */
const anyProxy = fc.record({
  status: fc.constantFrom('active', 'active', 'active', 'inactive', 'blocked'),
  expires: fc.constantFrom(null, null, 'past', 'future'),
  removed: fc.constantFrom(false, false, false, false, false, true),
  host: fc.constantFrom('192.0.2.1', '192.0.2.9', '203.0.113.1', '2001:db8::1', 'gate.example'),
  health: fc.constantFrom(null, 'healthy', 'healthy', 'unknown', 'degraded', 'failing'),
  latency: fc.constantFrom(null, 50, 90),
  exit: fc.constantFrom(null, null, '198.51.100.1', '198.51.100.2', '198.51.101.1', '2001:db8:1::1'),
  exitIsOld: fc.constantFrom(false, false, false, true),
  rotating: fc.constantFrom(false, false, false, true),
  model: fc.integer({ min: 1, max: MODELS }),
  load: fc.constantFrom(0, 0, 0, 1, 2, 3),
  claim: fc.constantFrom(null, null, 'bare', 'cooling', 'over'),
});
type ProxyRow = typeof anyProxy extends fc.Arbitrary<infer Row> ? Row : never;

/** Proxies that the network alone tells apart. */
const evenProxy = anyProxy.map((row): ProxyRow => {
  const even = { expires: null, removed: false, exit: null, claim: null };
  return { ...row, ...even, status: 'active', health: 'healthy', latency: 50 };
});

/** Fills the pool within a transaction that is rolled back, so that each run begins with none. */
async function withPool<T>(proxies: readonly ProxyRow[], work: (tx: RepeatableTx) => Promise<T>): Promise<T> {
  let result: { is: T } | undefined;
  const enough = new Error('rolled back');
  const filled = transact(database.db, async (tx) => {
    await insertPool(tx, proxies);
    result = { is: await work(tx) };
    throw enough;
  });
  await filled.catch((error: unknown) => {
    if (error !== enough) throw error;
  });
  if (!result) throw new Error('nothing came back');
  return result.is;
}

async function insertPool(tx: Tx, proxies: readonly ProxyRow[]): Promise<void> {
  const rows = sql`json_to_recordset(${JSON.stringify(proxies.map((row, index) => ({ ...row, id: index + 1 })))}::json) as r(
    id int, status text, expires text, removed boolean, host text, health text, latency int, exit text, "exitIsOld" boolean, rotating boolean, model int, load int, claim text)`;
  await tx.execute(sql`
    insert into proxies (id, host, port, type, username, credential_id, password_fingerprint, status, expires_at, removed_at, tags)
    overriding system value
    select id, host, 8000 + id, 'http', '', gen_random_uuid(), '\\x00', status::proxy_status,
      case expires when 'past' then now() - interval '1 hour' when 'future' then now() + interval '1 hour' end,
      case when removed and load = 0 then now() end, case when rotating then array['rotating'] else '{}' end from ${rows}`);
  await tx.execute(sql`
    insert into proxy_health (proxy_id, health, latency_ms, exit_ip, exit_ip_at)
    select id, health::proxy_health_state, latency, exit::inet, now() - case when "exitIsOld" then interval '25 hours' else interval '1 minute' end
    from ${rows} where health is not null`);
  await tx.execute(sql`
    insert into proxy_model_claims (proxy_id, model_id, cooling_until)
    select id, model, case when load = 0 and claim = 'cooling' then now() + interval '1 day' when load = 0 and claim = 'over' then now() - interval '1 second' end
    from ${rows} where load > 0 or claim is not null`);
  await tx.execute(sql`
    with slots as (select r.id, r.model, s as slot from ${rows} cross join lateral generate_series(1, r.load) s),
    made as (
      insert into accounts (username, key, model_id) select id || '.' || slot, id || '.' || slot, model from slots returning id, key, model_id
    )
    insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
    select id, split_part(key, '.', 1)::int, model_id, split_part(key, '.', 2)::int, 'test', 'test' from made`);
}

async function insertWaiting(tx: Tx, models: readonly number[]): Promise<number[]> {
  const { rows } = await tx.execute<{ id: number }>(sql`
    insert into accounts (username, key, model_id, waiting_since)
    select 'w' || n, 'w' || n, model, now() - n % 4 * interval '1 minute'
    from unnest(${sql.param([...models])}::int[]) with ordinality t(model, n) returning id`);
  return rows.map(({ id }) => id);
}

const somePool = fc.oneof(fc.array(anyProxy, { maxLength: 14 }), fc.array(evenProxy, { minLength: 4, maxLength: 14 }));
const RUNS = { numRuns: 150 };
const TIMEOUT_MS = 120_000;

test(
  'one account gets the very proxy, for the very reason, that a plan over the whole pool gives it',
  async () => {
    const cases = fc.asyncProperty(
      somePool,
      fc.integer({ min: 1, max: MODELS }),
      fc.constantFrom(...LIMITS),
      fc.record({ firstLook: fc.integer({ min: 1, max: 4 }), left: fc.option(fc.integer({ min: 1, max: 14 })) }),
      async (proxies, modelId, limit, look) => {
        const [found, planned] = await withPool(proxies, async (tx) => {
          const { now } = await readPlanBasis(tx);
          const account = { id: 7, modelId };
          const others = (await readPool(tx, now)).filter(({ id }) => id !== look.left);
          return [await placeOne(tx, { now, limit }, account, look), planOne({ proxies: others, now, limit }, account)];
        });
        expect(found).toEqual(planned);
      },
    );
    await fc.assert(cases, { numRuns: 3 * RUNS.numRuns });
  },
  TIMEOUT_MS,
);

test(
  'a few accounts together get what a plan over the whole pool gives them, however few proxies are looked at first',
  async () => {
    const waiting = fc.array(fc.integer({ min: 1, max: MODELS }), { minLength: 1, maxLength: 6 });
    const cases = fc.asyncProperty(
      somePool,
      waiting,
      fc.constantFrom(...LIMITS),
      fc.integer({ min: 1, max: 8 }),
      async (proxies, models, limit, firstLook) => {
        const accounts = models.map((modelId, at) => ({ id: 1000 + at, modelId, waitingSince: at % 3 }));
        const [found, planned] = await withPool(proxies, async (tx) => {
          const { now } = await readPlanBasis(tx);
          const plan = (pool: Pool) => planBatch(pool, accounts);
          const made = (batch: BatchPlan) => batch.assignments;
          return [
            await planAmongFew(tx, { now, limit }, { accounts, plan, made, firstLook }),
            plan({ proxies: await readPool(tx, now), now, limit }),
          ];
        });
        expect({ ...found, consolidations: [] }).toEqual({ ...planned, consolidations: [] });
      },
    );
    await fc.assert(cases, { numRuns: 3 * RUNS.numRuns });
  },
  TIMEOUT_MS,
);

test(
  'a few accounts that leave their proxies go where a plan over the whole pool moves them',
  async () => {
    const cases = fc.asyncProperty(
      somePool,
      fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('waits', 'stays'),
      fc.integer({ min: 1, max: 8 }),
      async (proxies, closed, stranded, firstLook) => {
        const [found, planned] = await withPool(proxies, async (tx) => {
          const { rows: accounts } = await tx.execute<Record<keyof AssignedAccount, number>>(
            sql`select account_id as id, model_id as "modelId", proxy_id as "proxyId", account_id % 3 as since
              from account_proxy_assignments where proxy_id = any (${sql.param(closed)}::int[]) order by account_id`,
          );
          const { limit, now, proxies: all } = await readWholePool(tx);
          const seen = all.map((proxy) => (closed.includes(proxy.id) ? { ...proxy, eligible: false } : proxy));
          return [
            await planMovesNow(tx, { accounts, closed, stranded, firstLook }),
            planMoves({ limit, now, proxies: seen }, accounts, stranded),
          ];
        });
        expect({ ...found, consolidations: [] }).toEqual({ ...planned, consolidations: [] });
      },
    );
    await fc.assert(cases, { numRuns: 3 * RUNS.numRuns });
  },
  TIMEOUT_MS,
);

test(
  'those who wait get what a plan over the whole pool gives them',
  async () => {
    const waiting = fc.array(fc.integer({ min: 1, max: MODELS }), { minLength: 1, maxLength: 6 });
    const cases = fc.asyncProperty(somePool, waiting, async (proxies, models) => {
      const [served, planned] = await withPool(proxies, async (tx) => {
        await insertWaiting(tx, models);
        const { now, limit } = await readPlanBasis(tx);
        const whole = planBatch(
          { proxies: await readPool(tx, now), now, limit },
          await readWaiting(tx, { withHeld: false }),
        );
        return [await assignWaiting(tx, { id: 'test', name: 'test' }), whole.assignments];
      });
      expect(served).toEqual(planned);
    });
    await fc.assert(cases, RUNS);
  },
  TIMEOUT_MS,
);

test(
  'an account that comes when all others were served as far as they can be gets what a whole plan gives it',
  async () => {
    const waiting = fc.array(fc.integer({ min: 1, max: MODELS }), { maxLength: 5 });
    const cases = fc.asyncProperty(
      somePool,
      waiting,
      fc.integer({ min: 1, max: MODELS }),
      async (proxies, models, modelId) => {
        const [served, planned] = await withPool(proxies, async (tx) => {
          const actor = { id: 'test', name: 'test' };
          await insertWaiting(tx, models);
          await assignWaiting(tx, actor);
          const { rows } = await tx.execute<{ id: number }>(
            sql`insert into accounts (username, key, model_id) values ('new', 'new', ${modelId}) returning id`,
          );
          const { now, limit } = await readPlanBasis(tx);
          const whole = planBatch(
            { proxies: await readPool(tx, now), now, limit },
            await readWaiting(tx, { withHeld: false }),
          );
          return [await assignWaiting(tx, actor, { id: rows[0]?.id ?? 0, modelId }), whole.assignments];
        });
        expect(served).toEqual(planned);
      },
    );
    await fc.assert(cases, RUNS);
  },
  TIMEOUT_MS,
);

test('unclaimed proxies have the rank that the planner gives them', async () => {
  const { rows } = await database.db.execute<{ health: ProxyHealth; latencyMs: number | null; rank: number }>(sql`
    select health, latency as "latencyMs", proxy_rank(health, latency) as rank
    from unnest(enum_range(null::proxy_health_state)) health, unnest(array[null, 0, 1, 120000]) latency`);
  expect(rows.map(({ rank }) => rank)).toEqual(rows.map(rankOf));
  const unchecked = sql`select proxy_rank(null, null) as rank`;
  expect((await database.db.execute(unchecked)).rows).toEqual([
    { rank: rankOf({ health: 'unknown', latencyMs: null }) },
  ]);
});

test(
  'the sets behind placements are what the tables say, whatever plain SQL does',
  async () => {
    const statement = fc.constantFrom(
      'delete from account_proxy_assignments where account_id % 3 = $1',
      'update accounts set held_at = case when held_at is null then now() end where id % 3 = $1',
      'update accounts set removed_at = now() where id % 3 = $1 and not exists (select from account_proxy_assignments s where s.account_id = id)',
      `update proxy_model_claims set cooling_until = case when cooling_until is null then now() end where proxy_id % 3 = $1`,
      'delete from proxy_model_claims c where proxy_id % 3 = $1 and not exists (select from account_proxy_assignments s where s.proxy_id = c.proxy_id)',
      'delete from proxies p where id % 3 = $1 and not exists (select from proxy_health h where h.proxy_id = p.id) and not exists (select from assignment_history h where h.proxy_id = p.id) and not exists (select from proxy_model_claims c where c.proxy_id = p.id)',
      'update proxies set removed_at = case when removed_at is null then now() end where id % 3 = $1',
      `insert into proxy_health (proxy_id, health, latency_ms) select id, 'degraded', id from proxies where id % 3 = $1 on conflict do nothing`,
      `update proxy_health set health = (array['healthy', 'unknown', 'failing'])[1 + proxy_id % 3]::proxy_health_state, latency_ms = nullif(proxy_id % 4, 0) where proxy_id % 3 = $1`,
      'delete from proxy_health where proxy_id % 3 = $1',
      'update account_proxy_assignments s set slot = 2, proxy_id = s.proxy_id where proxy_id % 3 = $1 and slot = 1 and not exists (select from account_proxy_assignments o where o.proxy_id = s.proxy_id and o.slot = 2)',
      'delete from accounts a where id % 3 = $1 and not exists (select from assignment_history h where h.account_id = a.id)',
      `insert into proxy_model_claims (proxy_id, model_id) select id, 1 from proxies where id % 3 = $1 on conflict do nothing`,
      `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
     select distinct on (c.proxy_id) a.id, c.proxy_id, c.model_id, 3, 'sql', 'sql' from accounts a join proxy_model_claims c using (model_id)
     where c.proxy_id % 3 = $1 and a.id % 3 = 1 and not exists (select from account_proxy_assignments s where s.account_id = a.id)
       and c.proxy_id = (select min(d.proxy_id) from proxy_model_claims d where d.model_id = a.model_id)
       and not exists (select from account_proxy_assignments s where s.proxy_id = c.proxy_id and s.slot = 3)`,
    );
    const steps = fc.array(fc.tuple(statement, fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 8 });
    const cases = fc.asyncProperty(somePool, steps, async (proxies, todo) => {
      const wrong = await withPool(proxies, async (tx) => {
        await insertWaiting(tx, [1, 2, 3]);
        for (const [text, rest] of todo) await tx.execute(sql.raw(text.replaceAll('$1', String(rest))));
        const { rows } = await tx.execute(sql`
        with waits as (
          select id, model_id from accounts a where removed_at is null and held_at is null
            and not exists (select from account_proxy_assignments s where s.account_id = a.id)
        ),
        free as (
          select id, proxy_rank(h.health, h.latency_ms) as rank from proxies p left join proxy_health h on h.proxy_id = p.id
          where p.removed_at is null and not exists (select from account_proxy_assignments s where s.proxy_id = p.id)
            and not exists (select from proxy_model_claims c where c.proxy_id = p.id and c.cooling_until is not null)
        )
        (select 'waits', id from (table waits except table waiting_accounts)) union all (select 'served', account_id from (table waiting_accounts except table waits))
        union all (select 'free', id from (table free except table unclaimed_proxies) t) union all (select 'taken', proxy_id from (table unclaimed_proxies except table free) t)
        union all (select 'load', proxy_id from (${sql.raw(WRONG_LOADS)}) l)`);
        return rows;
      });
      expect(wrong).toEqual([]);
    });
    await fc.assert(cases, RUNS);
  },
  TIMEOUT_MS,
);
