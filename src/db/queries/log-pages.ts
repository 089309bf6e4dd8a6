import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { PageFrom } from '../../domain/page.ts';
import type { Db, Tx } from '../client.ts';
import { onlyRow, type RowSchema, rows } from '../sql/rows.ts';
import { countUpTo } from './stretches.ts';

/** A table whose entries are only added, and are read the newest first. */
export interface Log<Entry> {
  /** The table as `l`, by which its columns, joins and conditions name it. */
  from: SQL & { id: StringChunk };
  columns: SQL;
  joined: SQL;
  schema: RowSchema<Entry>;
}

const COUNTS = z.strictObject({ total: z.int(), before: z.int() });

/** One page; `from` continues after (older) or before (newer) an entry. */
export async function readPage<Entry extends { id: number }>(
  db: Db | Tx,
  { from: table, columns, joined, schema }: Log<Entry>,
  { where, size, from }: { where: SQL; size: number; from: PageFrom | undefined },
): Promise<{ rows: Entry[]; total: number; before: number }> {
  const isBefore = from?.side === 'before';
  const start = from ? sql`and ${table.id} ${sql.raw(isBefore ? '>' : '<')} ${from.id}` : sql``;
  const order = sql.raw(isBefore ? 'asc' : 'desc');
  const page = sql`
    with page as (select l.* from ${table} where ${where} ${start} order by ${table.id} ${order} limit ${size})
    select ${columns} from page l ${joined} order by ${table.id} desc`;
  const entries = await rows(db, schema, page);
  const total = countUpTo([sql`select from ${table} where ${where}`]);
  const [first] = entries;
  const before =
    from && first ? countUpTo([sql`select from ${table} where ${where} and ${table.id} > ${first.id}`]) : sql`0`;
  const counts = sql`select ${total} as total, ${before} as before`;
  return { rows: entries, ...(await onlyRow(db, COUNTS, counts)) };
}

/** All entries, a batch at a time. */
export async function* readBatches<Entry extends { id: number }>(
  db: Db | Tx,
  { from: table, columns, joined, schema }: Log<Entry>,
  { where, size }: { where: SQL; size: number },
): AsyncGenerator<Entry[]> {
  for (let start = sql``; ; ) {
    const batch = sql`
      select ${columns} from ${table} ${joined} where ${where} ${start} order by ${table.id} desc limit ${size}`;
    const entries = await rows(db, schema, batch);
    const last = entries.at(-1);
    if (last) yield entries;
    if (!last || entries.length < size) return;
    start = sql`and ${table.id} < ${last.id}`;
  }
}
