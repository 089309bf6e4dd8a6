import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyInto } from '../../../src/db/copy.ts';
import { sqlState } from '../../../src/db/errors.ts';
import { models } from '../../../src/db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('sqlState', () => {
  test('finds the code below what drizzle wraps around it', async () => {
    await database.db.insert(models).values({ name: 'Ada', key: 'ada' });
    const failed = database.db.insert(models).values({ name: 'ADA', key: 'ada' });
    expect(sqlState(await failed.catch((error: unknown) => error))).toBe('23505');
  });
});

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('copyInto', () => {
  test('tells', async () => {
    expect(await copyInto(database.pool, 'copy models (name, key) from stdin', pieces('A\ta\nB', '\tb\n'))).toBe(2);
  });
});
