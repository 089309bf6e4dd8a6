import { type SQL, sql } from 'drizzle-orm';
import type { HistoryEntry, HistoryFilter } from '../../../domain/history-view.ts';
import type { PageFrom } from '../../../domain/page.ts';
import type { Db, Tx } from '../../client.ts';
import { type Log, readBatches, readPage } from '../log-pages.ts';

function conditions({ proxyId, accountId, day }: HistoryFilter): SQL {
  const all = [sql`true`];
  if (proxyId !== undefined) all.push(sql`l.proxy_id = ${proxyId}`);
  if (accountId !== undefined) all.push(sql`l.account_id = ${accountId}`);
  if (day !== undefined) {
    const start = sql`(${day}::date at time zone 'UTC')`;
    all.push(sql`l.started_at < ${start} + interval '1 day' and (l.ended_at is null or l.ended_at >= ${start})`);
  }
  return sql.join(all, sql` and `);
}

const LOG: Log<HistoryEntry> = {
  table: sql.raw('assignment_history'),
  columns: sql.raw(`l.id, a.username, m.name as model, l.proxy_id as "proxyId", p.host, p.port, p.provider,
    l.started_at as "startedAt", l.started_by as "startedBy", l.start_reason as "startReason",
    l.ended_at as "endedAt", l.ended_by as "endedBy", l.end_reason as "endReason"`),
  joined: sql.raw(
    'join accounts a on a.id = l.account_id join models m on m.id = l.model_id join proxies p on p.id = l.proxy_id',
  ),
  toEntry: (row) => ({
    ...(row as unknown as HistoryEntry),
    id: Number(row.id),
    startedAt: new Date(row.startedAt as string),
    endedAt: row.endedAt === null ? null : new Date(row.endedAt as string),
  }),
};

export function listHistory(db: Db | Tx, filter: HistoryFilter, size: number, from?: PageFrom) {
  return readPage(db, LOG, { where: conditions(filter), size, from });
}

export function readHistory(db: Db | Tx, filter: HistoryFilter, size: number): AsyncGenerator<HistoryEntry[]> {
  return readBatches(db, LOG, { where: conditions(filter), size });
}
