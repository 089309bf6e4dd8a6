import { resolve } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Logger } from '../base/logger.ts';
import { applyMigrations, openSession, type Session } from './client.ts';

const MIGRATIONS = resolve(import.meta.dirname, '../../drizzle');
/** Any number that no other program uses for an advisory lock in this database. */
const LOCK = 7_250_541;

/** Brings the database to this program's schema. Processes that start together take turns. */
export async function migrate(url: string, log: Logger): Promise<void> {
  const client = await openSession({ connectionString: url, application_name: 'proxy-ops migrate' });
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const before = await countApplied(client);
    await applyMigrations(client, MIGRATIONS);
    const applied = (await countApplied(client)) - before;
    if (applied > 0) log.info({ applied }, 'the database schema was brought up to date');
  } finally {
    await client.end();
  }
}

/** The migrations that make this program's schema, by their time in milliseconds. */
export function knownSchema(): number[] {
  return readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ folderMillis }) => folderMillis);
}

async function countApplied(client: Session): Promise<number> {
  const known = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as is_there");
  if (!known.rows[0].is_there) return 0;
  const counted = await client.query('select count(*)::int as count from drizzle.__drizzle_migrations');
  return counted.rows[0].count;
}
