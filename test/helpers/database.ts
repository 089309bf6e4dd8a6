import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { connect, type Database } from '../../src/db/client.ts';
import { createLogger } from '../../src/logger.ts';

export interface TestDatabase extends Database {
  url: string;
  /** Closes the pool and drops the database, whoever is still connected to it. */
  drop(): Promise<void>;
}

/** A database of the test's own: a clone of the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('templateUrl'));
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Copying the files takes half the time of writing a log of them, which is the default.
  await administer(template, `create database ${name} template ${template.pathname.slice(1)} strategy file_copy`);
  const own = new URL(template);
  own.pathname = name;
  const database = connect(own.href, { log: createLogger('silent') });
  const drop = async () => {
    await database.close();
    await administer(template, `drop database ${name} with (force)`);
  };
  return { ...database, url: own.href, drop };
}

/** CREATE DATABASE wants nobody in the template, so this speaks to the database beside it. */
async function administer(template: URL, statement: string): Promise<void> {
  const admin = new URL(template);
  admin.pathname = 'postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
