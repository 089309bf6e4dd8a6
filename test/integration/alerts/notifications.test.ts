import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MESSAGE_CHANNEL } from '../../../src/db/queries/messages/outbox.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

let database: TestDatabase;
let listening: pg.Client;
const heard: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  listening = new pg.Client(database.url);
  await listening.connect();
  listening.on('notification', ({ payload }) => heard.push(payload ?? ''));
  await listening.query(`listen ${MESSAGE_CHANNEL}`);
});

afterAll(async () => {
  await listening.end();
  await database.drop();
});

/** The notifications up to and including a mark, which comes after all of the statement. */
async function heardOf(sql: string): Promise<string[]> {
  heard.length = 0;
  await database.pool.query(sql);
  await database.pool.query(`notify ${MESSAGE_CHANNEL}, 'mark'`);
  while (!heard.includes('mark')) await listening.query('select 1');
  return [...heard];
}

test('a message that is new or has changed is notified, and one that was sent is not', async () => {
  expect(await heardOf("insert into messages (kind, key) values ('alert', 'one'), ('alert', 'two')")).toEqual([
    '',
    'mark',
  ]);
  expect(await heardOf('update messages set version = version + 1')).toEqual(['', 'mark']);
  expect(await heardOf('update messages set sent_version = version, leased_until = now()')).toEqual(['mark']);
});
