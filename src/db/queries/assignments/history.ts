import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { HistoryEntry, HistoryFilter } from '../../../domain/history-view.ts';
import type { PageFrom } from '../../../domain/page.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { assignmentHistory } from '../../schema/assignments.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, m, p } from '../../sql/aliases.ts';
import { as, list, shape, typeOf } from '../../sql/columns.ts';
import { type Log, readBatches, readPage } from '../log-pages.ts';

const l = as(assignmentHistory, 'l');

function conditions({ proxyId, accountId, day }: HistoryFilter): SQL {
  const all = [sql`true`];
  if (proxyId !== undefined) all.push(sql`${l.proxyId} = ${proxyId}`);
  if (accountId !== undefined) all.push(sql`${l.accountId} = ${accountId}`);
  if (day !== undefined) {
    const start = sql`(${day}::date at time zone 'UTC')`;
    all.push(sql`${l.startedAt} < ${start} + interval '1 day' and (${l.endedAt} is null or ${l.endedAt} >= ${start})`);
  }
  return sql.join(all, sql` and `);
}

const OWN = ['id', 'proxyId', 'startedAt', 'startedBy', 'startReason', 'endedAt', 'endedBy', 'endReason'] as const;

const LOG: Log<HistoryEntry> = {
  from: l,
  columns: sql`${list(l, ...OWN)}, ${a.username}, ${m.name} as model, ${list(p, 'host', 'port', 'provider')}`,
  joined: sql`
    join ${a} on ${a.id} = ${l.accountId} join ${m} on ${m.id} = ${l.modelId} join ${p} on ${p.id} = ${l.proxyId}`,
  schema: z.strictObject({
    ...shape(assignmentHistory, ...OWN),
    username: typeOf(accounts.username),
    model: typeOf(models.name),
    ...shape(proxies, 'host', 'port', 'provider'),
  }),
};

export function listHistory(db: Db | Tx, filter: HistoryFilter, size: number, from?: PageFrom) {
  return readPage(db, LOG, { where: conditions(filter), size, from });
}

export function readHistory(db: Db | Tx, filter: HistoryFilter, size: number): AsyncGenerator<HistoryEntry[]> {
  return readBatches(db, LOG, { where: conditions(filter), size });
}
