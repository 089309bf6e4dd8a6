import { and, desc, eq, not, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { IncidentEvent, IncidentEventKind } from '../../../domain/incidents/incident-event.ts';
import type { Db, Tx } from '../../client.ts';
import { alerts, incidentEvents } from '../../schema/alerts.ts';
import { messages } from '../../schema/messages.ts';
import { al, ms } from '../../sql/aliases.ts';
import { array, as, into, names, set, shape, typeOf } from '../../sql/columns.ts';
import { firstRow, rows, run } from '../../sql/rows.ts';
import { changeAlertMessages, changeEscalations } from '../messages/messages.ts';
import { HAS_THREADS } from './alert-settings.ts';

const ev = as(incidentEvents, 'incident_events');

/** The bot itself, as in `Actor`. */
const SYSTEM = 'system';

export interface NewEvent {
  alertId: number;
  kind: IncidentEventKind;
  /** The time of the transaction if left out. */
  at?: Date;
  /** The bot itself if left out. */
  actorId?: string;
  count?: number;
  to?: string;
  note?: string;
}

/** Adds entries to the timelines of incidents. Their messages change with it only if the caller says so. */
export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const inserted = await tx
    .insert(incidentEvents)
    .values(events.map((event) => ({ actorId: SYSTEM, ...event })))
    .returning({ id: incidentEvents.id });
  await insertThreadEntries(tx, inserted);
}

/** Ends the timelines of those of the given alerts that are incidents and are resolved. */
export async function insertResolved(tx: Tx, alertIds: readonly number[]): Promise<void> {
  const columns = into(incidentEvents, 'alertId', 'kind', 'at', 'actorId');
  const statement = sql`
    insert into ${columns} select ${al.id}, 'resolved', ${al.closedAt}, ${SYSTEM} from ${al}
    where ${al.id} = any (${array(alertIds, 'int')}) and ${al.closedAt} is not null
      and not exists (select from ${incidentEvents} where ${incidentEvents.alertId} = ${al.id} and ${incidentEvents.kind} = 'resolved')
    returning ${names(incidentEvents, 'id')}`;
  await insertThreadEntries(tx, await rows(tx, INSERTED, statement));
  await changeEscalations(tx, alertIds);
}

const INSERTED = z.strictObject({ id: typeOf(incidentEvents.id) });

/** Growth waits for this long, so that what an outage finds in its first minute is one entry, unless another entry follows. */
const GROWTH_WAITS = sql`interval '1 minute'`;

/** Adds a message in the thread of its incident for each entry, if incidents have threads. */
async function insertThreadEntries(tx: Tx, entries: readonly { id: number }[]): Promise<void> {
  const ids = array(
    entries.map(({ id }) => id),
    'bigint',
  );
  const statement = sql`
    insert into ${into(messages, 'kind', 'key', 'alertId', 'data', 'replyTo', 'dueAt')}
    select 'thread_entry', ${ev.id}::text, ${ev.alertId}, jsonb_build_object('event', ${ev.id}), ${ms.id},
      now() + case when ${ev.kind} = 'grew' then ${GROWTH_WAITS} else interval '0' end
    from ${ev} join ${ms} on ${ms.alertId} = ${ev.alertId} and ${ms.kind} = 'alert'
    where ${ev.id} = any (${ids}) and ${HAS_THREADS} order by ${ev.id}
    on conflict do nothing`;
  await run(tx, statement);
  // Growth becomes due too, so that an action of people is not kept waiting behind it.
  const isFollowed = sql`exists (
    select from ${ev} where ${ev.id} = any (${ids}) and ${ev.kind} <> 'grew' and ${ev.alertId} = ${ms.alertId})`;
  const isWaiting = sql`${ms.kind} = 'thread_entry' and ${ms.sentVersion} = 0 and ${ms.problem} is null and ${ms.dueAt} > now()`;
  await run(tx, sql`update ${ms} set ${set(messages, { dueAt: sql`now()` })} where ${isWaiting} and ${isFollowed}`);
}

const next = alias(incidentEvents, 'next');

/** Whether the entry after it says how far the incident has grown since. */
export const IS_OUTGROWN = sql`(${incidentEvents.kind} = 'grew' and 'grew' is not distinct from (
  select ${next.kind} from ${incidentEvents} ${next} where ${next.alertId} = ${incidentEvents.alertId} and ${next.id} > ${incidentEvents.id}
  order by ${next.id} limit 1))`;

/** The last entries of a timeline, the oldest of them first. Growth that goes on is one entry. */
export async function readEvents(db: Db | Tx, alertId: number, limit: number): Promise<IncidentEvent[]> {
  const { kind, at, actorId, count, to, note } = incidentEvents;
  const found = await db
    .select({ kind, at, actorId, count, to, note })
    .from(incidentEvents)
    .where(and(eq(incidentEvents.alertId, alertId), not(IS_OUTGROWN)))
    .orderBy(desc(incidentEvents.id))
    .limit(limit);
  return found.toReversed();
}

const OWNED = z.strictObject(shape(alerts, 'id', 'kind', 'closedAt', 'ownerId'));

/** An alert and who has it, locked until the end of the transaction. */
export function lockOwned(tx: Tx, id: number): Promise<z.infer<typeof OWNED> | undefined> {
  const statement = sql`
    select ${al.id}, ${al.kind}, ${al.closedAt} as "closedAt", ${al.ownerId} as "ownerId"
    from ${al} where ${al.id} = ${id} for update`;
  return firstRow(tx, OWNED, statement);
}

/** Says who has an incident from now on, and redraws its message. */
export async function writeOwner(tx: Tx, id: number, ownerId: string): Promise<void> {
  const owned = { ownerId, ownedSince: sql`now()` };
  await run(tx, sql`update ${al} set ${set(alerts, owned)} where ${al.id} = ${id}`);
  await changeAlertMessages(tx, [id]);
  await changeEscalations(tx, [id]);
}
