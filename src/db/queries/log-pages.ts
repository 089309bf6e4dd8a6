import { type SQL, sql } from 'drizzle-orm';
import type { PageFrom } from '../../domain/page.ts';
import type { Db, Tx } from '../client.ts';

/** Entries that are only ever added, and are read the newest first. */
export interface Log<Entry> {
  table: SQL;
  /** Names what is read; the table is `l` here, and in `joined` and in conditions. */
  columns: SQL;
  joined: SQL;
  toEntry(row: Record<string, unknown>): Entry;
}

/** One page; `from` goes on behind (older) or in front of (newer) an entry. */
export async function readPage<Entry>(
  db: Db | Tx,
  { table, columns, joined, toEntry }: Log<Entry>,
  { where, size, from }: { where: SQL; size: number; from: PageFrom | undefined },
): Promise<{ rows: Entry[]; total: number; before: number }> {
  const isBefore = from?.side === 'before';
  const start = from ? sql`and l.id ${sql.raw(isBefore ? '>' : '<')} ${from.id}` : sql``;
  const order = sql.raw(isBefore ? 'asc' : 'desc');
  const { rows } = await db.execute(sql`
    with page as (select l.* from ${table} l where ${where} ${start} order by l.id ${order} limit ${size})
    select ${columns} from page l ${joined} order by l.id desc`);
  const counted = await db.execute<{ total: number; before: number }>(sql`
    select count(*)::int as total, (count(*) filter (where l.id > ${rows[0]?.id ?? 0}))::int as before from ${table} l where ${where}`);
  return { rows: rows.map(toEntry), total: 0, before: 0, ...counted.rows[0] };
}

/** All entries, a batch at a time. */
export async function* readBatches<Entry extends { id: number }>(
  db: Db | Tx,
  { table, columns, joined, toEntry }: Log<Entry>,
  { where, size }: { where: SQL; size: number },
): AsyncGenerator<Entry[]> {
  for (let start = sql``; ; ) {
    const { rows } = await db.execute(sql`
      select ${columns} from ${table} l ${joined} where ${where} ${start} order by l.id desc limit ${size}`);
    const entries = rows.map(toEntry);
    const last = entries.at(-1);
    if (last) yield entries;
    if (!last || entries.length < size) return;
    start = sql`and l.id < ${last.id}`;
  }
}
