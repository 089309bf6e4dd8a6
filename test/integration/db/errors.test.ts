import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConnectionError, sqlState, withRetry } from '../../../src/db/errors.ts';
import { models } from '../../../src/db/schema/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const caught = (failing: Promise<unknown>) => failing.catch((error: unknown) => error);

describe('sqlState', () => {
  test('finds the code below what drizzle wraps around it', async () => {
    await database.db.insert(models).values({ name: 'Ada', key: 'ada' });
    expect(sqlState(await caught(database.db.insert(models).values({ name: 'ADA', key: 'ada' })))).toBe('23505');
    expect(sqlState(new Error('ours'))).toBeUndefined();
  });
});

describe('withRetry', () => {
  test('runs the loser of a deadlock again, so that both get through', async () => {
    await database.db.insert(models).values([
      { name: 'a', key: 'a' },
      { name: 'b', key: 'b' },
    ]);
    let tries = 0;
    let arrived = 0;
    const bothHoldOne = Promise.withResolvers<void>();
    const touch = (first: string, second: string) =>
      withRetry(() =>
        database.db.transaction(async (tx) => {
          tries++;
          await tx.execute(`update models set name = name || '+' where key = '${first}'`);
          if (++arrived === 2) bothHoldOne.resolve();
          await bothHoldOne.promise;
          await tx.execute(`update models set name = name || '+' where key = '${second}'`);
        }),
      );
    await Promise.all([touch('a', 'b'), touch('b', 'a')]);
    const { rows } = await database.pool.query("select name from models where key in ('a', 'b') order by key");
    expect(rows).toEqual([{ name: 'a++' }, { name: 'b++' }]);
    // The loser may take its first row again before the winner has it, and lose once more.
    expect(tries).toBeGreaterThan(2);
  });

  test('passes on at once what another try would not change', async () => {
    let tries = 0;
    const failing = withRetry(() => {
      tries++;
      return database.db.execute('select 1 / 0');
    });
    expect(sqlState(await caught(failing))).toBe('22012');
    expect(tries).toBe(1);
  });

  test('gives up after five tries', async () => {
    let tries = 0;
    const failing = withRetry(() => {
      tries++;
      return database.db.execute("do $$ begin raise exception 'again' using errcode = '40001'; end $$");
    });
    expect(sqlState(await caught(failing))).toBe('40001');
    expect(tries).toBe(5);
  });
});

describe('isConnectionError', () => {
  test('knows a server that is not there', async () => {
    const nowhere = new pg.Client('postgres://proxy_ops@127.0.0.1:1/proxy_ops');
    expect(isConnectionError(await caught(nowhere.connect()))).toBe(true);
  });

  test('knows a connection that was ended from the other side, idle or at work', async () => {
    const client = await database.pool.connect();
    client.on('error', () => undefined);
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const working = caught(client.query('select pg_sleep(60)'));
    await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    expect(isConnectionError(await working)).toBe(true);
    expect(isConnectionError(await caught(client.query('select 1')))).toBe(true);
    client.release(true);
  });

  test('does not blame the connection for a statement or for a file', async () => {
    expect(isConnectionError(await caught(database.db.execute('select 1 / 0')))).toBe(false);
    expect(isConnectionError(Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' }))).toBe(
      false,
    );
  });
});
