import { eq, type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { DeliveryProblem } from '../../../domain/messages/delivery-problem.ts';
import { THREAD_KINDS } from '../../../domain/messages/ops-channel.ts';
import type { Db } from '../../client.ts';
import { messages } from '../../schema/messages.ts';
import { al, ms } from '../../sql/aliases.ts';
import { array, as, interval, list, set, shape, timestamp } from '../../sql/columns.ts';
import { firstRow, run } from '../../sql/rows.ts';
import { isTooFarAhead } from '../clock.ts';
import { LOST, REDRAWN, WITHOUT_THREAD } from './messages.ts';

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
  'posts',
  'postingSince',
  'attempts',
  'replyTo',
  'threadId',
] as const;
const target = as(messages, 'target');
const earlier = as(messages, 'earlier');

/** The row of the message that it replies to, or in whose thread it is. */
const ofTarget = (column: StringChunk): SQL =>
  sql`(select ${column} from ${target} where ${target.id} = ${ms.replyTo})`;

const isInThread = sql`${ms.kind} = any (${array(THREAD_KINDS, 'text')})`;

/** A reply waits until its target was sent, and a message in a thread also until a lost target was sent again. */
const HAS_TARGET = sql`not exists (
  select from ${target} where ${target.id} = ${ms.replyTo} and (${target.sentVersion} = 0
    or ${isInThread} and ${target.messageId} is null and ${target.version} > ${target.sentVersion}))`;

/** The messages in a thread are sent in their order. */
const IS_NEXT = sql`not (${isInThread} and exists (
  select from ${earlier} where ${earlier.kind} = ${ms.kind} and ${earlier.alertId} = ${ms.alertId}
    and ${earlier.id} < ${ms.id} and ${earlier.version} > ${earlier.sentVersion}))`;

const agoMs = (moment: StringChunk | SQL): SQL => sql`(extract(epoch from now() - ${moment}) * 1000)::float8`;

/** The longest times that a row is leased, that it waits for its next edit, and that it waits for its next attempt. */
export interface DeliveryLimits {
  leaseMs: number;
  paceMs: number;
  retryMs: number;
}

/** A lease that ends later than any does was taken while the clock of the database was ahead. */
const isFree = ({ leaseMs }: DeliveryLimits): SQL =>
  sql`(${ms.leasedUntil} is null or ${ms.leasedUntil} < now() or ${isTooFarAhead(ms.leasedUntil, leaseMs)})`;

/** The same holds for an edit that waits for longer than its pace, and for a retry. The end of a mute can be far away. */
const isDue = ({ paceMs, retryMs }: DeliveryLimits): SQL => sql`(${ms.dueAt} <= now()
  or ${ms.problem} is null and ${ms.messageId} is not null and ${isTooFarAhead(ms.dueAt, paceMs)}
  or ${ms.problem} is not null and ${isTooFarAhead(ms.dueAt, retryMs)})`;

const DELIVERY = z.strictObject({
  ...shape(messages, ...DELIVERY_COLUMNS),
  /** How long ago it was posted, and how long ago its unfinished post was started, in milliseconds. */
  postedAgoMs: z.number().nullable(),
  postingForMs: z.number().nullable(),
  /**
   * How long ago it should have been in the channel at the earliest, in milliseconds: since its alert was opened or its content changed,
   * or since the end of what postponed it. A failed attempt postpones nothing.
   */
  waitingMs: z.number(),
  /** The channel of the message that it replies to, if that one was posted. */
  targetChannelId: z.string().nullable(),
  targetMessageId: z.string().nullable(),
  /** Whether that message is sent again if it is deleted, and its thread. */
  isTargetWatched: z.boolean().nullable(),
  targetThreadId: z.string().nullable(),
  isTargetThreadGone: z.boolean().nullable(),
});

/**
 * A message that is out of date. Without a `messageId` it was not posted. With `postingSince` a post was started then and its result is
 * unknown: the message may be in the channel.
 */
export type Delivery = z.infer<typeof DELIVERY>;

const wantedSince = sql`coalesce((select ${al.openedAt} from ${al} where ${al.id} = ${ms.alertId} and ${ms.kind} = 'alert'), ${ms.changedAt})`;
const WAITING_SINCE = sql`(case when ${ms.attempts} = 0 then greatest(${wantedSince}, ${ms.dueAt}) else ${wantedSince} end)`;

/**
 * Leases one message that is due, and locks its row for that statement only: other processes skip it until the lease ends, so that the
 * versions of one message are sent in order. The messages of a process that dies are due again when their leases end.
 */
