import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { open, SealError, type SealedField, type SealKey, seal, sealKeyId } from '../secrets/seal.ts';
import type { Db } from './client.ts';
import { withRetry } from './errors.ts';
import { importRows, importUndo } from './schema/plans/proxy-import.ts';
import { proxies } from './schema/proxies.ts';
import { typeOf } from './sql/columns.ts';
import { rows, run } from './sql/rows.ts';

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

const SEALED_ROW = z.strictObject({
  /** Position of the row in the table (`ctid`). */
  place: z.string(),
  credentialId: typeOf(proxies.credentialId),
  password: typeOf(proxies.passwordSealed),
  changeIpUrl: typeOf(proxies.changeIpUrlSealed),
});

type SealedRow = z.infer<typeof SEALED_ROW>;

interface Change {
  before: SealedRow;
  password: Buffer | null;
  changeIpUrl: Buffer | null;
}

const BATCH_ROWS = 1000;
const FIRST_PLACE = '(0,0)';

/** Condition for a value under another key than this one: bytes 2 to 5 of a sealed value are the key's number. */
export function isUnderFormerKey({ passwordSealed, changeIpUrlSealed }: SealedTable, currentId: SQL): SQL {
  const current = sql`int4send(${currentId}::int)`;
  return sql`(substring(${passwordSealed} from 2 for 4) <> ${current} or substring(${changeIpUrlSealed} from 2 for 4) <> ${current})`;
}

/** Encrypts every value of a table that is under a former key again, in batches, in physical order. */
export async function resealTable(db: Db, table: SealedTable, keys: SealKeys): Promise<Resealed> {
  const total: Resealed = { resealed: 0, unreadable: 0 };
  for (let after = FIRST_PLACE; ; ) {
    const batch = await readBatch(db, table, keys.current.id, after);
    const last = batch.at(-1);
    if (!last) return total;
    const changes = batch.map((row) => resealRow(row, keys)).filter((change) => change !== undefined);
    total.unreadable += batch.length - changes.length;
    total.resealed += await withRetry(() => writeBatch(db, table, changes));
    after = last.place;
  }
}

function readBatch(db: Db, table: SealedTable, currentId: number, after: string): Promise<SealedRow[]> {
  const statement = sql`
    select ctid::text as place, ${table.credentialId} as "credentialId",
      ${table.passwordSealed} as password, ${table.changeIpUrlSealed} as "changeIpUrl"
    from ${table} where ctid > ${after}::tid and ${isUnderFormerKey(table, sql`${currentId}`)} limit ${BATCH_ROWS}`;
  return rows(db, SEALED_ROW, statement);
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
  const statement = sql`
    update ${table} set ${sql.identifier(table.passwordSealed.name)} = change.password,
      ${sql.identifier(table.changeIpUrlSealed.name)} = change.change_ip_url
    from unnest(
      ${column(sql`tid`, ({ before }) => before.place)},
      ${column(sql`bytea`, ({ before }) => before.password)},
      ${column(sql`bytea`, ({ before }) => before.changeIpUrl)},
      ${column(sql`bytea`, ({ password }) => password)},
      ${column(sql`bytea`, ({ changeIpUrl }) => changeIpUrl)}
    ) as change(place, old_password, old_change_ip_url, password, change_ip_url)
    where ${table}.ctid = change.place
      and ${table.passwordSealed} is not distinct from change.old_password
      and ${table.changeIpUrlSealed} is not distinct from change.old_change_ip_url`;
  return run(db, statement);
}
