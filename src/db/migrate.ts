import type { Logger } from '../base/logger.ts';
import { applyMigrations, openSession, type Session } from './client.ts';
import { sqlState } from './errors.ts';
import { knownSchema, MIGRATIONS_FOLDER, readSchema, refuseNewerSchema, SchemaError } from './schema-version.ts';

/** Any number that no other program uses for an advisory lock in this database. */
const LOCK = 7_250_541;
/** SQLSTATE of a statement that the role may not run. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** Runs work on a connection of its own. Processes that start together take turns. */
export async function withSchemaLock(
  url: string,
  application: string,
  work: (client: Session) => Promise<void>,
): Promise<void> {
  const client = await openSession({ connectionString: url, application_name: application });
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Migrates the database to this program's schema.
 *
 * @throws SchemaError if the database has a newer schema, or an older one and the role may not change it
 */
export function migrate(url: string, log: Logger): Promise<void> {
  return withSchemaLock(url, 'proxy-ops migrate', async (client) => {
    const before = await readSchema(client);
    refuseNewerSchema(before);
    const missing = knownSchema().length - before.length;
    if (missing === 0) return;
    await applyMigrations(client, MIGRATIONS_FOLDER).catch(explainRights);
    log.info({ applied: missing }, 'the database schema was upgraded');
  });
}

function explainRights(error: unknown): never {
  if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
  throw new SchemaError(
    'The database must be upgraded, and its role may not do that: set DATABASE_OWNER_URL to the role that owns the tables.',
    { cause: error },
  );
}
