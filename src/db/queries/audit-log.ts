import { type SQL, sql } from 'drizzle-orm';
import type { AuditFilter, AuditRow } from '../../domain/audit-view.ts';
import type { Db, Tx } from '../client.ts';
import { anywhere } from './like.ts';

const ENTRY = sql.raw(
  `l.id, l.at, l.actor_id as "actorId", l.actor_name as "actorName", l.action, l.entity, l.entity_id as "entityId", l.before, l.after, l.reason`,
);

function conditions({ actor, entity, entityId, days }: AuditFilter): SQL {
  const all = [sql`true`];
  if (actor !== undefined) all.push(sql`(l.actor_id = ${actor} or l.actor_name ilike ${anywhere(actor)})`);
  if (entity !== undefined) all.push(sql`l.entity = ${entity}`);
  if (entityId !== undefined) all.push(sql`l.entity_id = ${entityId}`);
  if (days !== undefined) all.push(sql`l.at > now() - make_interval(days => ${days})`);
  return sql.join(all, sql` and `);
}

type Raw = Record<string, unknown> & { at: string };
const toRow = (row: Raw): AuditRow => ({ ...(row as unknown as AuditRow), id: Number(row.id), at: new Date(row.at) });

/** One page, the newest first; `from` goes on behind (older) or in front of (newer) an entry. */
export async function listAudit(
  db: Db | Tx,
  filter: AuditFilter,
  size: number,
  from?: { side: 'after' | 'before'; id: number },
): Promise<{ rows: AuditRow[]; total: number; before: number }> {
  const isBefore = from?.side === 'before';
  const start = from ? (isBefore ? sql`and l.id > ${from.id}` : sql`and l.id < ${from.id}`) : sql``;
  const order = sql.raw(isBefore ? 'asc' : 'desc');
  const where = conditions(filter);
  const { rows } = await db.execute<Raw>(sql`
    with page as (select l.* from audit_log l where ${where} ${start} order by l.id ${order} limit ${size})
    select ${ENTRY} from page l order by l.id desc`);
  const counted = await db.execute<{ total: number; before: number }>(sql`
    select count(*)::int as total, (count(*) filter (where l.id > ${rows[0]?.id ?? 0}))::int as before from audit_log l where ${where}`);
  return { rows: rows.map(toRow), total: 0, before: 0, ...counted.rows[0] };
}

/** The next entries behind one, the newest first: for reading all of them, a batch at a time. */
export async function readAudit(
  db: Db | Tx,
  filter: AuditFilter,
  olderThan: number | undefined,
  size: number,
): Promise<AuditRow[]> {
  const start = olderThan === undefined ? sql`` : sql`and l.id < ${olderThan}`;
  const { rows } = await db.execute<Raw>(sql`
    select ${ENTRY} from audit_log l where ${conditions(filter)} ${start} order by l.id desc limit ${size}`);
  return rows.map(toRow);
}

/** Who is in the log, by name. Each actor is one step through the index, however many entries they have. */
export async function suggestActors(
  db: Db | Tx,
  typed: string,
  count: number,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await db.execute<{ id: string; name: string }>(sql`
    with recursive actors as (
      (select actor_id, actor_name from audit_log order by actor_id, id desc limit 1)
      union all
      select next.actor_id, next.actor_name from actors a, lateral (
        select actor_id, actor_name from audit_log l where l.actor_id > a.actor_id order by l.actor_id, l.id desc limit 1) next
    )
    select actor_id as id, actor_name as name from actors where actor_name ilike ${anywhere(typed)} order by actor_name limit ${count}`);
  return rows;
}
