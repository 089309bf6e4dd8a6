import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The line that is logged when a statement fails, without the stack. */
async function logged(statement: SQL): Promise<{ text: string; err: Record<string, unknown> }> {
  const lines: string[] = [];
  const log = createLogger('error', { write: (line) => void lines.push(line) });
  await database.db.execute(statement).catch((err: unknown) => log.error({ err }, 'it failed'));
  const text = lines.join('');
  return { text, err: JSON.parse(text).err.cause };
}

test('the constraint and the table that refuse a row are logged, and the row is not', async () => {
  const secret = 'planted secret';
  const insert = sql`insert into models (name, key) values (${secret}, ${secret})`;
  await database.db.execute(insert);
  const unique = await logged(insert);
  expect(unique.err).toMatchObject({ code: '23505', severity: 'ERROR', table: 'models' });
  expect(unique.err.constraint).toMatch(/^models_/);
  expect(unique.text).not.toContain('planted');

  const check = await logged(sql`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    values ('h', 0, 'http', ${secret}, gen_random_uuid(), '\\x00')`);
  expect(check.err).toMatchObject({ code: '23514', schema: 'public', table: 'proxies', constraint: 'proxies_port' });
  expect(check.text).not.toContain('planted');

  const missing = await logged(sql`insert into models (name, key) values (null, ${secret})`);
  expect(missing.err).toMatchObject({ code: '23502', table: 'models', column: 'name' });
  expect(missing.text).not.toContain('planted');
});

test('a value that PostgreSQL cannot read is not repeated', async () => {
  await database.db.execute(`insert into models (name, key) values ('x', 'a"planted"b')`);
  const { text, err } = await logged(sql`select key::inet from models where key like 'a%'`);
  expect(err).toMatchObject({ code: '22P02', message: 'invalid input syntax for type inet: …' });
  expect(text).not.toContain('planted');
});
