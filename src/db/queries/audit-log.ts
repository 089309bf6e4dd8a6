import { type SQL, sql } from 'drizzle-orm';
import type { AuditFilter, AuditRow } from '../../domain/audit-view.ts';
import type { PageFrom } from '../../domain/page.ts';
import type { Db, Tx } from '../client.ts';
import { anywhere } from './like.ts';
import { type Log, readBatches, readPage } from './log-pages.ts';

function conditions({ actor, entity, entityId, days }: AuditFilter): SQL {
  const all = [sql`true`];
  if (actor !== undefined) all.push(sql`(l.actor_id = ${actor} or l.actor_name ilike ${anywhere(actor)})`);
  if (entity !== undefined) all.push(sql`l.entity = ${entity}`);
  if (entityId !== undefined) all.push(sql`l.entity_id = ${entityId}`);
  if (days !== undefined) all.push(sql`l.at > now() - make_interval(days => ${days})`);
  return sql.join(all, sql` and `);
}

const LOG: Log<AuditRow> = {
  table: sql.raw('audit_log'),
  columns: sql.raw(
    `l.id, l.at, l.actor_id as "actorId", l.actor_name as "actorName", l.action, l.entity, l.entity_id as "entityId", l.before, l.after, l.reason`,
  ),
  joined: sql``,
  toEntry: (row) => ({ ...(row as unknown as AuditRow), id: Number(row.id), at: new Date(row.at as string) }),
};

export function listAudit(db: Db | Tx, filter: AuditFilter, size: number, from?: PageFrom) {
  return readPage(db, LOG, { where: conditions(filter), size, from });
}

export function readAudit(db: Db | Tx, filter: AuditFilter, size: number): AsyncGenerator<AuditRow[]> {
  return readBatches(db, LOG, { where: conditions(filter), size });
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
