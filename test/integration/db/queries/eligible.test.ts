import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPool, readUnclaimed } from '../../../../src/db/queries/assignments/pool.ts';
import { eligibleAt } from '../../../../src/db/queries/proxies/eligible.ts';
import { isEligible } from '../../../../src/domain/plan/shared/pool.ts';
import {
  PROXY_HEALTHS,
  PROXY_STATUSES,
  type ProxyHealth,
  type ProxyStatus,
} from '../../../../src/domain/proxies/proxy.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

/** Long after this test runs, so that the clock of the database is between `PAST` and this moment. */
const NOW = Date.UTC(2126, 5, 1, 12);
const PAST = Date.UTC(2026, 5, 1, 12);
const moment = sql`to_timestamp(${NOW / 1000}::float8)`;

/** Every combination that can be told apart; null: no row of health, or no expiry. */
const COMBINATIONS = PROXY_STATUSES.flatMap((status) =>
  [null, ...PROXY_HEALTHS].flatMap((health) =>
    [null, PAST, NOW - 1, NOW, NOW + 1].flatMap((expiresAt) =>
      [null, NOW - 1].flatMap((removedAt) =>
        ['unclaimed', 'cooling', 'cooled down'].map((claim) => ({ status, health, expiresAt, removedAt, claim })),
      ),
    ),
  ),
);

interface Row {
  id: number;
  status: ProxyStatus;
  health: ProxyHealth | null;
  expiresAt: number | null;
  removedAt: number | null;
  claim: string;
}

let database: TestDatabase;
let rows: Row[];
beforeAll(async () => {
  database = await createTestDatabase();
  const toMoment = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const wanted = COMBINATIONS.map((each) => ({
    ...each,
    expiresAt: toMoment(each.expiresAt),
    removedAt: toMoment(each.removedAt),
  }));
  await database.pool.query(`insert into models (name, key) values ('Amber', 'amber')`);
  await database.pool.query(
    `with wanted as (select *, row_number() over () as n from json_to_recordset($1::json)
       as t(status proxy_status, health proxy_health_state, "expiresAt" timestamptz, "removedAt" timestamptz, claim text)),
     made as (
       insert into proxies (host, port, type, username, credential_id, password_fingerprint, status, expires_at, removed_at)
       select 'p' || n || '.example', 8080, 'http', '', gen_random_uuid(), '\\x00', status, "expiresAt", "removedAt" from wanted returning id, host
     ),
     healths as (
       insert into proxy_health (proxy_id, health)
       select m.id, w.health from made m join wanted w on m.host = 'p' || w.n || '.example' where w.health is not null
     )
     insert into proxy_model_claims (proxy_id, model_id, cooling_until)
     select m.id, (select id from models), case w.claim when 'cooling' then now() + interval '1 day' else now() - interval '1 day' end
     from made m join wanted w on m.host = 'p' || w.n || '.example' where w.claim <> 'unclaimed'`,
    [JSON.stringify(wanted)],
  );
  const read = await database.pool.query(
    `select id, substring(host from '\\d+')::int - 1 as at from proxies order by id`,
  );
  rows = read.rows.map(({ id, at }) => ({ id, ...(COMBINATIONS[at] as (typeof COMBINATIONS)[number]) }));
});
afterAll(() => database.drop());

/** R7 as the planner has it; without a row of health the health is unknown. */
const allowed = (which: (row: Row) => boolean, at = NOW) =>
  rows.filter((row) => which(row) && isEligible({ ...row, health: row.health ?? 'unknown' }, at)).map(({ id }) => id);
const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);

test('R7 says the same in SQL and in TypeScript for every combination of status, health, expiry, removal and claim', async () => {
  expect(rows).toHaveLength(COMBINATIONS.length);
  const { rows: found } = await database.db.execute<{ id: number }>(sql`
    select p.id from proxies p left join proxy_health h on h.proxy_id = p.id where ${eligibleAt(moment)} order by p.id`);
  expect(found.map(({ id }) => id)).toEqual(allowed(() => true));
});

test('what the planner reads follows it: the whole pool marks these proxies, and the unclaimed ones are of them', async () => {
  const pool = await readPool(database.db, NOW);
  expect(sorted(pool.filter(({ eligible }) => eligible).map(({ id }) => id))).toEqual(allowed(() => true));
  const unclaimed = await database.db.transaction((tx) => readUnclaimed(tx, Date.now(), COMBINATIONS.length));
  expect(sorted(unclaimed.map(({ id }) => id))).toEqual(allowed(({ claim }) => claim !== 'cooling', Date.now()));
});
