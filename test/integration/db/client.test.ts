import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { connect } from '../../../src/db/client.ts';
import { isConnectionError } from '../../../src/db/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

test('a pool outlives its idle connections, and says in the log that they broke', async () => {
  const said = Promise.withResolvers<string>();
  const own = connect(database.url, { log: createLogger('warn', { write: said.resolve }) });
  const { rows } = await own.pool.query('select pg_backend_pid() as pid');
  await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
  expect(await said.promise).toContain('a database connection failed');
  expect((await own.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await own.close();
});

test('a connection that breaks between two statements of a transaction fails the transaction, and not the process', async () => {
  const failing = database.db.transaction(async (tx) => {
    const { rows } = await tx.execute('select pg_backend_pid() as pid');
    await database.pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    await tx.execute('select 1');
  });
  const error = await failing.catch((thrown: unknown) => thrown);
  expect(isConnectionError(error)).toBe(true);
  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('a transaction fails with the error of its work, even if its connection breaks before the rollback', async () => {
  const own = connect(database.url, { max: 1, log: createLogger('silent') });
  const failing = own.db.transaction(async (tx) => {
    const { rows } = await tx.execute('select pg_backend_pid() as pid');
    await database.pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    throw new UserError('too_many_rows', 'The file has too many rows.', 'Split it.');
  });
  await expect(failing).rejects.toMatchObject({ code: 'too_many_rows' });
  expect((await own.db.transaction((tx) => tx.execute('select 1 as one'))).rows).toEqual([{ one: 1 }]);
  await own.close();
});

test('a connection that breaks before its transaction begins is given back, however often', async () => {
  const own = connect(database.url, { max: 1, log: createLogger('silent') });
  for (let n = 0; n < 3; n++) {
    const client = await own.pool.connect();
    client.query = () => Promise.reject(new Error('Connection terminated unexpectedly'));
    client.release();
    await expect(own.db.transaction(async () => undefined)).rejects.toThrow();
  }
  expect((await own.db.transaction((tx) => tx.execute('select 1 as one'))).rows).toEqual([{ one: 1 }]);
  await own.close();
});

test('a transaction of a process that hangs gives its locks back in a minute, and a statement ends in two', async () => {
  const { rows } = await database.pool.query(
    `select current_setting('idle_in_transaction_session_timeout') as idle, current_setting('statement_timeout') as statement,
       current_setting('application_name') as name`,
  );
  expect(rows).toEqual([{ idle: '1min', statement: '2min', name: 'proxy-ops' }]);
});

test('bytes, moments and JSON go in and come out as they are', async () => {
  const { rows } = await database.pool.query('select $1::bytea as bytes, $2::timestamptz as at, $3::jsonb as json', [
    Buffer.from([0, 255, 10]),
    new Date('2026-01-02T03:04:05.678Z'),
    JSON.stringify({ a: ['é', null] }),
  ]);
  expect(rows).toEqual([
    { bytes: Buffer.from([0, 255, 10]), at: new Date('2026-01-02T03:04:05.678Z'), json: { a: ['é', null] } },
  ]);
});
