import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDoneTwice, Records } from '../../../simulator/checks/records.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

let database: TestDatabase;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const rows = {
  rows: async <R>(statement: string, values: unknown[] = []) =>
    (await database.pool.query(statement, values)).rows as R[],
};
const note = (count: number) =>
  run(
    `insert into audit_log (actor_id, actor_name, action, entity, entity_id) select 'test', 'test', 'proxy.edit', 'proxy', '1' from generate_series(1, ${count})`,
  );

beforeAll(async () => {
  database = await createTestDatabase();
  // Otherwise the database refuses what the check is to find.
  await run('alter table audit_log disable trigger user');
});
afterAll(() => database.drop());

test('a log that grows is accepted, and one whose rows were rewritten or deleted is not', async () => {
  const records = new Records();
  await note(3);
  expect(await records.findRewritten(rows)).toEqual([]);
  await note(2);
  expect(await records.findRewritten(rows)).toEqual([]);
  await run(`update audit_log set action = 'proxy.remove' where id = (select min(id) from audit_log)`);
  expect(await records.findRewritten(rows)).toEqual(['R9: 1 rows of the audit log were rewritten or deleted']);
  await run('delete from audit_log where id in (select id from audit_log order by id limit 2)');
  await note(2);
  expect(await records.findRewritten(rows)).toEqual(['R9: 2 rows of the audit log were rewritten or deleted']);
});

test('what was done again in another transaction is found, and equal entries of one transaction are not', async () => {
  const [{ last } = { last: 0 }] = await rows.rows<{ last: number }>(
    'select coalesce(max(id), 0)::int as last from audit_log',
  );
  await note(2);
  expect(await findDoneTwice(rows, last)).toEqual([]);
  await note(1);
  expect(await findDoneTwice(rows, last)).toEqual(['proxy.edit of proxy 1 was done twice']);
});
