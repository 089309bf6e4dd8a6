import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { to } from 'pg-copy-streams';
import type { Pool } from '../client.ts';
import { holdCheckDays } from '../queries/health/check-log.ts';
import { BackupError } from './backup-error.ts';
import { writeBackupFile } from './backup-file.ts';
import { listTables, qualify, readSchema, readSequences, SETTINGS } from './catalog.ts';
import { type BackupTable, END_OF_TABLE, type Header } from './format.ts';

/** How much a backup holds. */
export interface Contents {
  tables: number;
  rows: number;
}

/**
 * Writes everything that the program keeps, as it was at one moment, while others go on. Jobs in hand (schema `pgboss`) are not part
 * of it: they are made anew.
 *
 * @throws BackupError where there is nothing to write down, or no file for it
 */
export async function backUp(pool: Pool, path: string, now: Date): Promise<Contents> {
  const client = await pool.connect();
  const contents: Contents = { tables: 0, rows: 0 };
  try {
    await client.query(`begin transaction isolation level repeatable read, read only; ${SETTINGS}`);
    await writeBackupFile(path, writeAll(client, now, contents));
    await client.query('commit');
    client.release();
    return contents;
  } catch (error) {
    // A COPY may be under way in it.
    client.release(true);
    throw error;
  }
}

async function* writeAll(client: pg.PoolClient, now: Date, contents: Contents): AsyncGenerator<string | Uint8Array> {
  const header = await readHeader(client, now);
  yield `${JSON.stringify(header)}\n`;
  const rows: Record<string, number> = {};
  for (const table of header.tables) {
    rows[table.name] = yield* writeRows(client, table);
    yield END_OF_TABLE;
    contents.tables += 1;
    contents.rows += rows[table.name] ?? 0;
  }
  // Sequences know no snapshot: read last, they are past every row above.
  yield `${JSON.stringify({ rows, sequences: await readSequences(client) })}\n`;
}

async function readHeader(client: pg.PoolClient, now: Date): Promise<Header> {
  const applied = await readSchema(client);
  if (applied.length === 0) throw new BackupError('There is no database of Proxy Ops here. Nothing was written.');
  const checkDays = await holdCheckDays(drizzle(client));
  const tables = await listTables(client);
  return { program: 'proxy-ops', format: 1, madeAt: now.toISOString(), schema: applied, tables, checkDays };
}

async function* writeRows(client: pg.PoolClient, { name, columns }: BackupTable): AsyncGenerator<Uint8Array, number> {
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
  // COPY of a partitioned table is refused; of a query it is not.
  const stream = client.query(to(`copy (select ${list} from ${qualify(name)}) to stdout`));
  yield* stream;
  return stream.rowCount;
}
