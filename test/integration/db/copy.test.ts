import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyInto } from '../../../src/db/copy.ts';
import { models } from '../../../src/db/schema/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const COPY = 'copy models (name, key) from stdin';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const count = () => database.db.$count(models);

describe('copyInto', () => {
  test('writes rows whose text is cut anywhere, and says how many', async () => {
    expect(await copyInto(database.pool, COPY, pieces('A\ta\nB', '\t', 'b\nД\\tД\tdd', '\n'))).toBe(3);
    const rows = await database.db.select({ name: models.name }).from(models).orderBy(models.id);
    expect(rows.map((row) => row.name)).toEqual(['A', 'B', 'Д\tД']);
  });

  test('takes no rows at all', async () => {
    expect(await copyInto(database.pool, COPY, pieces())).toBe(0);
  });

  test('fails at once, and writes nothing, where a line has too few columns', async () => {
    await expect(copyInto(database.pool, COPY, pieces('A\ta\n', 'B\n'))).rejects.toMatchObject({ code: '22P04' });
    expect(await count()).toBe(0);
  });

  test('fails where a row is there already, which the server finds at the end', async () => {
    await expect(copyInto(database.pool, COPY, pieces('A\ta\n', 'B\ta\n'))).rejects.toMatchObject({ code: '23505' });
    expect(await count()).toBe(0);
  });

  test('fails, and writes nothing, where the source fails', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('A\ta\n');
      throw new Error('the worker died');
    }
    await expect(copyInto(database.pool, COPY, source())).rejects.toThrow('the worker died');
    expect(await count()).toBe(0);
  });

  test('fails where the connection is ended in the middle, though the source has more', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let n = 0; ; n++) {
        yield Buffer.from(`name ${n}\tkey ${n}\n`);
        if (n === 100) {
          await database.pool.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'copy models%'",
          );
        }
      }
    }
    await expect(copyInto(database.pool, COPY, source())).rejects.toThrow();
    expect(await count()).toBe(0);
  });

  test('leaves the pool whole after failures', async () => {
    for (let n = 0; n < 12; n++) {
      await expect(copyInto(database.pool, COPY, pieces('too few\n'))).rejects.toThrow();
    }
    expect(database.pool.totalCount).toBeLessThan(10);
    expect(await copyInto(database.pool, COPY, pieces('A\ta\n'))).toBe(1);
  });
});
