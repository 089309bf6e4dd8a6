import { resolve } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { OperatorError } from '../base/errors.ts';
import type { PoolClient, Session } from './client.ts';

export const MIGRATIONS_FOLDER = resolve(import.meta.dirname, '../../drizzle');

/** Thrown if the database has the schema of another version of the program, on which this one must not work. */
export class SchemaError extends OperatorError {
  override readonly name = 'SchemaError';
}

/** The migrations of this program's schema, by their time in epoch milliseconds. */
export function knownSchema(): number[] {
  return readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).map(({ folderMillis }) => folderMillis);
}

/** The migrations that were applied to a database, in the same form; empty if it does not belong to this program. */
export async function readSchema(client: PoolClient | Session): Promise<number[]> {
  const known = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as is_there");
  if (!known.rows[0]?.is_there) return [];
  const { rows } = await client.query(
    'select created_at::float8 as at from drizzle.__drizzle_migrations order by created_at',
  );
  return rows.map((row) => row.at);
}

/** @throws SchemaError if the database has migrations that this program does not know */
export function refuseNewerSchema(applied: readonly number[]): void {
  const known = new Set(knownSchema());
  const unknown = applied.filter((at) => !known.has(at)).length;
  if (unknown === 0) return;
  const changes = unknown === 1 ? 'one change' : `${unknown} changes`;
  throw new SchemaError(
    `The database was upgraded by a newer version of Proxy Ops: this version does not know ${changes} of its schema. ` +
      'Start the newer version, or restore a backup that this version made. Nothing was changed.',
  );
}

/** For programs that do not migrate. @throws SchemaError if the database has another schema than this program */
export async function requireOwnSchema(client: PoolClient | Session): Promise<void> {
  const applied = await readSchema(client);
  refuseNewerSchema(applied);
  if (applied.length === knownSchema().length) return;
  throw new SchemaError(
    'The database does not have the schema of this version yet. Start the bot once, which upgrades it. Nothing was changed.',
  );
}
