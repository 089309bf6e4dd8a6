import { type SQL, sql } from 'drizzle-orm';
import type { HistoryEntry, HistoryFilter } from '../../../domain/history-view.ts';
import type { Db, Tx } from '../../client.ts';

const ENTRY = sql.raw(`h.id, a.username, m.name as model, h.proxy_id as "proxyId", p.host, p.port, p.provider,
  h.started_at as "startedAt", h.started_by as "startedBy", h.start_reason as "startReason",
  h.ended_at as "endedAt", h.ended_by as "endedBy", h.end_reason as "endReason"`);
const JOINED = sql.raw(
  'join accounts a on a.id = h.account_id join models m on m.id = h.model_id join proxies p on p.id = h.proxy_id',
);

function conditions({ proxyId, accountId, day }: HistoryFilter): SQL {
  const all = [sql`true`];
  if (proxyId !== undefined) all.push(sql`h.proxy_id = ${proxyId}`);
  if (accountId !== undefined) all.push(sql`h.account_id = ${accountId}`);
  if (day !== undefined) {
    const start = sql`(${day}::date at time zone 'UTC')`;
    all.push(sql`h.started_at < ${start} + interval '1 day' and (h.ended_at is null or h.ended_at >= ${start})`);
  }
  return sql.join(all, sql` and `);
}

type Raw = Record<string, unknown> & { startedAt: string; endedAt: string | null };

function toEntry(row: Raw): HistoryEntry {
  return {
    ...(row as unknown as HistoryEntry),
    id: Number(row.id),
    startedAt: new Date(row.startedAt),
    endedAt: row.endedAt === null ? null : new Date(row.endedAt),
  };
}

/** One page, the newest first; `from` goes on behind (older) or in front of (newer) an entry. */
export async function listHistory(
  db: Db | Tx,
  filter: HistoryFilter,
  size: number,
  from?: { side: 'after' | 'before'; id: number },
): Promise<{ rows: HistoryEntry[]; total: number; before: number }> {
  const isBefore = from?.side === 'before';
  const start = from ? (isBefore ? sql`and h.id > ${from.id}` : sql`and h.id < ${from.id}`) : sql``;
  const order = sql.raw(isBefore ? 'asc' : 'desc');
  const where = conditions(filter);
  const { rows } = await db.execute<Raw>(sql`
    with page as (select h.* from assignment_history h where ${where} ${start} order by h.id ${order} limit ${size})
    select ${ENTRY} from page h ${JOINED} order by h.id desc`);
  const newest = rows[0]?.id ?? 0;
  const counted = await db.execute<{ total: number; before: number }>(sql`
    select count(*)::int as total, (count(*) filter (where h.id > ${newest}))::int as before from assignment_history h where ${where}`);
  return { rows: rows.map(toEntry), total: 0, before: 0, ...counted.rows[0] };
}

/** The next entries behind one, the newest first: for reading all of them, a batch at a time. */
export async function readHistory(
  db: Db | Tx,
  filter: HistoryFilter,
  olderThan: number | undefined,
  size: number,
): Promise<HistoryEntry[]> {
  const start = olderThan === undefined ? sql`` : sql`and h.id < ${olderThan}`;
  const { rows } = await db.execute<Raw>(sql`
    select ${ENTRY} from assignment_history h ${JOINED} where ${conditions(filter)} ${start} order by h.id desc limit ${size}`);
  return rows.map(toEntry);
}
