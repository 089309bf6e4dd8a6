import { eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { DeliveryProblem } from '../../../domain/messages/delivery-problem.ts';
import type { Db } from '../../client.ts';
import { messages } from '../../schema/messages.ts';
import { ms } from '../../sql/aliases.ts';
import { as, interval, list, set, shape } from '../../sql/columns.ts';
import { firstRow } from '../../sql/rows.ts';

/** Notified by a trigger in every transaction in which a message is new or has changed. */
export const MESSAGE_CHANNEL = 'proxy_ops_messages';

/** The version that the message shows is never older than one that it showed before. */
const sentVersion = (version: number): SQL => sql`greatest(${messages.sentVersion}, ${version})`;

const DELIVERY_COLUMNS = [
  'id',
  'kind',
  'alertId',
  'data',
  'version',
  'messageId',
  'channelId',
  'postedAt',
  'posts',
  'postingSince',
  'attempts',
] as const;
const target = as(messages, 'target');
const DELIVERY = z.strictObject({
  ...shape(messages, ...DELIVERY_COLUMNS),
  /** The channel of the message that it replies to, if that one was posted. */
  targetChannelId: z.string().nullable(),
  targetMessageId: z.string().nullable(),
});

/**
 * A message that is out of date. Without a `messageId` it was not posted. With `postingSince` a post was started then and its result is
 * unknown: the message may be in the channel.
 */
export type Delivery = z.infer<typeof DELIVERY>;

/**
 * Leases one message that is due, and locks its row for that statement only: other processes skip it until the lease ends, so that the
 * versions of one message are sent in order. The messages of a process that dies are due again when their leases end. A reply waits
 * until its target was sent.
 */
export function claimDelivery(db: Db, leaseMs: number): Promise<Delivery | undefined> {
  const statement = sql`
    update ${ms} set ${set(messages, { leasedUntil: sql`clock_timestamp() + ${interval(leaseMs)}` })}
    where ${ms.id} = (
      select ${ms.id} from ${ms}
      where ${ms.version} > ${ms.sentVersion} and ${ms.dueAt} <= now() and (${ms.leasedUntil} is null or ${ms.leasedUntil} < now())
        and not exists (select from ${target} where ${target.id} = ${ms.replyTo} and ${target.sentVersion} = 0)
      order by ${ms.dueAt}, ${ms.id} limit 1 for update skip locked
    )
    returning ${list(ms, ...DELIVERY_COLUMNS)},
      (select ${target.channelId} from ${target} where ${target.id} = ${ms.replyTo}) as "targetChannelId",
      (select ${target.messageId} from ${target} where ${target.id} = ${ms.replyTo}) as "targetMessageId"`;
  return firstRow(db, DELIVERY, statement);
}

/** Written before the post: after a crash, the next attempt searches the channel for the message. */
export async function markPosting(db: Db, id: number): Promise<void> {
  await db
    .update(messages)
    .set({ postingSince: sql`coalesce(${messages.postingSince}, now())` })
    .where(eq(messages.id, id));
}

/** The version that was sent, and whether the message may still change: then it is watched, and sent again if it is deleted. */
export interface Sent {
  version: number;
  isWatched: boolean;
}

/** A new message was posted, and shows this version. Its first edit need not wait. */
export async function markPosted(
  db: Db,
  id: number,
  { version, isWatched, channelId, messageId }: Sent & { channelId: string; messageId: string },
): Promise<void> {
  await db
    .update(messages)
    .set({
      ...{ sentVersion: sentVersion(version), isWatched, channelId, messageId, postedAt: sql`now()` },
      ...{ posts: sql`${messages.posts} + 1`, postingSince: null, dueAt: sql`now()` },
      ...{ attempts: 0, problem: null, leasedUntil: null },
    })
    .where(eq(messages.id, id));
}

/** The message was edited and shows this version. The next edit waits for `paceMs`. */
export async function markEdited(db: Db, id: number, { version, isWatched }: Sent, paceMs: number): Promise<void> {
  await db
    .update(messages)
    .set({
      ...{ sentVersion: sentVersion(version), isWatched, dueAt: sql`now() + ${interval(paceMs)}` },
      ...{ attempts: 0, problem: null, leasedUntil: null },
    })
    .where(eq(messages.id, id));
}

/** This version needs no message, and there is none. */
export async function markAsNothingToSend(db: Db, id: number, version: number): Promise<void> {
  await db
    .update(messages)
    .set({ sentVersion: sentVersion(version), isWatched: false, leasedUntil: null })
    .where(eq(messages.id, id));
}

/** A muted message is due again when its mute ends. */
export async function postponeDelivery(db: Db, id: number, until: Date): Promise<void> {
  await db.update(messages).set({ dueAt: until, leasedUntil: null }).where(eq(messages.id, id));
}

/** The message was deleted in Discord: a new one is due. */
export async function markMessageDeleted(db: Db, id: number): Promise<void> {
  await db
    .update(messages)
    .set({
      ...{ messageId: null, wasDeleted: true, version: sql`${messages.version} + 1` },
      ...{ changedAt: sql`now()`, dueAt: sql`now()`, leasedUntil: null },
    })
    .where(eq(messages.id, id));
}

const CHECKED = z.strictObject({ id: z.int(), channelId: z.string(), messageId: z.string() });

/** Claims one watched message that was not checked for `everyMs`; other processes skip it. */
export function claimCheck(db: Db, everyMs: number): Promise<z.infer<typeof CHECKED> | undefined> {
  const statement = sql`
    update ${ms} set ${set(messages, { checkedAt: sql`now()` })} where ${ms.id} = (
      select ${ms.id} from ${ms}
      where ${ms.isWatched} and ${ms.messageId} is not null and ${ms.version} = ${ms.sentVersion}
        and greatest(${ms.checkedAt}, ${ms.postedAt}) < now() - ${interval(everyMs)}
      order by ${ms.id} limit 1 for update skip locked
    )
    returning ${list(ms, 'id', 'channelId', 'messageId')}`;
  return firstRow(db, CHECKED, statement);
}

/**
 * The message did not reach the channel.
 *
 * @param failure.isRefused whether Discord certainly did nothing, so that the channel need not be searched for the message
 */
export async function markFailed(
  db: Db,
  id: number,
  failure: { problem: DeliveryProblem; retryInMs: number; isRefused: boolean; isMessageLost: boolean },
): Promise<void> {
  await db
    .update(messages)
    .set({
      ...{ problem: failure.problem, attempts: sql`${messages.attempts} + 1` },
      ...{ dueAt: sql`now() + ${interval(failure.retryInMs)}`, leasedUntil: null },
      ...(failure.isRefused && { postingSince: null }),
      ...(failure.isMessageLost && { messageId: null }),
    })
    .where(eq(messages.id, id));
}
