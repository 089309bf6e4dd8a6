import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';
import { insertProxies } from '../../../helpers/pool/pool-rows.ts';

let database: TestDatabase;
const run = async (statement: string) => (await database.pool.query(statement)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/**
 * A session plans the statements of a trigger once. A plan for one row joins the transition tables by a loop in a loop, which
 * takes minutes for thousands of rows.
 */
test('no trigger joins its transition tables', async () => {
  const functions = await run(
    `select proname as name, prosrc as body from pg_proc
    where pronamespace = 'public'::regnamespace and prorettype = 'trigger'::regtype and prosrc ~ '\\mgone\\M' and prosrc ~ '\\madded\\M'`,
  );
  expect(functions.map(({ name }) => name)).toContain('write_assignment_history');
  const joins =
    /\bjoin\s+(gone|added)\b|\bexists\s*\(\s*select(\s+1)?\s+from\s+(gone|added)\b|\bfrom\s+(gone|added)\s*,/i;
  expect(functions.filter(({ body }) => joins.test(body)).map(({ name }) => name)).toEqual([]);
});

test('accounts wait, and stop waiting, as one statement changes some of them', async () => {
  await run(`insert into models (name, key) values ('Amber', 'amber')`);
  await run(
    `insert into accounts (username, key, model_id) select 'u' || n, 'u' || n, 1 from generate_series(1, 6) n order by n`,
  );
  const waiting = async () =>
    (await run('select account_id as id from waiting_accounts order by 1')).map(({ id }) => id);
  await run(`update accounts set held_at = case when id % 2 = 0 then now() end, label = 'x' || id`);
  expect(await waiting()).toEqual([1, 3, 5]);
  await run(`update accounts set held_at = null, removed_at = case when id <= 2 then now() end`);
  expect(await waiting()).toEqual([3, 4, 5, 6]);
});

test('one statement that moves some assignments ends and begins the history of these alone', async () => {
  const [from, to] = await insertProxies(database, { provider: 'acme', count: 2, network: 1 });
  await run(`insert into proxy_model_claims (proxy_id, model_id) values (${from}, 1), (${to}, 1)`);
  await run(`insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
    select id, ${from}, 1, row_number() over (order by id), 'test', 'test' from accounts where id in (3, 4, 5)`);
  await run(
    `update account_proxy_assignments set proxy_id = case when account_id = 4 then ${from} else ${to} end, handed_out_at = now()`,
  );
  const history = await run(
    `select account_id as id, proxy_id as proxy, ended_at is null as current from assignment_history order by account_id, id`,
  );
  expect(history).toEqual([
    { id: 3, proxy: from, current: false },
    { id: 3, proxy: to, current: true },
    { id: 4, proxy: from, current: true },
    { id: 5, proxy: from, current: false },
    { id: 5, proxy: to, current: true },
  ]);
});
