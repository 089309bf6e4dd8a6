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

const WAITERS = `from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;

async function isWaiting(): Promise<void> {
  await expect.poll(() => run(`select 1 ${WAITERS}`)).toHaveLength(1);
}

/**
 * Waits inside the server until another session waits, then runs the statement. PostgreSQL looks for a deadlock one second
 * after a wait began, and ends the session that looks first; seen from here, that second may be over on a busy machine.
 */
const onceOneWaits = (statement: string) => `
  do $$ begin
    for attempt in 1..5000 loop
      exit when exists (select ${WAITERS});
      perform pg_sleep(0.001), pg_stat_clear_snapshot();
    end loop;
  end $$;
  ${statement}`;

test('a plan locks the last use of its proxies in the order of their numbers', async () => {
  const ids = await proxies(40);
  await run(`insert into proxy_use select id, now() from unnest(array[${ids}]) id`);
  await run(`insert into models (name, key) values ('Order', 'order')`);
  const accounts = await run(`
    insert into accounts (username, key, model_id)
    select 'order.' || n, 'order.' || n, m.id from models m, generate_series(1, 40) n where m.key = 'order' returning id, model_id as "modelId"`);
  const plan = accounts.map(({ id, modelId }, index) => ({
    ...{ accountId: id, modelId, proxyId: ids[39 - index] ?? 0, reason: 'test' },
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

describe('a deadlock with another writer of the same slots does not fail', () => {
  test.each([
    ['a lookup', (proxyId: number, accountId: number) => markFirstLookup(database.db, accountId, proxyId)],
    ['an export', (proxyId: number) => markHandedOut(database.db, [proxyId])],
  ])('%s', async (name, mark) => {
    const [proxy = 0] = await proxies(1);
    await assignAccounts(database, [proxy], { model: name.replace(' ', ''), each: 3 });
    const slots = await run(
      `select account_id as id from account_proxy_assignments where proxy_id = ${proxy} order by slot`,
    );
    const lockSlot = (slot: number) =>
      `select from account_proxy_assignments where proxy_id = ${proxy} and slot = ${slot} for update`;
    let marked: Promise<unknown> | undefined;
    await holding(lockSlot(2), async (other) => {
      marked = mark(proxy, slots[0]?.id);
      await other.query(onceOneWaits(lockSlot(1)));
    });
    await marked;
    expect(
      await run(`select from account_proxy_assignments where proxy_id = ${proxy} and handed_out_at is not null`),
    ).toHaveLength(3);
  });
});
