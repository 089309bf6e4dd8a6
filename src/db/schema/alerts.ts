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
import { ALERT_KINDS, ENDINGS } from '../../domain/incidents/incident.ts';
import { INCIDENT_EVENTS } from '../../domain/incidents/incident-event.ts';
import { moment } from './columns.ts';

const kinds = sql.raw(ALERT_KINDS.map((kind) => `'${kind}'`).join(', '));

/** Announced maintenance: while it goes on, incidents of the provider are recorded and notify no one. */
export const maintenances = pgTable(
  'maintenances',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    /** Null: everything. */
    provider: text(),
    reason: text(),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    /** When it began and ended in fact; null: not yet. */
    beganAt: moment('began_at'),
    closedAt: moment('closed_at'),
    /** Who ended it, as in `Actor`; `system` if its time was over. */
    closedBy: text('closed_by'),
    /** Number of proxies that failed in it and had not recovered at its end. */
    leftFailing: integer('left_failing').notNull().default(0),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    check('maintenances_time', sql`${table.endsAt} > ${table.startsAt}`),
    check('maintenances_closed', sql`(${table.closedAt} is null) = (${table.closedBy} is null)`),
    index('maintenances_open').on(table.id).where(sql`${table.closedAt} is null`),
  ],
);

/** Incidents, announcements and notices. The message that shows one in the ops channel is a row of `messages`. */
export const alerts = pgTable(
  'alerts',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    kind: text({ enum: ALERT_KINDS }).notNull(),
    /** Deduplication key: the day of a digest, the day and provider of an expiry announcement. */
    key: text(),
    /** The content apart from the proxies, as defined by the kind. */
    data: jsonb().notNull().default({}),
    openedAt: moment('opened_at').notNull(),
    /** When the last proxy joined. */
    lastAt: moment('last_at').notNull(),
    closedAt: moment('closed_at'),
    /** How often an incident was opened: its proxies may fail again before it is settled. */
    openings: integer().notNull().default(1),
    /** Whether it is over, and its proxies have been calm for long enough. */
    isSettled: boolean('is_settled').notNull().default(false),
    /** Number of accounts on its proxies at the last count. */
    accounts: integer().notNull().default(0),
    /** Accounts on its proxies that another proxy can take, as planned for this version of its message; null: not planned yet. */
    movable: integer(),
    movableVersion: integer('movable_version'),
    /** The size of an incident when a new message last told it. */
    announcedProxies: integer('announced_proxies').notNull().default(0),
    announcedAccounts: integer('announced_accounts').notNull().default(0),
    announcedProviders: integer('announced_providers').notNull().default(0),
    /** Whether a message has told that it was opened again. */
    isReturnAnnounced: boolean('is_return_announced').notNull().default(false),
    /** Who has the incident, as in `Actor`, and since when; null: it is not acknowledged. */
    ownerId: text('owner_id'),
    ownedSince: moment('owned_since'),
    /** Since when the open incident affects so many accounts that it is escalated if it is not acknowledged. */
    atRiskSince: moment('at_risk_since'),
    /** The maintenance in which the proxies of the incident began to fail. */
    maintenanceId: integer('maintenance_id').references(() => maintenances.id, { onDelete: 'set null' }),
    /** When a role was mentioned, which happens once. */
    escalatedAt: moment('escalated_at'),
  },
  (table) => [
    check('alerts_kind', sql`${table.kind} in (${kinds})`),
    check('alerts_owner', sql`(${table.ownerId} is null) = (${table.ownedSince} is null)`),
    uniqueIndex('alerts_maintenance').on(table.maintenanceId),
    uniqueIndex('alerts_key').on(table.kind, table.key),
    uniqueIndex('alerts_one_open')
      .on(table.kind)
      .where(sql`${table.closedAt} is null and ${table.kind} in ('exit_ip_conflict', 'monitor')`),
    index('alerts_open').on(table.id).where(sql`${table.closedAt} is null`),
    index('alerts_unsettled').on(table.id).where(sql`not ${table.isSettled}`),
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
    /** The network in CIDR text; for an exit IP conflict, the address. */
    network: text(),
    outcome: text().notNull(),
    detail: text().notNull(),
    isFlapping: boolean('is_flapping').notNull().default(false),
    since: moment('since').notNull(),
    endedAt: moment('ended_at'),
    /** `recovered`, or `off`: deactivated, removed or expired. */
    ending: text({ enum: ENDINGS }),
  },
  (table) => [
    primaryKey({ columns: [table.alertId, table.proxyId] }),
    check('alert_proxies_ending', sql`${table.ending} in ('recovered', 'off')`),
    index('alert_proxies_open').on(table.proxyId).where(sql`${table.endedAt} is null`),
  ],
);

const events = sql.raw(INCIDENT_EVENTS.map((kind) => `'${kind}'`).join(', '));

/** The timeline of incidents: rows are only added. */
export const incidentEvents = pgTable(
  'incident_events',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    alertId: integer('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    kind: text({ enum: INCIDENT_EVENTS }).notNull(),
    at: moment('at').notNull().defaultNow(),
    actorId: text('actor_id').notNull(),
    count: integer(),
    /** Who has the incident after `handed_over`. */
    to: text('given_to'),
    note: text(),
  },
  (table) => [
    check('incident_events_kind', sql`${table.kind} in (${events})`),
    index('incident_events_alert').on(table.alertId, table.id),
  ],
);

/** Moves by the automatic failover: they count against its limit, and the message shows them. */
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

/**
 * Mutes: no new messages before `until` about an alert, a proxy or a provider; without any of these, about everything.
 */
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

/** Announced expiries of proxies, each one once. */
export const alertExpiries = pgTable(
  'alert_expiries',
  { proxyId: integer('proxy_id').notNull(), expiresAt: moment('expires_at').notNull() },
  (table) => [primaryKey({ columns: [table.proxyId, table.expiresAt] })],
);
