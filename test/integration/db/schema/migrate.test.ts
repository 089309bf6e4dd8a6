import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../../src/base/logger.ts';
import { migrate } from '../../../../src/db/migrate.ts';
import { createTestDatabase, dropDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
let url: string;

/** An empty database beside the test's own. */
beforeEach(async () => {
  database = await createTestDatabase();
  const empty = new URL(database.url);
  empty.pathname = `${empty.pathname}_empty`;
  url = empty.href;
  await database.pool.query(`create database ${empty.pathname.slice(1)} template template0`);
});
afterEach(async () => {
  await dropDatabase(url);
  await database.drop();
});

test('processes that start together on an empty database migrate it once', async () => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line: string) => lines.push(line) });
  await Promise.all([migrate(url, log), migrate(url, log), migrate(url, log)]);
  expect(lines).toHaveLength(1);
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query("select to_regclass('proxies') is not null as is_there");
  await client.end();
  expect(rows).toEqual([{ is_there: true }]);
});

test('a database that is up to date stays as it is', async () => {
  await migrate(url, createLogger('silent'));
  const lines: string[] = [];
  await migrate(url, createLogger('info', { write: (line: string) => lines.push(line) }));
  expect(lines).toEqual([]);
});