export function claimDelivery(db: Db, limits: DeliveryLimits): Promise<Delivery | undefined> {
  const statement = sql`
    update ${ms} set ${set(messages, { leasedUntil: sql`clock_timestamp() + ${interval(limits.leaseMs)}` })}
    where ${ms.id} = (
      select ${ms.id} from ${ms}
      where ${ms.version} > ${ms.sentVersion} and ${isDue(limits)} and ${isFree(limits)} and ${HAS_TARGET} and ${IS_NEXT}
      order by ${ms.dueAt}, ${ms.id} limit 1 for update skip locked
    )
    returning ${list(ms, ...DELIVERY_COLUMNS)}, ${agoMs(ms.postedAt)} as "postedAgoMs", ${agoMs(ms.postingSince)} as "postingForMs",
      ${agoMs(WAITING_SINCE)} as "waitingMs",
      ${ofTarget(target.channelId)} as "targetChannelId", ${ofTarget(target.messageId)} as "targetMessageId", ${ofTarget(target.isWatched)} as "isTargetWatched",
      ${ofTarget(target.threadId)} as "targetThreadId", ${ofTarget(target.isThreadGone)} as "isTargetThreadGone"`;
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

/** A new message was posted, and shows this version. Its first edit need not wait. In another channel it has no thread yet. */
export async function markPosted(
  db: Db,
  id: number,
  { version, isWatched, channelId, messageId }: Sent & { channelId: string; messageId: string },
): Promise<void> {
  const isMoved = sql`${messages.channelId} is distinct from ${channelId}`;
  await db
    .update(messages)
    .set({
      threadId: sql`case when ${isMoved} then null else ${messages.threadId} end`,
      isThreadGone: sql`${messages.isThreadGone} and not ${isMoved}`,
      sentVersion: sentVersion(version),
      isWatched,
      channelId,
      messageId,
      postedAt: sql`now()`,
      posts: sql`${messages.posts} + 1`,
      postingSince: null,
      dueAt: sql`now()`,
      attempts: 0,
      problem: null,
      leasedUntil: null,
    })
    .where(eq(messages.id, id));
}

/** The message was edited and shows this version. The next edit waits for `paceMs`. */
export async function markEdited(db: Db, id: number, { version, isWatched }: Sent, paceMs: number): Promise<void> {
  await db
    .update(messages)
    .set({
      sentVersion: sentVersion(version),
      isWatched,
      dueAt: sql`now() + ${interval(paceMs)}`,
      attempts: 0,
      problem: null,
      leasedUntil: null,
    })
    .where(eq(messages.id, id));
}

/** The message has a thread now. */
export async function markThread(db: Db, id: number, threadId: string): Promise<void> {
  await db.update(messages).set({ threadId }).where(eq(messages.id, id));
}

/** The thread of the message was deleted in Discord, which the message says from now on unless it is too old to be edited. */
export async function markThreadDeleted(db: Db, id: number): Promise<void> {
  const changed = set(messages, { isThreadGone: true, version: REDRAWN });
  await run(db, sql`update ${ms} set ${changed} where ${ms.id} = ${id}`);
}

/** This version needs no message, and there is none. */
export async function markAsNothingToSend(db: Db, id: number, version: number): Promise<void> {
  await db
    .update(messages)
    .set({ sentVersion: sentVersion(version), isWatched: false, leasedUntil: null })
    .where(eq(messages.id, id));
}

/** The message is due again at a moment. */
export async function postponeDelivery(db: Db, id: number, until: Date): Promise<void> {
  await db.update(messages).set({ dueAt: until, leasedUntil: null }).where(eq(messages.id, id));
}

/**
 * A muted message is due again when its mute ends. One that was posted, or that could not be, is looked at earlier: if it waited for
 * longer than `isDue` allows, it would be due at once, again and again.
 */
export async function waitForMute(db: Db, id: number, until: Date, { paceMs, retryMs }: DeliveryLimits): Promise<void> {
  const longest = sql`case when ${messages.problem} is not null then ${interval(retryMs)}
    when ${messages.messageId} is not null then ${interval(paceMs)} end`;
  await db
    .update(messages)
    .set({ dueAt: sql`least(${timestamp(until)}, now() + ${longest})`, leasedUntil: null })
    .where(eq(messages.id, id));
}

/** The message was deleted in Discord: a new one is due. Its thread is still there, unless the whole channel is gone. */
export async function markMessageDeleted(
  db: Db,
  id: number,
  { isChannelGone = false }: { isChannelGone?: boolean } = {},
): Promise<void> {
  const lost = { ...LOST, wasDeleted: true, ...(isChannelGone && WITHOUT_THREAD) };
  await run(db, sql`update ${ms} set ${set(messages, lost)} where ${ms.id} = ${id}`);
}

const CHECKED = z.strictObject({ id: z.int(), channelId: z.string(), messageId: z.string() });

/** Claims one watched message that was not checked for `everyMs`; other processes skip it. */
export function claimCheck(db: Db, everyMs: number): Promise<z.infer<typeof CHECKED> | undefined> {
  const statement = sql`
    update ${ms} set ${set(messages, { checkedAt: sql`now()` })} where ${ms.id} = (
      select ${ms.id} from ${ms}
      where ${ms.isWatched} and ${ms.messageId} is not null and ${ms.version} = ${ms.sentVersion}
        and not greatest(${ms.checkedAt}, ${ms.postedAt}) between now() - ${interval(everyMs)} and now()
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
      problem: failure.problem,
      attempts: sql`${messages.attempts} + 1`,
      dueAt: sql`now() + ${interval(failure.retryInMs)}`,
      leasedUntil: null,
      ...(failure.isRefused && { postingSince: null }),
      ...(failure.isMessageLost && { messageId: null, ...WITHOUT_THREAD }),
    })
    .where(eq(messages.id, id));
}
