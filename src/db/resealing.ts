import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { open, SealError, type SealedField, type SealKey, seal, sealKeyId } from '../secrets/seal.ts';
import type { Db } from './client.ts';
import { withRetry } from './errors.ts';
import { importRows, importUndo } from './schema/plans/proxy-import.ts';
import { syncRows } from './schema/plans/source-sync.ts';
import { proxies } from './schema/proxies.ts';
import { sources } from './schema/sources.ts';
import { typeOf } from './sql/columns.ts';
import { rows, run } from './sql/rows.ts';

const ofProxies = <T extends typeof proxies | typeof importRows | typeof importUndo | typeof syncRows>(table: T) => ({
  table,
  credentialId: table.credentialId,
  columns: [
    ['password', table.passwordSealed],
    ['change_ip_url', table.changeIpUrlSealed],
  ] as const,
});

/** Every table with encrypted columns, and the field of each of these. */
export const SEALED_TABLES = [
  ...[proxies, importRows, importUndo, syncRows].map(ofProxies),
  {
    table: sources,
    credentialId: sources.credentialId,
    columns: [['source_key', sources.keySealed]] as const,
  },
];

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
  /** Its encrypted values, in the order of the columns. */
  sealed: z.array(z.instanceof(Buffer).nullable()),
});

type SealedRow = z.infer<typeof SEALED_ROW>;

interface Change {
  before: SealedRow;
  after: (Buffer | null)[];
}

const BATCH_ROWS = 1000;
const FIRST_PLACE = '(0,0)';

/** Condition for a value under another key than this one: bytes 2 to 5 of a sealed value are the key's number. */
export function isUnderFormerKey({ columns }: SealedTable, currentId: SQL): SQL {
  const each = columns.map(([, column]) => sql`substring(${column} from 2 for 4) <> int4send(${currentId}::int)`);
  return sql`(${sql.join(each, sql` or `)})`;
}

/** Encrypts every value of a table that is under a former key again, in batches, in physical order. */
export async function resealTable(db: Db, table: SealedTable, keys: SealKeys): Promise<Resealed> {
  const total: Resealed = { resealed: 0, unreadable: 0 };
  for (let after = FIRST_PLACE; ; ) {
    const batch = await readBatch(db, table, keys.current.id, after);
    const last = batch.at(-1);
    if (!last) return total;
    const changes = batch.map((row) => resealRow(table, row, keys)).filter((change) => change !== undefined);
    total.unreadable += batch.length - changes.length;
    total.resealed += await withRetry(() => writeBatch(db, table, changes));
    after = last.place;
  }
}

function readBatch(db: Db, sealed: SealedTable, currentId: number, after: string): Promise<SealedRow[]> {
  const values = sql.join(
    sealed.columns.map(([, column]) => column),
    sql`, `,
  );
  const statement = sql`
    select ctid::text as place, ${sealed.credentialId} as "credentialId", array[${values}] as sealed
    from ${sealed.table} where ctid > ${after}::tid and ${isUnderFormerKey(sealed, sql`${currentId}`)} limit ${BATCH_ROWS}`;
  return rows(db, SEALED_ROW, statement);
}

/** @returns undefined if a value cannot be decrypted */
function resealRow({ columns }: SealedTable, before: SealedRow, { current, all }: SealKeys): Change | undefined {
  const renew = (value: Buffer | null, field: SealedField) => {
    if (value === null || sealKeyId(value) === current.id) return value;
    const key = all.get(sealKeyId(value));
    if (!key) throw new SealError('the key of the value is missing');
    return seal(current, open(key, value, before.credentialId, field), before.credentialId, field);
  };
  try {
    return { before, after: columns.map(([field], at) => renew(before.sealed[at] ?? null, field)) };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return undefined;
  }
}

/**
 * Compare and swap: a later pass finds rows that were changed since they were read, if they are still under a former
 * key.
 */
async function writeBatch(db: Db, { table, columns }: SealedTable, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0;
  const array = (type: SQL, pick: (change: Change) => string | Buffer | null) =>
    sql`${sql.param(changes.map(pick))}::${type}[]`;
  const before = columns.map((_column, at) => array(sql`bytea`, (change) => change.before.sealed[at] ?? null));
  const after = columns.map((_column, at) => array(sql`bytea`, (change) => change.after[at] ?? null));
  const names = (prefix: string) => columns.map(([field]) => `${prefix}_${field}`);
  const assigned = columns.map(
    ([field, column]) => sql`${sql.identifier(column.name)} = ${sql.raw(`change.new_${field}`)}`,
  );
  const isSame = columns.map(
    ([field, column]) => sql`${column} is not distinct from ${sql.raw(`change.old_${field}`)}`,
  );
  const statement = sql`
    update ${table} set ${sql.join(assigned, sql`, `)}
    from unnest(${sql.join([array(sql`tid`, (change) => change.before.place), ...before, ...after], sql`, `)})
      as change(${sql.raw(['place', ...names('old'), ...names('new')].join(', '))})
    where ${table}.ctid = change.place and ${sql.join(isSame, sql` and `)}`;
  return run(db, statement);
}
