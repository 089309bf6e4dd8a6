import { isNotNull, type SQL, sql } from 'drizzle-orm';
import type { MessageKind } from '../../../domain/messages/message.ts';
import type { Tx } from '../../client.ts';
import { messages } from '../../schema/messages.ts';
import { ms } from '../../sql/aliases.ts';
import { array, set } from '../../sql/columns.ts';
import { run } from '../../sql/rows.ts';

export interface NewMessage {
  kind: MessageKind;
  /** Deduplication key. */
  key?: string;
  alertId?: number;
  data?: unknown;
  /** Number of the message that it replies to. */
  replyTo?: number;
  /** Not sent before; at once if left out. */
  dueAt?: SQL;
}

/** Adds a message to the outbox; it is sent after the transaction. @returns undefined if there is one of the kind with this key */
export async function insertMessage(tx: Tx, { data = {}, ...message }: NewMessage): Promise<number | undefined> {
  const [row] = await tx
    .insert(messages)
    .values({ ...message, data })
    .onConflictDoNothing()
    .returning({ id: messages.id });
  return row?.id;
}

const ofAlerts = (ids: readonly number[]): SQL =>
  sql`${ms.kind} = 'alert' and ${ms.alertId} = any (${array(ids, 'int')})`;

/** The content of these alerts has changed. A message that was posted keeps the pace of its edits; another is due at once. */
export async function changeAlertMessages(tx: Tx, alertIds: readonly number[]): Promise<void> {
  const dueAt = sql`case when ${ms.messageId} is null and ${ms.problem} is null then least(${ms.dueAt}, now()) else ${ms.dueAt} end`;
  const changed = { version: sql`${ms.version} + 1`, changedAt: sql`now()`, dueAt };
  await run(tx, sql`update ${ms} set ${set(messages, changed)} where ${ofAlerts(alertIds)}`);
}

/** Who has these incidents, or that they are resolved, has changed: the replies that mentioned a role say so, or are not sent. */
export async function changeEscalations(tx: Tx, alertIds: readonly number[]): Promise<void> {
  const changed = { version: sql`${ms.version} + 1`, changedAt: sql`now()` };
  const which = sql`${ms.kind} = 'escalation' and ${ms.alertId} = any (${array(alertIds, 'int')})`;
  await run(tx, sql`update ${ms} set ${set(messages, changed)} where ${which}`);
}

/** An older message is not edited for a detail, since a new message would have to replace it. */
const MAX_AGE_FOR_REDRAW = sql`interval '55 minutes'`;
export const REDRAWN = sql`${ms.version} + (coalesce(${ms.postedAt}, now()) > now() - ${MAX_AGE_FOR_REDRAW})::int`;

/** Edits the messages of alerts for a detail, unless they are too old. */
export async function redrawAlertMessages(tx: Tx, alertIds: readonly number[]): Promise<void> {
  await run(tx, sql`update ${ms} set ${set(messages, { version: REDRAWN })} where ${ofAlerts(alertIds)}`);
}

/**
 * Redraws the message of an alert, or of all that are watched or undelivered, because a mute has changed. What was not sent is due
 * again. A message that is too old to be edited stays as it is: a mute does not justify a new one.
 */
export async function redrawForMute(tx: Tx, alertId?: number): Promise<void> {
  const isBehind = sql`${ms.version} > ${ms.sentVersion}`;
  const which = alertId === undefined ? sql`(${ms.isWatched} or ${isBehind})` : ofAlerts([alertId]);
  const dueAt = sql`case when ${ms.messageId} is null or ${isBehind} then now() else ${ms.dueAt} end`;
  await run(tx, sql`update ${ms} set ${set(messages, { version: REDRAWN, dueAt })} where ${which}`);
}

/** Retries undelivered messages at once, because there is a new channel. */
export async function releaseMessages(tx: Tx): Promise<void> {
  await tx.update(messages).set({ dueAt: sql`now()`, attempts: 0, problem: null }).where(isNotNull(messages.problem));
}

/** The message is not in the channel any more: a new one is due. */
export const LOST = {
  messageId: null,
  version: sql`${ms.version} + 1`,
  changedAt: sql`now()`,
  dueAt: sql`now()`,
  leasedUntil: null,
};
export const WITHOUT_THREAD = { threadId: null, isThreadGone: false };

/** The messages in a lost channel that may still change are sent again, without waiting for their next change or check. */
export async function leaveChannel(tx: Tx, channelId: string, { isDeleted }: { isDeleted: boolean }): Promise<void> {
  const lost = { ...LOST, ...WITHOUT_THREAD, wasDeleted: sql`${ms.wasDeleted} or ${isDeleted}` };
  const which = sql`${ms.channelId} = ${channelId} and ${ms.messageId} is not null and ${ms.isWatched}`;
  await run(tx, sql`update ${ms} set ${set(messages, lost)} where ${which}`);
}

/** The content of a message has changed, and what it shows, if `data` says so. */
export async function changeMessageData(tx: Tx, id: number, data?: unknown): Promise<void> {
  const changed = {
    version: sql`${ms.version} + 1`,
    changedAt: sql`now()`,
    ...(data !== undefined && { data: sql`${data}::jsonb` }),
  };
  await run(tx, sql`update ${ms} set ${set(messages, changed)} where ${ms.id} = ${id}`);
}
