import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PoolClient } from '../../../src/db/client.ts';
import { insertAssignments, markHandedOut } from '../../../src/db/queries/assignments/assignments.ts';
import { markFirstLookup } from '../../../src/db/queries/assignments/credentials.ts';
import { transact } from '../../../src/db/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
let network = 0;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const proxies = (count: number) => insertProxies(database, { provider: 'acme', count, network: ++network });

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Runs work while another session holds the locks of a statement. */
async function holding(statement: string, work: (other: PoolClient) => Promise<void>): Promise<void> {
  const other = await database.pool.connect();
  try {
    await other.query(`begin; ${statement}`);
    await work(other);
  } finally {
    await other.query('rollback');
    other.release();
  }
}

async function isWaiting(): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(() => run(waiting)).toHaveLength(1);
}

test('a plan locks the last use of its proxies in the order of their numbers', async () => {
  const ids = await proxies(40);
  await run(`insert into proxy_use select id, now() from unnest(array[${ids}]) id`);
  await run(`insert into models (name, key) values ('Order', 'order')`);
  const accounts = await run(`
    insert into accounts (username, key, model_id)
    select 'order.' || n, 'order.' || n, m.id from models m, generate_series(1, 40) n where m.key = 'order' returning id, model_id as "modelId"`);
  const plan = accounts.map(({ id, modelId }, index) => ({
    accountId: id,
    modelId,
    proxyId: ids[39 - index] ?? 0,
    reason: 'test',
  }));
  let written: Promise<void> | undefined;
  await holding(`select from proxy_use where proxy_id = ${ids[0]} for update`, async () => {
    written = transact(database.db, (tx) => insertAssignments(tx, actor, plan));
    await isWaiting();
    const free = await run(`select from proxy_use where proxy_id = any (array[${ids}]) for update skip locked`);
    expect(free).toHaveLength(39);
  });
  await written;
});

test('a proxy that gets an account begins to fail only after the assignment is committed', async () => {
  const [proxy = 0] = await proxies(1);
  await run(
    `insert into proxy_health (proxy_id) values (${proxy}); insert into models (name, key) values ('Late', 'late')`,
  );
  const [account] = await run(`
    insert into accounts (username, key, model_id) select 'late', 'late', id from models where key = 'late'
    returning id as "accountId", model_id as "modelId"`);
  const fails = await transact(database.db, async (tx) => {
    await insertAssignments(tx, actor, [{ ...account, proxyId: proxy, reason: 'test' }]);
    const failing = run(`update proxy_health set health = 'failing' where proxy_id = ${proxy}`);
    await isWaiting();
    return [failing];
  });
  await Promise.all(fails);
  expect(await run(`select health from proxy_health where proxy_id = ${proxy}`)).toEqual([{ health: 'failing' }]);
});

describe('the loser of a deadlock over slots runs again', () => {
  /** Ends the first change of `handed_out_at` as a deadlock would: who loses a real one is a matter of chance. */
  beforeAll(() =>
    run(`
      create sequence changes;
      create function lose_the_first() returns trigger language plpgsql as $$ begin
        if nextval('changes') = 1 then raise deadlock_detected; end if;
        return null;
      end $$;
      create trigger lose_the_first after update of handed_out_at on account_proxy_assignments execute function lose_the_first()`),
  );

  test.each([
    ['a lookup', (proxyId: number, accountId: number) => markFirstLookup(database.db, accountId, proxyId)],
    ['an export', (proxyId: number) => markHandedOut(database.db, [proxyId])],
  ])('%s', async (name, mark) => {
    const [proxy = 0] = await proxies(1);
    await assignAccounts(database, [proxy], { model: name.replace(' ', ''), each: 3 });
    const slots = await run(
      `select account_id as id from account_proxy_assignments where proxy_id = ${proxy} order by slot`,
    );
    await run('alter sequence changes restart');
    await mark(proxy, slots[0]?.id);
    expect(await run('select last_value::int as tries from changes')).toEqual([{ tries: 2 }]);
    expect(
      await run(`select from account_proxy_assignments where proxy_id = ${proxy} and handed_out_at is not null`),
    ).toHaveLength(3);
  });
});
