import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sqlState } from '../../../../src/db/errors.ts';
import { MAX_ACCOUNTS_PER_PROXY } from '../../../../src/domain/proxies/proxy.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
let run: (statement: string) => Promise<Record<string, unknown>[]>;

beforeAll(async () => {
  database = await createTestDatabase();
  run = async (statement) => (await database.pool.query(statement)).rows;
  await run(`insert into models (name, key) values ('Amber', 'amber'), ('Bella', 'bella')`);
  await run(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '203.0.113.' || n, 8080, 'http', '', gen_random_uuid(), '\\x00' from generate_series(1, 3) n`);
  await run(
    `insert into accounts (username, key, model_id) select 'a' || n, 'a' || n, case when n <= 6 then 1 else 2 end from generate_series(1, 9) n`,
  );
});
afterAll(() => database.drop());

beforeEach(async () => {
  await run('delete from account_proxy_assignments');
  await run('delete from proxy_model_claims');
  await run('insert into proxy_model_claims (proxy_id, model_id) values (1, 1), (2, 2)');
});

const assign = (account: number | string, proxy: number | string, model: number | string, slot: number | string) =>
  run(`insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
       values (${account}, ${proxy}, ${model}, ${slot}, 'test', 'unused')`);

const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => sqlState(error) ?? 'no SQLSTATE',
  );

const UNIQUE = '23505';
const FOREIGN_KEY = '23503';
const CHECK = '23514';
const NOT_NULL = '23502';
const FORBIDDEN = '42501';

describe('a proxy carries at most so many accounts (R1)', () => {
  test('one more is refused, whatever slot it asks for', async () => {
    const accounts = await run(
      `insert into accounts (username, key, model_id) select 'r' || n, 'r' || n, 1 from generate_series(0, ${MAX_ACCOUNTS_PER_PROXY}) n returning id`,
    );
    const [more = 0, ...some] = accounts.map(({ id }) => Number(id));
    for (const [n, id] of some.entries()) await assign(id, 1, 1, n + 1);
    const beyond = MAX_ACCOUNTS_PER_PROXY + 1;
    expect(await refused(assign(more, 1, 1, 1))).toBe(UNIQUE);
    expect(await refused(assign(more, 1, 1, beyond))).toBe(CHECK);
    expect(await refused(assign(more, 1, 1, 0))).toBe(CHECK);
    expect(await refused(assign(more, 1, 1, 'null'))).toBe(NOT_NULL);
    await run('insert into proxy_model_claims (proxy_id, model_id) values (3, 1)');
    await assign(more, 3, 1, 1);
    const update = (set: string) =>
      refused(run(`update account_proxy_assignments set ${set} where account_id = ${more}`));
    expect(await update('proxy_id = 1')).toBe(UNIQUE);
    expect(await update(`proxy_id = 1, slot = ${beyond}`)).toBe(CHECK);
    expect(await update('proxy_id = 1, slot = null')).toBe(NOT_NULL);
  });
});

describe('a proxy carries one model (R2)', () => {
  test('an account of another model is refused, by insert and by update of any table', async () => {
    await assign(1, 1, 1, 1);
    expect(await refused(assign(7, 1, 2, 2))).toBe(FOREIGN_KEY);
    expect(await refused(assign(7, 1, 1, 2))).toBe(FOREIGN_KEY);
    expect(await refused(assign(7, 1, 'null', 2))).toBe(NOT_NULL);
    expect(await refused(run('update accounts set model_id = 2 where id = 1'))).toBe(FOREIGN_KEY);
    expect(await refused(run('update accounts set model_id = null where id = 1'))).toBe(NOT_NULL);
    expect(await refused(run('update proxy_model_claims set model_id = 2 where proxy_id = 1'))).toBe(FOREIGN_KEY);
    expect(await refused(run('update proxy_model_claims set model_id = null where proxy_id = 1'))).toBe(NOT_NULL);
    expect(await refused(run('delete from proxy_model_claims where proxy_id = 1'))).toBe(FOREIGN_KEY);
    expect(await refused(run('insert into proxy_model_claims (proxy_id, model_id) values (1, 2)'))).toBe(UNIQUE);
    await assign(7, 2, 2, 1);
    expect(await refused(run('update account_proxy_assignments set proxy_id = 1, slot = 2 where account_id = 7'))).toBe(
      FOREIGN_KEY,
    );
    expect(
      await refused(
        run('update account_proxy_assignments set proxy_id = 1, slot = 2, model_id = 1 where account_id = 7'),
      ),
    ).toBe(FOREIGN_KEY);
  });
});

describe('an account has at most one proxy (R3)', () => {
  test('a second is refused, by insert and by update', async () => {
    await run('insert into proxy_model_claims (proxy_id, model_id) values (3, 1)');
    await assign(1, 1, 1, 1);
    await assign(2, 3, 1, 1);
    expect(await refused(assign(1, 3, 1, 2))).toBe(UNIQUE);
    expect(await refused(assign('null', 3, 1, 2))).toBe(NOT_NULL);
    expect(await refused(run('update account_proxy_assignments set account_id = 1 where account_id = 2'))).toBe(UNIQUE);
    expect(await refused(run('update account_proxy_assignments set account_id = null where account_id = 2'))).toBe(
      NOT_NULL,
    );
  });
});

describe('history and audit (R9)', () => {
  test('every assignment opens a history row, and its end is written once with who and why', async () => {
    await assign(5, 1, 1, 1);
    await database.db.transaction(async (tx) => {
      await tx.execute(
        `select set_config('proxy_ops.actor', 'discord:7', true), set_config('proxy_ops.reason', 'moved', true)`,
      );
      await tx.execute('delete from account_proxy_assignments where account_id = 5');
    });
    const [row] = await run('select * from assignment_history where account_id = 5 order by id desc limit 1');
    expect(row).toMatchObject({ proxy_id: 1, started_by: 'test', ended_by: 'discord:7', end_reason: 'moved' });
    expect(await refused(run('update assignment_history set ended_at = now() where account_id = 5'))).toBe(FORBIDDEN);
    expect(await refused(run('update assignment_history set proxy_id = 2 where account_id = 5'))).toBe(FORBIDDEN);
    expect(await refused(run('delete from assignment_history'))).toBe(FORBIDDEN);
    expect(await refused(run('truncate assignment_history'))).toBe(FORBIDDEN);
  });

  test('a move by UPDATE closes one row and opens the next; handing out touches neither', async () => {
    await run('insert into proxy_model_claims (proxy_id, model_id) values (3, 1)');
    await assign(6, 1, 1, 1);
    await run('update account_proxy_assignments set handed_out_at = now() where account_id = 6');
    await run('update account_proxy_assignments set proxy_id = 3 where account_id = 6');
    const rows = await run(
      'select proxy_id, ended_at is null as is_open from assignment_history where account_id = 6 order by id',
    );
    expect(rows).toEqual([
      { proxy_id: 1, is_open: false },
      { proxy_id: 3, is_open: true },
    ]);
  });

  test('open history and present assignments are the same at any time', async () => {
    for (const n of [1, 2, 3]) await assign(n, 1, 1, n);
    await run('delete from account_proxy_assignments where account_id = 2');
    const different = `(select account_id, proxy_id from account_proxy_assignments except select account_id, proxy_id from assignment_history where ended_at is null)
      union all (select account_id, proxy_id from assignment_history where ended_at is null except select account_id, proxy_id from account_proxy_assignments)`;
    expect(await run(different)).toEqual([]);
    expect(await refused(run('truncate account_proxy_assignments'))).toBe(FORBIDDEN);
  });

  test('the audit log is neither rewritten nor emptied', async () => {
    await run(
      `insert into audit_log (actor_id, actor_name, action, entity, entity_id) values ('x', 'x', 'proxy.import', 'plan', '1')`,
    );
    for (const statement of [`update audit_log set actor_id = 'y'`, 'delete from audit_log', 'truncate audit_log']) {
      expect(await refused(run(statement))).toBe(FORBIDDEN);
    }
  });
});

test('a change that overtakes a plan counts the version up, and others do not', async () => {
  const version = async () => (await run('select version from proxies where id = 2'))[0]?.version;
  const before = Number(await version());
  await run(`update proxies set label = 'desk' where id = 2`);
  expect(await version()).toBe(before);
  await run(`update proxies set status = 'inactive' where id = 2`);
  expect(await version()).toBe(before + 1);
});
