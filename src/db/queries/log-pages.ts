import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import type { PageFrom, PageRows } from '../../domain/page.ts';
import type { Db, Tx } from '../client.ts';
import { array } from '../sql/columns.ts';
import { type RowSchema, rows } from '../sql/rows.ts';
import { readListing } from './stretches.ts';

/** A table whose entries are only added, and are read the newest first. */
export interface Log<Entry> {
  /** The table as `l`, by which its columns, joins and conditions name it. */
  from: SQL & { id: StringChunk };
  columns: SQL;
  joined: SQL;
  schema: RowSchema<Entry>;
}

/** One page of a log, the newest entry first. */
export async function readPage<Entry extends { id: number }>(
  db: Db | Tx,
  { from: table, columns, joined, schema }: Log<Entry>,
  { where, ...request }: { where: SQL; size: number; from: PageFrom | undefined },
): Promise<PageRows<Entry>> {
  const stretches = [{ id: table.id, isDescending: true }];
  const listing = { from: table, id: table.id, where, stretches, isOwnOrder: true };
  const { ids, ...position } = await readListing(db, listing, request);
  const page = sql`
    select ${columns} from unnest(${array(ids, 'bigint')}) as t(entry) join ${table} on ${table.id} = t.entry ${joined} order by ${table.id} desc`;
  return { rows: await rows(db, schema, page), ...position };
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
