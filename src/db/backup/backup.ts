import { drizzleOn, escapeIdentifier, type Pool, type PoolClient, withClient } from '../client.ts';
import { copyOut } from '../copy.ts';
import { holdCheckDays } from '../queries/health/check-log.ts';
import { readSchema } from '../schema-version.ts';
import { BackupError } from './backup-error.ts';
import { writeBackupFile } from './backup-file.ts';
import { listTables, qualify, readSequences, SETTINGS } from './catalog.ts';
import { type BackupTable, END_OF_TABLE, type Header } from './format.ts';

/** The amount of data in a backup. */
export interface Contents {
  tables: number;
  rows: number;
}

/**
 * Writes all data of the program as of one moment, while the program keeps running. Queued jobs (schema `pgboss`) are
 * not part of it: they are created again.
 *
 * @throws BackupError if there is nothing to back up, or if the file cannot be created
 */
export async function backUp(pool: Pool, path: string, now: Date): Promise<Contents> {
  const contents: Contents = { tables: 0, rows: 0 };
  await withClient(pool, async (client) => {
    await client.query(`begin transaction isolation level repeatable read, read only; ${SETTINGS}`);
    await writeBackupFile(path, writeAll(client, now, contents));
    await client.query('commit');
  });
  return contents;
}

async function* writeAll(client: PoolClient, now: Date, contents: Contents): AsyncGenerator<string | Uint8Array> {
  const header = await readHeader(client, now);
  yield `${JSON.stringify(header)}\n`;
  const rows: Record<string, number> = {};
  for (const table of header.tables) {
    rows[table.name] = yield* writeRows(client, table);
    yield END_OF_TABLE;
    contents.tables += 1;
    contents.rows += rows[table.name] ?? 0;
  }
  // Sequences are not part of a snapshot: read last, they are past every row above.
  yield `${JSON.stringify({ rows, sequences: await readSequences(client) })}\n`;
}

async function readHeader(client: PoolClient, now: Date): Promise<Header> {
  const applied = await readSchema(client);
  if (applied.length === 0) throw new BackupError('This database does not belong to Proxy Ops. Nothing was written.');
  const checkDays = await holdCheckDays(drizzleOn(client));
  const tables = await listTables(client);
  return { program: 'proxy-ops', format: 1, madeAt: now.toISOString(), schema: applied, tables, checkDays };
}

function writeRows(client: PoolClient, { name, columns }: BackupTable): AsyncGenerator<Uint8Array, number> {
  const list = columns.map((column) => escapeIdentifier(column)).join(', ');
  // COPY accepts no partitioned table, but it accepts a query over one.
  return copyOut(client, `copy (select ${list} from ${qualify(name)}) to stdout`);
}
