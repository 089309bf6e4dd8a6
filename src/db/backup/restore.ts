import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../base/logger.ts';
import { sum } from '../../domain/sum.ts';
import { connect, drizzleOn, escapeIdentifier, type PoolClient, withClient } from '../client.ts';
import { copyIn } from '../copy.ts';
import { sqlState } from '../errors.ts';
import { KeyError, readKeys } from '../keyring.ts';
import { migrate } from '../migrate.ts';
import { makeCheckDay } from '../queries/health/check-log.ts';
import { encryptionKeys } from '../schema/settings.ts';
import { knownSchema } from '../schema-version.ts';
import type { Contents } from './backup.ts';
import { BackupError } from './backup-error.ts';
import { BackupReader } from './backup-reader.ts';
import { findFilledTable, listTables, qualify, SETTINGS, setSequences } from './catalog.ts';
import type { BackupTable, Header } from './format.ts';
import { liftGuards } from './guards.ts';

interface RestoreOptions {
  url: string;
  path: string;
  /** The ENCRYPTION_KEY of the database that was backed up. */
  kek: Uint8Array;
  log: Logger;
}

/**
 * Restores a backup into an empty database: completely or not at all.
 *
 * @throws BackupError if the file or the database is not suitable
 * @throws KeyError if the key does not decrypt the backup
 */
export async function restore({ url, path, kek, log }: RestoreOptions): Promise<Contents> {
  const reader = new BackupReader(path);
  const { pool, close } = connect(url, { max: 1, log });
  try {
    const header = await reader.readHeader();
    refuseOtherSchema(header);
    await withClient(pool, refuseFilled);
    await migrate(url, log);
    const contents = await withClient(pool, (client) => fill(client, reader, header, kek));
    // The tables were filled at once, so the planner has no statistics yet. If this fails, autovacuum creates them
    // later.
    await pool.query('analyze').catch((err: unknown) => log.warn({ err }, 'the restored tables could not be analyzed'));
    return contents;
  } finally {
    reader.close();
    await close();
  }
}

function refuseOtherSchema({ schema: theirs }: Header): void {
  const ours = knownSchema();
  if (isDeepStrictEqual(ours, theirs)) return;
  const describe = (times: readonly number[]) =>
    `${times.length} (of ${new Date(times.at(-1) ?? 0).toISOString().slice(0, 16).replace('T', ' ')} UTC)`;
  throw new BackupError(
    `The backup has schema version ${describe(theirs)}, but this program has ${describe(ours)}. ` +
      'Restore it with the version that made it, and upgrade that database afterwards.',
  );
}

async function refuseFilled(client: PoolClient): Promise<void> {
  const table = await findFilledTable(client);
  if (table === undefined) return;
  throw new BackupError(
    `This database already contains data (in ${table}). A backup can only be restored into an empty database. Nothing was changed.`,
  );
}

/** In one transaction, so that no other session sees a part of the data. */
async function fill(client: PoolClient, reader: BackupReader, header: Header, kek: Uint8Array): Promise<Contents> {
  const db = drizzleOn(client);
  const { tables } = header;
  await client.query(`begin; ${SETTINGS}`);
  if (!isDeepStrictEqual(await listTables(client), tables)) {
    throw new BackupError('The backup contains other tables than this program. Nothing was restored.');
  }
  await client.query(`lock table ${tables.map(({ name }) => qualify(name)).join(', ')}`);
  await refuseFilled(client);
  for (const day of header.checkDays) await makeCheckDay(db, new Date(day));
  const putBack = await liftGuards(
    client,
    tables.map(({ name }) => name),
  );
  const rows: Record<string, number> = {};
  for (const table of tables) rows[table.name] = await copyRows(client, table, reader);
  const end = await reader.readEnd();
  if (!isDeepStrictEqual(rows, end.rows)) {
    throw new BackupError('The backup does not contain the rows that were written to it. Nothing was restored.');
  }
  await setSequences(client, end.sequences);
  await putBack();
  if ((await db.$count(encryptionKeys)) > 0) await tryKey(db, kek);
  await client.query('commit');
  return { tables: tables.length, rows: sum(Object.values(rows)) };
}

async function copyRows(client: PoolClient, { name, columns }: BackupTable, reader: BackupReader): Promise<number> {
  const list = columns.map((column) => escapeIdentifier(column)).join(', ');
  try {
    return await copyIn(client, `copy ${qualify(name)} (${list}) from stdin`, reader.readRows());
  } catch (error) {
    // Only data exceptions and violated constraints are about the rows; other errors of the server are not the file's
    // fault.
    if (!/^2[23]/.test(sqlState(error) ?? '')) throw error;
    throw new BackupError(`The rows of ${name} in the backup are damaged. Nothing was restored.`, { cause: error });
  }
}

async function tryKey(db: Parameters<typeof readKeys>[0], kek: Uint8Array): Promise<void> {
  try {
    await readKeys(db, kek);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new KeyError(
      'This ENCRYPTION_KEY cannot decrypt the credentials in the backup. Set the key of the original database. Nothing was restored.',
    );
  }
}
