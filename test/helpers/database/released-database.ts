import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { createLogger } from '../../../src/base/logger.ts';
import { openSession } from '../../../src/db/client.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { migrateUpTo } from './old-schema.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The key that opens the credentials of the fixture. */
export const RELEASED_KEY = Buffer.alloc(32, 7);

/** A release: what its database held, and its last migration. */
const RELEASES = {
  '0.1.0': { rows: 'test/fixtures/release-0.1.0.jsonl', lastMigration: '0011_placement_deletes' },
} as const;
export type Release = keyof typeof RELEASES;

/**
 * Fills an empty database as a release had left it, with previews that are open, and then upgrades it to the present schema. The rows
 * were written by the release itself, from files and commands; only the times at which previews end are moved to tomorrow.
 */
export async function upgradeFrom(release: Release, url: string): Promise<void> {
  const { rows, lastMigration } = RELEASES[release];
  await migrateUpTo(url, lastMigration);
  const session = await openSession({ connectionString: url });
  try {
    await insertRows(session, readFileSync(join(ROOT, rows), 'utf8'));
    await session.query(`update plans set expires_at = now() + interval '1 day'`);
  } finally {
    await session.end();
  }
  await migrate(url, createLogger('silent'));
}

/** Writes the rows as they were: what triggers made of them is among them. */
async function insertRows(session: pg.Client, text: string): Promise<void> {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as [table: string, row: object]);
  for (const [table, of] of Map.groupBy(rows, ([name]) => name)) {
    const name = pg.escapeIdentifier(table);
    await session.query(`alter table ${name} disable trigger user`);
    await session.query(
      `insert into ${name} overriding system value select * from jsonb_populate_recordset(null::${name}, $1)`,
      [JSON.stringify(of.map(([, row]) => row))],
    );
    await session.query(`alter table ${name} enable trigger user`);
  }
  await session.query(`
    do $$ declare s record; begin
      for s in select a.attrelid::regclass as tab, a.attname as col from pg_attribute a join pg_class c on c.oid = a.attrelid
        where a.attidentity <> '' and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      loop
        execute format('select setval(pg_get_serial_sequence(%L, %L), coalesce((select max(%I) from %s), 0) + 1, false)', s.tab, s.col, s.col, s.tab);
      end loop;
    end $$`);
}
