import type { Logger } from '../base/logger.ts';
import { applyMigrations, openSession } from './client.ts';
import { MIGRATIONS_FOLDER, readSchema, refuseNewerSchema } from './schema-version.ts';

/** Any number that no other program uses for an advisory lock in this database. */
const LOCK = 7_250_541;

/**
 * Migrates the database to this program's schema. Processes that start together take turns.
 *
 * @throws SchemaError if the database has a newer schema
 */
export async function migrate(url: string, log: Logger): Promise<void> {
  const client = await openSession({ connectionString: url, application_name: 'proxy-ops migrate' });
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const before = await readSchema(client);
    refuseNewerSchema(before);
    await applyMigrations(client, MIGRATIONS_FOLDER);
    const applied = (await readSchema(client)).length - before.length;
    if (applied > 0) log.info({ applied }, 'the database schema was upgraded');
  } finally {
    await client.end();
  }
}
