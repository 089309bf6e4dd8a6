import { sql } from 'drizzle-orm';
import { type AnyPgColumn, boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { DELIVERY_PROBLEMS } from '../../domain/messages/delivery-problem.ts';
import { MESSAGE_KINDS } from '../../domain/messages/message.ts';
import { alerts } from './alerts.ts';
import { moment } from './columns.ts';

/**
 * Clicked messages that hide their buttons while the work goes on. A process that starts finds here the messages of one
 * that has died.
 */
export const clickedMessages = pgTable('clicked_messages', {
  messageId: text('message_id').primaryKey(),
  channelId: text('channel_id').notNull(),
  /** The components with the buttons, as they are sent. */
  components: jsonb().notNull(),
});

/**
 * The outbox of the ops channel. What changes the content of a message increases `version` in the same transaction; the deliverer
 * draws the message as it is then, and sends it until `sent_version` is the same.
 */
export const messages = pgTable(
  'messages',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    kind: text({ enum: MESSAGE_KINDS }).notNull(),
    /** Deduplication key: a second message of the kind with the same key is not inserted. */
    key: text(),
    /** The alert that it shows or is about. */
    alertId: integer('alert_id').references(() => alerts.id, { onDelete: 'cascade' }),
    /** Further data of its content, as defined by the kind. */
    data: jsonb().notNull().default({}),
    /** The message that it replies to. It waits until that one is in the channel. */
    replyTo: integer('reply_to').references((): AnyPgColumn => messages.id, { onDelete: 'set null' }),
    version: integer().notNull().default(1),
    sentVersion: integer('sent_version').notNull().default(0),
    /** When the version last increased. */
    changedAt: moment('changed_at').notNull().defaultNow(),
    channelId: text('channel_id'),
    messageId: text('message_id'),
    postedAt: moment('posted_at'),
    /** Whether it is posted again if someone deletes it, as long as what it shows is open. */
    isWatched: boolean('is_watched').notNull().default(true),
    /** When it was last checked whether the message is still there. */
    checkedAt: moment('checked_at'),
    /** The thread that was started from a message of it. It stays the thread of the incident when another message takes over. */
    threadId: text('thread_id'),
    /** Someone has deleted the thread; no other is started. */
    isThreadGone: boolean('is_thread_gone').notNull().default(false),
    /** Number of messages posted so far, which is part of the nonce of the next one. */
    posts: integer().notNull().default(0),
    /** A post was started then and its result is unknown: the message may be in the channel. */
    postingSince: moment('posting_since'),
    /** Someone has deleted a message of it. */
    wasDeleted: boolean('was_deleted').notNull().default(false),
    /** Not sent before, because of the pace of edits or the wait after a failure. */
    dueAt: moment('due_at').notNull().defaultNow(),
    attempts: integer().notNull().default(0),
    /** Why it could not be delivered. */
    problem: text({ enum: DELIVERY_PROBLEMS }),
    /** A process delivers it until then. */
    leasedUntil: moment('leased_until'),
  },
  (table) => [
    uniqueIndex('messages_key').on(table.kind, table.key),
    index('messages_alert').on(table.alertId),
    index('messages_undelivered').on(table.dueAt).where(sql`${table.version} > ${table.sentVersion}`),
    index('messages_watched').on(table.id).where(sql`${table.isWatched} and ${table.messageId} is not null`),
  ],
);
