import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, type Database } from '../../../src/db/client.ts';
import { AccountService } from '../../../src/services/accounts/account-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const actor = { id: 'test', name: 'test' };
/** PostgreSQL plans a prepared statement for its parameters this many times before it may keep a plan. */
const CUSTOM_PLANS = 5;
const TIMES = CUSTOM_PLANS + 3;

let database: TestDatabase;
/** One connection, as its plans are what is looked at. */
let single: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  const ids = await insertProxies(database, { provider: 'acme', count: 300, network: 1 });
  await database.pool.query(
    `insert into proxy_health (proxy_id, health, exit_ip, exit_ip_at)
     select id, 'healthy', ('198.51.' || id % 200 || '.' || 1 + id / 200)::inet, now() from proxies`,
  );
  await database.pool.query(`update proxies set expires_at = now() + id * interval '1 day' where id % 3 = 0`);
  await assignAccounts(database, ids.slice(0, 200), { model: 'Amber', each: 3 });
  await database.pool.query('analyze');
  single = connect(database.url, { max: 1, log: createLogger('silent') });
});
afterAll(async () => {
  await single.close();
  await database.drop();
});

test('the statements that add, assign and unassign one account are planned once per connection', async () => {
  const assignments = new AssignmentService({ db: single.db });
  const accounts = new AccountService({ db: single.db, assignments });
  for (let n = 0; n < TIMES; n++) {
    const { id } = await accounts.add(actor, { username: `u${n}`, model: 'Amber' });
    await assignments.unassign(actor, id, 'test');
    await assignments.assign(actor, id);
  }
  const { rows } = await single.pool.query<{ statement: string; isKept: boolean }>(
    `select left(statement, 400) as statement, generic_plans > 0 as "isKept" from pg_prepared_statements
     where generic_plans + custom_plans > ${CUSTOM_PLANS}`,
  );
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ isKept }) => !isKept)).toEqual([]);
});
