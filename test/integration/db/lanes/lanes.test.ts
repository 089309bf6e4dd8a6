import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { userErrorIn } from '../../../../src/base/errors.ts';
import { createLogger } from '../../../../src/base/logger.ts';
import { connect } from '../../../../src/db/client.ts';
import { lockWithin } from '../../../../src/db/sql/locks.ts';
import { transact } from '../../../../src/db/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

const log = createLogger('silent');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => userErrorIn(error)?.code,
  );

test('statements and transactions that get no connection in time are refused as busy, and later ones run', async () => {
  const own = connect(database.url, { max: 1, patienceMs: 300, log });
  const held = await own.pool.connect();
  const statement = own.db.execute(sql`select 1`);
  const transaction = own.db.transaction((tx) => tx.execute(sql`select 1`));
  expect(await Promise.all([statement, transaction].map(codeOf))).toEqual(['busy', 'busy']);
  held.release();
  expect(await codeOf(own.db.execute(sql`select 1`))).toBe('done');
  await own.close();
});

test('a statement that would wait too long, by how long connections are held, is refused at once', async () => {
  const own = connect(database.url, { max: 1, patienceMs: 20_000, log });
  for (let n = 0; n < 3; n++) {
    await own.db.execute(sql`select pg_sleep(0.4)`);
  }
  const held = await own.pool.connect();
  const asked = Array.from({ length: 400 }, () => codeOf(own.db.execute(sql`select 1`)));
  const started = performance.now();
  expect(await Promise.race(asked)).toBe('busy');
  expect(performance.now() - started).toBeLessThan(10_000);
  held.release();
  expect((await Promise.all(asked)).filter((code) => code === 'done').length).toBeGreaterThan(0);
  await own.close();
});

test('a process waits for the lock on assignments with two connections, however many want to write', async () => {
  const own = connect(database.url, { max: 6, log });
  const other = await database.pool.connect();
  await other.query(`begin; select pg_advisory_xact_lock(hashtext('proxy-ops.assignments'))`);
  const written = Array.from({ length: 8 }, (_, n) =>
    transact(own.db, async (tx) => {
      await lockWithin(tx, 'assignments', 10_000);
      return n;
    }),
  );
  const waiting = async () =>
    (
      await database.pool.query(
        `select from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`,
      )
    ).rowCount;
  await expect.poll(waiting).toBe(2);
  expect([own.pool.totalCount, own.pool.waitingCount]).toEqual([2, 0]);
  await other.query('commit');
  other.release();
  expect(await Promise.all(written)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await own.close();
});

test('a wait for a lock ends in time, and bounds no other wait of its transaction', async () => {
  const other = await database.pool.connect();
  await other.query(`begin; select pg_advisory_xact_lock(hashtext('proxy-ops.assignments'))`);
  const taken = database.db.transaction(async (tx) => {
    const isLocked = await lockWithin(tx, 'assignments', 50);
    expect(isLocked).toBe(false);
  });
  await taken;
  await other.query('rollback');
  other.release();
  const timeout = await database.db.transaction(async (tx) => {
    expect(await lockWithin(tx, 'assignments', 50)).toBe(true);
    return tx.execute(sql`select current_setting('lock_timeout') as is`);
  });
  expect(timeout.rows).toEqual([{ is: '0' }]);
});

test('a pool ends within a few seconds: a transaction that takes longer is rolled back', async () => {
  const own = connect(database.url, { log });
  await own.db.execute(sql`create table notes (note text)`);
  const long = own.db.transaction(async (tx) => {
    await tx.execute(sql`insert into notes values ('half')`);
    await tx.execute(sql`select pg_sleep(60)`);
  });
  const refused = expect(long).rejects.toThrow();
  await expect
    .poll(() => database.pool.query(`select 1 from pg_stat_activity where query = 'select pg_sleep(60)'`))
    .toMatchObject({ rowCount: 1 });
  const started = performance.now();
  await own.close();
  expect(performance.now() - started).toBeLessThan(10_000);
  await refused;
  expect((await database.pool.query('select * from notes')).rows).toEqual([]);
});
