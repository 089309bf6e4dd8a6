import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, openSession } from '../../../src/db/client.ts';
import { MIGRATIONS_FOLDER } from '../../../src/db/schema-version.ts';

interface Journal {
  entries: { tag: string }[];
}

/** Brings an empty database to the schema of an earlier version: that after the migration `last`, such as `0012_wording`. */
export async function migrateUpTo(url: string, last: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-ops-schema-'));
  const client = await openSession({ connectionString: url });
  try {
    cpSync(MIGRATIONS_FOLDER, folder, { recursive: true });
    const path = join(folder, 'meta', '_journal.json');
    const journal = JSON.parse(readFileSync(path, 'utf8')) as Journal;
    const count = journal.entries.findIndex(({ tag }) => tag === last) + 1;
    if (count === 0) throw new Error(`there is no migration ${last}`);
    writeFileSync(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
    await applyMigrations(client, folder);
  } finally {
    await client.end();
    rmSync(folder, { recursive: true });
  }
}
