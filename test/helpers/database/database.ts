import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { ignoring } from '../../../src/base/ignoring.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, type Database } from '../../../src/db/client.ts';
import { Reads } from '../../../src/db/reads.ts';

export interface TestDatabase extends Database {
  url: string;
  /** Connects as the role that the bot works as. */
  workingUrl: string;
  reads: Reads;
  /** Closes the pool and drops the database, even if other connections to it are open. */
  drop(): Promise<void>;
}

/**
 * A database of the test's own.
 *
 * @param templateUrl the database that it is a clone of; the migrated template if left out. No connection to it may be open.
 */
export async function createTestDatabase(templateUrl = inject('templateUrl')): Promise<TestDatabase> {
  const template = new URL(templateUrl);
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Copying the files takes half the time of writing a log of them, which is the default.
  await administer(`create database ${name} template ${template.pathname.slice(1)} strategy file_copy`);
  const own = new URL(template);
  own.pathname = name;
  const working = new URL(inject('workingTemplateUrl'));
  working.pathname = name;
  const log = createLogger('silent');
  const database = connect(own.href, { log });
  const reads = new Reads({ url: own.href, log });
  const drop = async () => {
    await Promise.all([database.close(), reads.close()]);
    await dropDatabase(own.href);
  };
  return { ...database, url: own.href, workingUrl: working.href, reads, drop };
}

/** The address of a new database without any table. */
export async function createEmptyDatabase(): Promise<string> {
  return (await createEmptyDatabases()).url;
}

/** The addresses of a new database without any table: of the owner, and of the role that the bot works as. */
export async function createEmptyDatabases(): Promise<{ url: string; workingUrl: string }> {
  const [url, working] = [new URL(inject('templateUrl')), new URL(inject('workingTemplateUrl'))];
  const name = `empty_${randomBytes(8).toString('hex')}`;
  await administer(`create database ${name} template template0 strategy file_copy`);
  url.pathname = name;
  working.pathname = name;
  return { url: url.href, workingUrl: working.href };
}

/**
 * Drops a database, even if connections to it are open. DROP DATABASE … WITH (FORCE) is refused to this role while an
 * autovacuum worker is in the database, and the plain statement ends such a worker automatically; so the clients go first.
 */
export async function dropDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  // A bot that is still running would connect again.
  await administer(`alter database ${name} allow_connections false`);
  for (let attempts = 5; ; attempts--) {
    await administer(endClientsOf(name));
    try {
      return await administer(`drop database ${name}`);
    } catch (error) {
      if ((error as { code?: string }).code !== OBJECT_IN_USE || attempts === 0) throw error;
    }
  }
}

const OBJECT_IN_USE = '55006';
const endClientsOf = (name: string) => `select pg_terminate_backend(pid, 5000) from pg_stat_activity
  where datname = '${name}' and backend_type = 'client backend'`;

/** CREATE DATABASE allows no connection to the template, so this connects to another database. */
async function administer(statement: string): Promise<void> {
  administrator ??= connectAdministrator();
  await administrator.query(statement);
}

/** One connection for all test files of this worker: each takes as much processor time as the copy of a database. */
let administrator: pg.Pool | undefined;

function connectAdministrator(): pg.Pool {
  const url = new URL(inject('templateUrl'));
  url.pathname = 'postgres';
  const pool = new pg.Pool({ connectionString: url.href, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true });
  pool.on('error', ignoring('the server has ended, or the next statement connects again'));
  return pool;
}
