import { type SQL, sql } from 'drizzle-orm';
import { open, SealError, type SealedField, type SealKey, seal, sealKeyId } from '../secrets/seal.ts';
import type { Db } from './client.ts';
import { withRetry } from './errors.ts';
import { importRows, importUndo } from './schema/plans/proxy-import.ts';
import { proxies } from './schema/proxies.ts';

/** Every table with encrypted columns, which have the same names in all of them. */
export const SEALED_TABLES = [proxies, importRows, importUndo];

type SealedTable = (typeof SEALED_TABLES)[number];

export interface SealKeys {
  /** The key for new values. */
  current: SealKey;
  /** Every seal key by its number. */
  all: ReadonlyMap<number, Uint8Array>;
}

export interface Resealed {
  /** Number of rows that were encrypted again. */
  resealed: number;
  /** Number of rows with a value that no key decrypts; they are not changed. */
  unreadable: number;
}

interface SealedRow {
  /** Position of the row in the table (`ctid`). */
  place: string;
  credentialId: string;
  password: Buffer | null;
  changeIpUrl: Buffer | null;
}

interface Change {
  before: SealedRow;
  password: Buffer | null;
  changeIpUrl: Buffer | null;
}

const BATCH_ROWS = 1000;
const FIRST_PLACE = '(0,0)';

/** Condition for a value under another key than this one: bytes 2 to 5 of a sealed value are the key's number. */
export function isUnderFormerKey(currentId: SQL): SQL {
  const current = sql`int4send(${currentId}::int)`;
  return sql`(substring(password_sealed from 2 for 4) <> ${current} or substring(change_ip_url_sealed from 2 for 4) <> ${current})`;
}

/** Encrypts every value of a table that is under a former key again, in batches, in physical order. */
export async function resealTable(db: Db, table: SealedTable, keys: SealKeys): Promise<Resealed> {
  const total: Resealed = { resealed: 0, unreadable: 0 };
  for (let after = FIRST_PLACE; ; ) {
    const rows = await readBatch(db, table, keys.current.id, after);
    const last = rows.at(-1);
    if (!last) return total;
    const changes = rows.map((row) => resealRow(row, keys)).filter((change) => change !== undefined);
    total.unreadable += rows.length - changes.length;
    total.resealed += await withRetry(() => writeBatch(db, table, changes));
    after = last.place;
  }
}

async function readBatch(db: Db, table: SealedTable, currentId: number, after: string): Promise<SealedRow[]> {
  const { rows } = await db.execute<SealedRow & Record<string, unknown>>(sql`
    select ctid::text as place, credential_id as "credentialId",
      password_sealed as password, change_ip_url_sealed as "changeIpUrl"
    from ${table} where ctid > ${after}::tid and ${isUnderFormerKey(sql`${currentId}`)} limit ${BATCH_ROWS}`);
  return rows;
}

/** @returns undefined if a value cannot be decrypted */
function resealRow(before: SealedRow, { current, all }: SealKeys): Change | undefined {
  const renew = (value: Buffer | null, field: SealedField) => {
    if (value === null || sealKeyId(value) === current.id) return value;
    const key = all.get(sealKeyId(value));
    if (!key) throw new SealError('the key of the value is missing');
    return seal(current, open(key, value, before.credentialId, field), before.credentialId, field);
  };
  try {
    return {
      before,
      password: renew(before.password, 'password'),
      changeIpUrl: renew(before.changeIpUrl, 'change_ip_url'),
    };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return undefined;
  }
}

/**
 * Compare and swap: a later pass finds rows that were changed since they were read, if they are still under a former
 * key.
 */
async function writeBatch(db: Db, table: SealedTable, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0;
  const column = (type: SQL, pick: (change: Change) => string | Buffer | null) =>
    sql`${sql.param(changes.map(pick))}::${type}[]`;
  const { rowCount } = await db.execute(sql`
    update ${table} as row set password_sealed = change.password, change_ip_url_sealed = change.change_ip_url
    from unnest(
      ${column(sql`tid`, ({ before }) => before.place)},
      ${column(sql`bytea`, ({ before }) => before.password)},
      ${column(sql`bytea`, ({ before }) => before.changeIpUrl)},
      ${column(sql`bytea`, ({ password }) => password)},
      ${column(sql`bytea`, ({ changeIpUrl }) => changeIpUrl)}
    ) as change(place, old_password, old_change_ip_url, password, change_ip_url)
    where row.ctid = change.place
      and row.password_sealed is not distinct from change.old_password
      and row.change_ip_url_sealed is not distinct from change.old_change_ip_url`);
  return rowCount ?? 0;
}
