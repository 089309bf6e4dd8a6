import { eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { DeliveryProblem } from '../../../domain/incidents/incident.ts';
import type { Db } from '../../client.ts';
import { alerts } from '../../schema/alerts.ts';
import { al } from '../../sql/aliases.ts';
import { interval, list, set, shape } from '../../sql/columns.ts';
import { firstRow } from '../../sql/rows.ts';

/** The version that the message shows is never older than one that it showed before. */
const sentVersion = (version: number): SQL => sql`greatest(${alerts.sentVersion}, ${version})`;

const DELIVERY_COLUMNS = [
  'id',
  'version',
  'messageId',
  'channelId',
  'postedAt',
  'posts',
  'postingSince',
  'attempts',
] as const;
const DELIVERY = z.strictObject({ ...shape(alerts, ...DELIVERY_COLUMNS), isClosed: z.boolean() });

/**
 * An alert whose message is out of date. Without a `messageId` it has no message. With `postingSince` a post was started then and its
 * result is unknown: the message may be in the channel.
 */
export type Delivery = z.infer<typeof DELIVERY>;

/**
 * Leases one alert that is due, and locks its row for that statement only: other processes skip it until the lease ends, so that the
 * changes of one alert are sent in order. The alerts of a process that dies are due again when their leases end.
 */
export function claimDelivery(db: Db, leaseMs: number): Promise<Delivery | undefined> {
  const statement = sql`
    update ${al} set ${set(alerts, { leasedUntil: sql`clock_timestamp() + ${interval(leaseMs)}` })}
    where ${al.id} = (
      select ${al.id} from ${al}
      where ${al.version} > ${al.sentVersion} and ${al.dueAt} <= now() and (${al.leasedUntil} is null or ${al.leasedUntil} < now())
      order by ${al.dueAt}, ${al.id} limit 1 for update skip locked
    )
    returning ${list(al, ...DELIVERY_COLUMNS)}, ${al.closedAt} is not null as "isClosed"`;
  return firstRow(db, DELIVERY, statement);
}

/** Written before the post: after a crash, the next attempt searches the channel for the message. */
export async function markPosting(db: Db, id: number): Promise<void> {
  await db
    .update(alerts)
    .set({ postingSince: sql`coalesce(${alerts.postingSince}, now())` })
    .where(eq(alerts.id, id));
}

/** A new message was posted, and shows this version. Its first edit need not wait. */
export async function markPosted(
  db: Db,
  id: number,
  { version, channelId, messageId }: { version: number; channelId: string; messageId: string },
): Promise<void> {
  await db
    .update(alerts)
    .set({
      ...{ sentVersion: sentVersion(version), channelId, messageId, postedAt: sql`now()` },
      ...{ posts: sql`${alerts.posts} + 1`, postingSince: null, dueAt: sql`now()` },
      ...{ attempts: 0, problem: null, leasedUntil: null },
    })
    .where(eq(alerts.id, id));
}

/** The message was edited and shows this version. The next edit waits for `paceMs`. */
export async function markEdited(db: Db, id: number, version: number, paceMs: number): Promise<void> {
  await db
    .update(alerts)
    .set({
      ...{ sentVersion: sentVersion(version), dueAt: sql`now() + ${interval(paceMs)}` },
      ...{ attempts: 0, problem: null, leasedUntil: null },
    })
    .where(eq(alerts.id, id));
}

/** This version of an alert without a message needs none. */
export async function markAsNothingToSend(db: Db, id: number, version: number): Promise<void> {
  await db
    .update(alerts)
    .set({ sentVersion: sentVersion(version), leasedUntil: null })
    .where(eq(alerts.id, id));
}

/** A muted alert is due again when its mute ends. */
export async function postponeDelivery(db: Db, id: number, until: Date): Promise<void> {
  await db.update(alerts).set({ dueAt: until, leasedUntil: null }).where(eq(alerts.id, id));
}

/** The message was deleted in Discord: a new one is due. */
export async function markMessageDeleted(db: Db, id: number): Promise<void> {
  await db
    .update(alerts)
    .set({
      ...{ messageId: null, wasDeleted: true, version: sql`${alerts.version} + 1` },
      ...{ dueAt: sql`now()`, leasedUntil: null },
    })
    .where(eq(alerts.id, id));
}

const CHECKED = z.strictObject({ id: z.int(), channelId: z.string(), messageId: z.string() });

/** Claims one open alert whose message was not checked for `everyMs`; other processes skip it. */
export function claimCheck(db: Db, everyMs: number): Promise<z.infer<typeof CHECKED> | undefined> {
  const statement = sql`
    update ${al} set ${set(alerts, { checkedAt: sql`now()` })} where ${al.id} = (
      select ${al.id} from ${al}
      where ${al.closedAt} is null and ${al.messageId} is not null and ${al.version} = ${al.sentVersion}
        and greatest(${al.checkedAt}, ${al.postedAt}) < now() - ${interval(everyMs)}
      order by ${al.id} limit 1 for update skip locked
    )
    returning ${list(al, 'id', 'channelId', 'messageId')}`;
  return firstRow(db, CHECKED, statement);
}

/**
 * The alert did not reach the channel.
 *
 * @param failure.isRefused whether Discord certainly did nothing, so that the channel need not be searched for the message
 */
export async function markFailed(
  db: Db,
  id: number,
  failure: { problem: DeliveryProblem; retryInMs: number; isRefused: boolean; isMessageLost: boolean },
): Promise<void> {
  await db
    .update(alerts)
    .set({
      ...{ problem: failure.problem, attempts: sql`${alerts.attempts} + 1` },
      ...{ dueAt: sql`now() + ${interval(failure.retryInMs)}`, leasedUntil: null },
      ...(failure.isRefused && { postingSince: null }),
      ...(failure.isMessageLost && { messageId: null }),
    })
    .where(eq(alerts.id, id));
}
