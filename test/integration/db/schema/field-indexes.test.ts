import { afterAll, beforeAll, expect, test } from 'vitest';
import { detail, FILTER_KEYS } from '../../../../src/domain/proxies/fields.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('each field that can be filtered by has an index that begins with it, by which its values are completed', async () => {
  const { rows } = await database.pool.query<{ indexdef: string }>(
    `select indexdef from pg_indexes where tablename = 'proxies'`,
  );
  for (const key of FILTER_KEYS) {
    const { column } = detail(key);
    const first = new RegExp(`USING btree \\(\\(?${column}\\b`);
    expect([key, rows.some(({ indexdef }) => first.test(indexdef))]).toEqual([key, true]);
  }
});
