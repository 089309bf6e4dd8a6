import { sql } from 'drizzle-orm';
import type { DeliveryProblem } from '../../../domain/incidents/incident.ts';
import type { Db } from '../../client.ts';

/** An alert whose message is behind, and where that stands. */
export interface Delivery {
  id: number;
  version: number;
  /** Null: it has no message. */
  messageId: string | null;
  /** The channel of the message. */
  channelId: string | null;
  postedAt: Date | null;
  posts: number;
  /** A post was begun then and its end is not known: its message may stand in the channel. */
  postingSince: Date | null;
  attempts: number;
  isClosed: boolean;
}

/**
 * Takes one alert that is due, for a while: nobody else delivers it meanwhile, so that what is sent of one alert is sent in order. A
 * process that dies lets go of it when the while is over.
 */
export async function claimDelivery(db: Db, leaseMs: number): Promise<Delivery | undefined> {
  const { rows } = await db.execute<
    Omit<Delivery, 'postedAt' | 'postingSince'> & { postedAt: string | null; postingSince: string | null }
  >(sql`
    update alerts set leased_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
    where id = (
      select id from alerts where version > sent_version and due_at <= now() and (leased_until is null or leased_until < now())
      order by due_at, id limit 1 for update skip locked
    )
    returning id, version, message_id as "messageId", channel_id as "channelId", posted_at as "postedAt", posts,
      posting_since as "postingSince", attempts, closed_at is not null as "isClosed"`);
  const [row] = rows;
  return (
    row && {
      ...row,
      postedAt: row.postedAt === null ? null : new Date(row.postedAt),
      postingSince: row.postingSince === null ? null : new Date(row.postingSince),
    }
  );
}

/** Written before the post, so that whoever finds it unfinished looks whether the message is there. */
export async function notePosting(db: Db, id: number): Promise<void> {
  await db.execute(sql`update alerts set posting_since = coalesce(posting_since, now()) where id = ${id}`);
}

/** A new message stands in the channel, as the alert was at that version. The first edit of it may follow at once. */
export async function notePosted(
  db: Db,
  id: number,
  posted: { version: number; channelId: string; messageId: string },
): Promise<void> {
  await db.execute(sql`
    update alerts set sent_version = greatest(sent_version, ${posted.version}), channel_id = ${posted.channelId}, message_id = ${posted.messageId}, posted_at = now(),
      posts = posts + 1, posting_since = null, due_at = now(), attempts = 0, problem = null, leased_until = null where id = ${id}`);
}

/** The message was edited; the next edit waits for the pace. */
export async function noteEdited(db: Db, id: number, version: number, paceMs: number): Promise<void> {
  await db.execute(sql`
    update alerts set sent_version = greatest(sent_version, ${version}), due_at = now() + make_interval(secs => ${paceMs / 1000}), attempts = 0, problem = null,
      leased_until = null where id = ${id}`);
}

/** Nothing is to be said of it; there is no message, and there was none. */
export async function noteSilent(db: Db, id: number, version: number): Promise<void> {
  await db.execute(
    sql`update alerts set sent_version = greatest(sent_version, ${version}), leased_until = null where id = ${id}`,
  );
}

/** Muted: it is looked at again when the mute is over. */
export async function notePostponed(db: Db, id: number, until: Date): Promise<void> {
  await db.execute(
    sql`update alerts set due_at = ${until.toISOString()}::timestamptz, leased_until = null where id = ${id}`,
  );
}

/** Somebody deleted the message: a new one is due. */
export async function noteDeleted(db: Db, id: number): Promise<void> {
  await db.execute(sql`
    update alerts set message_id = null, was_deleted = true, version = version + 1, due_at = now(), leased_until = null where id = ${id}`);
}

/** Takes one open alert whose message nobody has looked at for so long. */
export async function claimCheck(
  db: Db,
  everyMs: number,
): Promise<{ id: number; channelId: string; messageId: string } | undefined> {
  const { rows } = await db.execute<{ id: number; channelId: string; messageId: string }>(sql`
    update alerts set checked_at = now() where id = (
      select id from alerts where closed_at is null and message_id is not null and version = sent_version
        and greatest(checked_at, posted_at) < now() - make_interval(secs => ${everyMs / 1000})
      order by id limit 1 for update skip locked
    )
    returning id, channel_id as "channelId", message_id as "messageId"`);
  return rows[0];
}

/**
 * It did not reach the channel.
 *
 * @param failure.isRefused whether Discord surely did nothing, so that no message is looked for
 */
export async function noteFailed(
  db: Db,
  id: number,
  failure: { problem: DeliveryProblem; retryInMs: number; isRefused: boolean; isMessageLost: boolean },
): Promise<void> {
  await db.execute(sql`
    update alerts set problem = ${failure.problem}, attempts = attempts + 1, due_at = now() + make_interval(secs => ${failure.retryInMs / 1000}),
      leased_until = null, posting_since = case when ${failure.isRefused} then null else posting_since end,
      message_id = case when ${failure.isMessageLost} then null else message_id end where id = ${id}`);
}
