import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { AuditFilter, AuditRow } from '../../domain/audit-view.ts';
import type { PageFrom } from '../../domain/page.ts';
import type { Db, Tx } from '../client.ts';
import { auditLog } from '../schema/audit.ts';
import { a, v } from '../sql/aliases.ts';
import { as, list, shape } from '../sql/columns.ts';
import { onlyRow, type Queryable, rows } from '../sql/rows.ts';
import { anywhere } from './like.ts';
import { type Log, readBatches, readPage } from './log-pages.ts';

const l = as(auditLog, 'l');

async function conditions(db: Db | Tx, { actor, entity, entityId, planId, days }: AuditFilter): Promise<SQL> {
  const all = [sql`true`];
  if (actor !== undefined) all.push(await byActor(db, actor));
  if (entity !== undefined) all.push(sql`${l.entity} = ${entity}`);
  if (planId !== undefined) all.push(sql`${l.planId} = ${planId}`);
  if (entityId !== undefined) all.push(sql`${l.entityId} = ${entityId}`);
  if (days !== undefined) all.push(sql`${l.at} > now() - make_interval(days => ${days})`);
  return sql.join(all, sql` and `);
}

const KNOWN = z.strictObject({ isKnown: z.boolean() });

/** An id, as autocomplete gives it, is found by an index; only other text is searched for in the names. */
async function byActor(db: Db | Tx, actor: string): Promise<SQL> {
  const isId = sql`${l.actorId} = ${actor}`;
  const { isKnown } = await onlyRow(db, KNOWN, sql`select exists (select from ${l} where ${isId}) as "isKnown"`);
  return isKnown ? isId : sql`${l.actorName} ilike ${anywhere(actor)}`;
}

const SHOWN = [
  'id',
  'at',
  'actorId',
  'actorName',
  'action',
  'entity',
  'entityId',
  'before',
  'after',
  'reason',
] as const;

const CHANGED = z.record(z.string(), z.unknown()).nullable();

/** The number of what an entry is about; other entries have names there. */
const NUMBERED = sql`case when ${l.entityId} ~ '^[0-9]{1,9}$' then ${l.entityId}::int end`;

const LOG: Log<AuditRow> = {
  from: l,
  columns: sql`${list(l, ...SHOWN)}, coalesce(${a.username}, ${v.name}) as "entityName"`,
  joined: sql`left join ${a} on ${l.entity} = 'account' and ${a.id} = ${NUMBERED}
    left join ${v} on ${l.entity} = 'vps' and ${v.id} = ${NUMBERED}`,
  schema: z.strictObject({
    ...shape(auditLog, ...SHOWN),
    before: CHANGED,
    after: CHANGED,
    entityName: z.string().nullable(),
  }),
};

/** A page shows the single rows of a change of many with their proxy, or with their change. An export has all of them. */
const summedUp = ({ entity, planId }: AuditFilter): SQL =>
  entity === undefined && planId === undefined ? sql`and ${l.planId} is null` : sql``;

export async function listAudit(db: Db | Tx, filter: AuditFilter, size: number, from?: PageFrom) {
  return readPage(db, LOG, { where: sql`${await conditions(db, filter)} ${summedUp(filter)}`, size, from });
}

export async function* readAudit(db: Db | Tx, filter: AuditFilter, size: number): AsyncGenerator<AuditRow[]> {
  yield* readBatches(db, LOG, { where: await conditions(db, filter), size });
}

const FOUND = z.strictObject({ found: z.boolean() });

/** Whether a person or program has an entry. */
export async function hasActor(db: Db | Tx, actor: string): Promise<boolean> {
  const entry = sql`select exists (select from ${l} where ${await byActor(db, actor)}) as found`;
  return (await onlyRow(db, FOUND, entry)).found;
}

const ACTOR = z.strictObject({ id: z.string(), name: z.string() });

/** The actors in the log, by name. An index finds each actor in one step, however many entries it has: it is read from its end. */
export function suggestActors(db: Queryable, typed: string, count: number): Promise<z.infer<typeof ACTOR>[]> {
  const statement = sql`
    with recursive actors as (
      (select ${l.actorId}, ${l.actorName} from ${l} order by ${l.actorId} desc, ${l.id} desc limit 1)
      union all
      select next.actor_id, next.actor_name from actors a, lateral (
        select ${l.actorId}, ${l.actorName} from ${l} where ${l.actorId} < a.actor_id order by ${l.actorId} desc, ${l.id} desc limit 1) next
    )
    select actor_id as id, actor_name as name from actors where actor_name ilike ${anywhere(typed)} order by actor_name limit ${count}`;
  return rows(db, ACTOR, statement);
}
