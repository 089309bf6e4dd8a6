import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { ALERT_KINDS, DELIVERY_PROBLEMS, ENDINGS } from '../../domain/incidents/incident.ts';
import { moment } from './columns.ts';

const kinds = sql.raw(ALERT_KINDS.map((kind) => `'${kind}'`).join(', '));

/**
 * What the ops channel is told, and the outbox of it: whoever changes an alert counts `version` up in the same transaction, and
 * the deliverer sends what `sent_version` is behind of.
 */
export const alerts = pgTable(
  'alerts',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    kind: text({ enum: ALERT_KINDS }).notNull(),
    /** What there is one of: the day of a digest, the day and provider of an expiry notice. */
    key: text(),
    /** What it says beside its proxies, in the shape of the kind. */
    data: jsonb().notNull().default({}),
    openedAt: moment('opened_at').notNull(),
    /** When the last proxy joined. */
    lastAt: moment('last_at').notNull(),
    closedAt: moment('closed_at'),
    /** Accounts on its proxies when it was last counted. */
    accounts: integer().notNull().default(0),
    version: integer().notNull().default(1),
    sentVersion: integer('sent_version').notNull().default(0),
    channelId: text('channel_id'),
    messageId: text('message_id'),
    postedAt: moment('posted_at'),
    /** When somebody last looked whether the message is still there. */
    checkedAt: moment('checked_at'),
    /** Messages posted so far; it makes the nonce of the next one. */
    posts: integer().notNull().default(0),
    /** A post was begun then, and nobody has noted its end: it may stand in the channel. */
    postingSince: moment('posting_since'),
    /** Somebody deleted a message of it. */
    wasDeleted: boolean('was_deleted').notNull().default(false),
    /** Not sent before: the pace, or the wait after a failure. */
    dueAt: moment('due_at').notNull().defaultNow(),
    attempts: integer().notNull().default(0),
    /** Why it could not be delivered, in the words of `DELIVERY_PROBLEMS`. */
    problem: text({ enum: DELIVERY_PROBLEMS }),
    /** Somebody is delivering it until then. */
    leasedUntil: moment('leased_until'),
  },
  (table) => [
    check('alerts_kind', sql`${table.kind} in (${kinds})`),
    uniqueIndex('alerts_key').on(table.kind, table.key),
    uniqueIndex('alerts_one_open')
      .on(table.kind)
      .where(sql`${table.closedAt} is null and ${table.kind} in ('collision', 'monitor')`),
    index('alerts_undelivered').on(table.dueAt).where(sql`${table.version} > ${table.sentVersion}`),
    index('alerts_open').on(table.id).where(sql`${table.closedAt} is null`),
  ],
);

/** The proxies of an alert. A proxy that fails again while the alert is open is the same row, open again. */
export const alertProxies = pgTable(
  'alert_proxies',
  {
    alertId: integer('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    proxyId: integer('proxy_id').notNull(),
    provider: text(),
    /** The network in CIDR text; of a collision the address that two models meet on. */
    network: text(),
    outcome: text().notNull(),
    detail: text().notNull(),
    isFlapping: boolean('is_flapping').notNull().default(false),
    since: moment('since').notNull(),
    endedAt: moment('ended_at'),
    /** `recovered`, or `off`: deactivated, removed or expired meanwhile. */
    ending: text({ enum: ENDINGS }),
  },
  (table) => [
    primaryKey({ columns: [table.alertId, table.proxyId] }),
    check('alert_proxies_ending', sql`${table.ending} in ('recovered', 'off')`),
    index('alert_proxies_open').on(table.proxyId).where(sql`${table.endedAt} is null`),
  ],
);

/** What the automatic failover moved: it bounds the pace, and the message says it. */
export const alertMoves = pgTable(
  'alert_moves',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    alertId: integer('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    accountId: integer('account_id').notNull(),
    fromProxyId: integer('from_proxy_id').notNull(),
    toProxyId: integer('to_proxy_id').notNull(),
    provider: text(),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [index('alert_moves_alert').on(table.alertId), index('alert_moves_at').on(table.at)],
);

/** What makes no new message until then: an alert, a proxy, a provider; nothing named is everything. */
export const alertMutes = pgTable(
  'alert_mutes',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    alertId: integer('alert_id').references(() => alerts.id, { onDelete: 'cascade' }),
    proxyId: integer('proxy_id'),
    provider: text(),
    until: moment('until').notNull(),
    mutedBy: text('muted_by').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [index('alert_mutes_until').on(table.until)],
);

/** Which expiry of a proxy was announced: each once. */
export const alertExpiries = pgTable(
  'alert_expiries',
  { proxyId: integer('proxy_id').notNull(), expiresAt: moment('expires_at').notNull() },
  (table) => [primaryKey({ columns: [table.proxyId, table.expiresAt] })],
);
