import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, type Pool, transactionOn, withClient } from '../../../src/db/client.ts';
import { type CopyOptions, CopyStalledError, copyIn, copyOut } from '../../../src/db/copy.ts';
import { isConnectionError } from '../../../src/db/errors.ts';
import { models } from '../../../src/db/schema/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { startStatementRelay } from '../../helpers/sweep/statement-relay.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const COPY = 'copy models (name, key) from stdin';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const copyInto = (pool: Pool, statement: string, chunks: AsyncIterable<Uint8Array>, options?: CopyOptions) =>
  withClient(pool, (client) => copyIn(client, statement, chunks, options));

const count = () => database.db.$count(models);

describe('copyIn', () => {
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

  test('fails at once if the connection breaks before the server has answered', async () => {
    const relay = await startStatementRelay(database.url, () => true);
    const { pool, close } = connect(relay.url, { max: 1, log: createLogger('silent') });
    await pool.query('select 1');
    for (const nth of [1, 2]) {
      relay.arm('cut', nth);
      const error = await copyInto(pool, COPY, pieces('A\ta\n')).catch((thrown: unknown) => thrown);
      expect([isConnectionError(error), relay.disarm()]).toEqual([true, true]);
    }
    expect(await copyInto(pool, COPY, pieces('A\ta\n'))).toBe(1);
    await close();
    relay.close();
  });

  test('leaves the pool whole after failures', async () => {
    for (let n = 0; n < 12; n++) {
      await expect(copyInto(database.pool, COPY, pieces('too few\n'))).rejects.toThrow();
    }
    expect(database.pool.totalCount).toBeLessThan(10);
    expect(await copyInto(database.pool, COPY, pieces('A\ta\n'))).toBe(1);
  });
});

describe('COPY and a server that is frozen', () => {
  const STALL_MS = 300;

  /** Stops the server process of the session whose statement begins so, as a frozen machine would. */
  async function freeze(statement: string): Promise<() => void> {
    const { rows } = await database.pool.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and query like $1 and pid <> pg_backend_pid()',
      [`${statement}%`],
    );
    const pids = rows.map(({ pid }) => pid);
    expect(pids).toHaveLength(1);
    const signal = (name: NodeJS.Signals) => pids.forEach((pid) => void process.kill(pid, name));
    signal('SIGSTOP');
    let isFrozen = true;
    const thaw = () => {
      if (isFrozen) signal('SIGCONT');
      isFrozen = false;
    };
    onTestFinished(thaw);
    return thaw;
  }

  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  test.each([
    ['while rows are sent', 2_000],
    ['after the last row', 1],
  ])('ends in time %s, and the pool goes on', async (_when, more) => {
    let thaw = () => {};
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('A\ta\n');
      thaw = await freeze('copy models');
      for (let n = 0; n < more; n++) yield Buffer.from(`${'x'.repeat(10_000)}${n}\tkey ${n}\n`);
    }
    const error = await failureOf(copyInto(database.pool, COPY, source(), { stallMs: STALL_MS }));
    expect(error).toBeInstanceOf(CopyStalledError);
    expect(isConnectionError(error)).toBe(true);
    expect(database.pool.totalCount).toBe(1);
    thaw();
    expect(await copyInto(database.pool, COPY, pieces('B\tb\n'))).toBe(1);
  });

  test('ends a transaction in time, whose ROLLBACK would wait as long as the server', async () => {
    let thaw = () => {};
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('A\ta\n');
      thaw = await freeze('copy models');
    }
    const work = transactionOn(database.pool, (_tx, client) => copyIn(client, COPY, source(), { stallMs: STALL_MS }));
    expect(await failureOf(work)).toBeInstanceOf(CopyStalledError);
    thaw();
    expect(await copyInto(database.pool, COPY, pieces('B\tb\n'))).toBe(1);
    expect(await count()).toBe(1);
  });

  test('ends in time while rows are read', async () => {
    let thaw: (() => void) | undefined;
    const read = withClient(database.pool, async (client) => {
      const many = "copy (select repeat('x', 1000) from generate_series(1, 200000)) to stdout";
      for await (const _ of copyOut(client, many, { stallMs: STALL_MS })) {
        thaw ??= await freeze('copy (select repeat');
      }
    });
    const error = await failureOf(read);
    thaw?.();
    expect(error).toBeInstanceOf(CopyStalledError);
  });
});
