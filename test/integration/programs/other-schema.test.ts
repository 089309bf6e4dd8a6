import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openKeyring } from '../../../src/db/keyring.ts';
import { runProgram } from '../../helpers/bot/run-program.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const key = randomBytes(32);
const TOKEN = { DISCORD_TOKEN: 't', DISCORD_GUILD_ID: '1'.repeat(18), OPS_CHANNEL_ID: '2'.repeat(18) };

let home: string;
let database: TestDatabase;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'proxy-ops-schema-'));
});
afterAll(() => rmSync(home, { recursive: true }));
// Each test makes it another schema's.
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Runs a program to its end on the database. */
function run(program: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const env = {
    ...TOKEN,
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: key.toString('base64'),
    HTTP_PORT: '0',
    ...(program === 'rotate-key' && { ENCRYPTION_KEY_PREVIOUS: randomBytes(32).toString('base64') }),
  };
  return runProgram([program, ...args], { cwd: home, env });
}

/** The first things that a start changes: the tables, the migrations and the settings. */
async function readState(): Promise<unknown[]> {
  const read = async (statement: string) => (await database.pool.query(statement)).rows;
  return [
    await read('select oid from pg_class order by oid'),
    await read('select * from drizzle.__drizzle_migrations order by id'),
    await read('select * from settings order by key'),
    await read('select * from encryption_keys order by id'),
  ];
}

test('no program works on a schema that is newer than its own', async () => {
  expect((await run('backup', 'empty.backup')).code).toBe(0);
  await database.pool.query(
    `insert into drizzle.__drizzle_migrations (hash, created_at) select 'of a newer version', max(created_at) + 1 from drizzle.__drizzle_migrations`,
  );
  const before = await readState();
  for (const [program, ...args] of [['main'], ['worker'], ['restore', 'empty.backup'], ['rotate-key']] as const) {
    expect([program, await run(program, ...args)]).toEqual([
      program,
      {
        code: 1,
        said: `The database was upgraded by a newer version of Proxy Ops: this version does not know one change of its schema. Start the newer version, or restore a backup that this version made. Nothing was changed.\n`,
      },
    ]);
  }
  expect(await readState()).toEqual(before);
});

test('the key of a schema that is older is not rotated before the bot has upgraded it', async () => {
  await database.pool.query(
    `delete from drizzle.__drizzle_migrations where created_at >= (select created_at from drizzle.__drizzle_migrations order by id desc limit 1)`,
  );
  await openKeyring(database.db, randomBytes(32));
  const { code, said } = await run('rotate-key');
  expect(said).toBe(
    'The database does not have the schema of this version yet. Start the bot once, which upgrades it. Nothing was changed.\n',
  );
  expect(code).toBe(1);
});
