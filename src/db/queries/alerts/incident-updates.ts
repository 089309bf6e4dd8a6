import { type SQLWrapper, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { IncidentSize, IncidentUpdate } from '../../../domain/incidents/incident-growth.ts';
import type { Db, Tx } from '../../client.ts';
import { alerts } from '../../schema/alerts.ts';
import { messages } from '../../schema/messages.ts';
import { al, ms, x } from '../../sql/aliases.ts';
import { array, set, shape, typeOf, unnest } from '../../sql/columns.ts';
import { firstRow, rows, run } from '../../sql/rows.ts';
import { insertMessage } from '../messages/messages.ts';
import { MUTED_UNTIL, mutedUntil, providersOf } from './alert-views.ts';

/** An older message cannot be edited, so a new one takes its place, which people notice. */
const IS_TOO_OLD = sql`${ms.postedAt} < now() - interval '59 minutes'`;

/** Whether people see the message of an alert, but not that it is about to be edited. */
const IS_EDITED_SILENTLY = sql`(${ms.sentVersion} > 0 or ${ms.postingSince} is not null)
  and not coalesce(${IS_TOO_OLD} and ${ms.version} > ${ms.sentVersion} and ${MUTED_UNTIL} is null, false)`;

const REPLIED = { messageId: typeOf(messages.id), isEditedSilently: z.boolean(), providers: z.array(z.string()) };

const SIZED = z.strictObject({
  ...shape(alerts, 'id', 'announcedProxies', 'announcedAccounts', 'announcedProviders', 'accounts'),
  ...REPLIED,
  isReturning: z.boolean(),
  proxies: z.int(),
  providerCount: z.int(),
});

/** An open incident with its size, and its size when a message last told it. */
export interface SizedIncident {
  id: number;
  /** Whether it was opened again, which no message has told yet. */
  isReturning: boolean;
  announced: IncidentSize;
  now: IncidentSize;
  providers: string[];
  /** The number of its message, and whether that message is edited without a new one. */
  messageId: number;
  isEditedSilently: boolean;
}

/** The sizes of all open incidents. */
export async function readIncidentSizes(tx: Tx): Promise<SizedIncident[]> {
  const statement = sql`
    select ${al.id}, ${al.openings} > 1 and not ${al.isReturnAnnounced} as "isReturning", ${al.announcedProxies} as "announcedProxies", ${al.announcedAccounts} as "announcedAccounts",
      ${al.announcedProviders} as "announcedProviders", ${al.accounts}, ${ms.id} as "messageId",
      ${IS_EDITED_SILENTLY} as "isEditedSilently", n.proxies, n.providers as "providerCount",
      ${providersOf(sql`and ${x.endedAt} is null`)} as providers
    from ${al} join ${ms} on ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert' cross join lateral (
      select (count(*) filter (where ${x.endedAt} is null))::int as proxies, count(distinct ${x.provider})::int as providers
      from ${x} where ${x.alertId} = ${al.id}
    ) n
    where ${al.kind} = 'failing' and ${al.closedAt} is null order by ${al.id}`;
  return (await rows(tx, SIZED, statement)).map((row) => ({
    id: row.id,
    isReturning: row.isReturning,
    announced: {
      proxies: row.announcedProxies,
      accounts: row.announcedAccounts,
      providers: row.announcedProviders,
    },
    now: { proxies: row.proxies, accounts: row.accounts, providers: row.providerCount },
    providers: row.providers,
    messageId: row.messageId,
    isEditedSilently: row.isEditedSilently,
  }));
}

/**
 * Remembers the sizes that messages tell. A number never falls, so that growth is announced once, except that an incident that returns
 * begins with its size then.
 */
export async function writeAnnouncedSizes(
  tx: Tx,
  told: readonly (IncidentSize & { id: number; isReturning: boolean })[],
): Promise<void> {
  if (told.length === 0) return;
  const given = unnest(told, 'n', {
    id: ['int', (each) => each.id],
    proxies: ['int', (each) => each.proxies],
    accounts: ['int', (each) => each.accounts],
    providers: ['int', (each) => each.providers],
    is_returning: ['boolean', (each) => each.isReturning],
  });
  const larger = (announced: SQLWrapper, now: SQLWrapper) =>
    sql`case when n.is_returning then ${now} else greatest(${announced}, ${now}) end`;
  const changed = {
    announcedProxies: larger(al.announcedProxies, sql`n.proxies`),
    announcedAccounts: larger(al.announcedAccounts, sql`n.accounts`),
    announcedProviders: larger(al.announcedProviders, sql`n.providers`),
    isReturnAnnounced: sql`${al.isReturnAnnounced} or n.is_returning`,
  };
  await run(tx, sql`update ${al} set ${set(alerts, changed)} from ${given} where ${al.id} = n.id`);
}

const RESOLVED = z.strictObject({
  ...shape(alerts, 'id', 'openings'),
  ...REPLIED,
  lastedMs: z.number(),
  recovered: z.int(),
  off: z.int(),
});

/** Those of the given alerts that are incidents and are resolved. */
export function readResolved(tx: Tx, ids: readonly number[]): Promise<z.infer<typeof RESOLVED>[]> {
  const statement = sql`
    select ${al.id}, ${al.openings}, ${ms.id} as "messageId", ${IS_EDITED_SILENTLY} as "isEditedSilently", ${providersOf(sql``)} as providers,
      (extract(epoch from ${al.closedAt} - ${al.openedAt}) * 1000)::float8 as "lastedMs", n.recovered, n.off
    from ${al} join ${ms} on ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert' cross join lateral (
      select (count(*) filter (where ${x.ending} = 'recovered'))::int as recovered, (count(*) filter (where ${x.ending} = 'off'))::int as off
      from ${x} where ${x.alertId} = ${al.id}
    ) n
    where ${al.kind} = 'failing' and ${al.closedAt} is not null and ${al.id} = any (${array(ids, 'int')}) order by ${al.id}`;
  return rows(tx, RESOLVED, statement);
}

const WAITING = z.strictObject({ ...shape(messages, 'id', 'data') });

/** The announcement of growth that has not been sent yet: it says the latest numbers instead of being followed by another one. */
export function findWaitingGrowth(tx: Tx, alertId: number): Promise<z.infer<typeof WAITING> | undefined> {
  const statement = sql`
    select ${ms.id}, ${ms.data} from ${ms}
    where ${ms.kind} = 'incident_update' and ${ms.alertId} = ${alertId} and ${ms.data} ->> 'kind' = 'grew'
      and ${ms.version} > ${ms.sentVersion} and ${ms.postingSince} is null
    order by ${ms.id} desc limit 1 for update`;
  return firstRow(tx, WAITING, statement);
}

export async function writeWaitingGrowth(tx: Tx, id: number, update: IncidentUpdate): Promise<void> {
  const changed = { data: update, version: sql`${ms.version} + 1`, changedAt: sql`now()` };
  await run(tx, sql`update ${ms} set ${set(messages, changed)} where ${ms.id} = ${id}`);
}

/** Adds a reply to the message of an incident. */
export async function insertIncidentUpdate(tx: Tx, replyTo: number, update: IncidentUpdate): Promise<void> {
  const dueAt = update.kind === 'grew' ? { dueAt: growthDueAt(update.alertId) } : {};
  await insertMessage(tx, { kind: 'incident_update', alertId: update.alertId, data: update, replyTo, ...dueAt });
}

/** An outage grows with each check of its first minute. Growth waits for a minute after the last message about the incident, and is one number then. */
const growthDueAt = (alertId: number) => sql`now() + least(interval '1 minute', (
  select max(${ms.postedAt}) + interval '1 minute' - now() from ${ms} where ${ms.alertId} = ${alertId} and ${ms.kind} <> 'thread_entry'))`;

/** Removes the announcements of growth of these incidents that have not been sent: the incidents are resolved. */
export async function removeWaitingGrowth(tx: Tx, alertIds: readonly number[]): Promise<void> {
  const statement = sql`
    delete from ${ms} where ${ms.kind} = 'incident_update' and ${ms.alertId} = any (${array(alertIds, 'int')})
      and ${ms.data} ->> 'kind' = 'grew' and ${ms.sentVersion} = 0 and ${ms.postingSince} is null and coalesce(${ms.leasedUntil} < now(), true)`;
  await run(tx, statement);
}

const MUTED = z.strictObject({ mutedUntil: z.date().nullable() });

/**
 * Until when a reply about an incident is muted. A mute of the incident covers its size when it was muted, so it does not
 * silence growth; mutes of proxies, providers and everything do.
 */
export async function readUpdateMute(db: Db, alertId: number, kind: IncidentUpdate['kind']): Promise<Date | null> {
  const until = kind === 'grew' ? mutedUntil('others') : MUTED_UNTIL;
  const statement = sql`select ${until} as "mutedUntil" from ${al} where ${al.id} = ${alertId}`;
  return (await firstRow(db, MUTED, statement))?.mutedUntil ?? null;
}
