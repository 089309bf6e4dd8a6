import { afterAll, beforeAll, expect, test } from 'vitest';
import { purgePlans } from '../../../../src/db/queries/plans.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

const UNKNOWN_PLAN = 999_999;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const run = async (statement: string, values: unknown[] = []) => (await database.pool.query(statement, values)).rows;

/** A plan with one row in each of the tables that files are staged in. */
async function stage(planId: number): Promise<number> {
  await run(
    `insert into import_rows (plan_id, line, reading, host, port, type, username, credential_id, password_fingerprint)
     values ($1, 1, 0, '203.0.113.7', 8080, 'http', '', gen_random_uuid(), '\\x00')`,
    [planId],
  );
  await run(
    `insert into import_rejections (plan_id, line, reading, reason, text) values ($1, 2, 0, 'Not an address.', 'x')`,
    [planId],
  );
  await run(
    `insert into account_import_rows (plan_id, line, username, key, model, model_key) values ($1, 1, 'ann', 'ann', 'Amber', 'amber')`,
    [planId],
  );
  return planId;
}

async function plan(state: string, expiresIn = '1 hour'): Promise<number> {
  const [row] = await run(
    `insert into plans (kind, state, actor_id, actor_name, input, expires_at)
     values ('test', $1, 't', 't', '{}', now() + $2::interval) returning id::int`,
    [state, expiresIn],
  );
  return row.id;
}

test('staged rows are deleted unless their plan is open: also those of a plan that does not exist', async () => {
  const kept = [await stage(await plan('open')), await stage(await plan('staging'))];
  await stage(await plan('open', '-1 hour'));
  for (const state of ['applied', 'cancelled', 'expired']) await stage(await plan(state));
  await stage(UNKNOWN_PLAN);
  expect(await purgePlans(database.db)).toEqual({ expired: 1, rows: 10 });
  for (const table of ['import_rows', 'import_rejections', 'account_import_rows']) {
    expect(await run(`select plan_id::int as id from ${table} order by plan_id`)).toEqual(kept.map((id) => ({ id })));
  }
});
