import { sql } from 'drizzle-orm';
import { bigint, index, inet, integer, pgTable, primaryKey, real, text } from 'drizzle-orm/pg-core';
import { CHECK_SOURCES } from '../../domain/health/check-record.ts';
import { CHECK_OUTCOMES } from '../../domain/health/outcome.ts';
import { moment, proxyHealthState } from './columns.ts';
import { proxies } from './proxies.ts';

/** The results of the monitor. They change all the time, so they are not part of `proxies`. No row: unknown. */
export const proxyHealth = pgTable(
  'proxy_health',
  {
    proxyId: integer('proxy_id')
      .primaryKey()
      .references(() => proxies.id),
    health: proxyHealthState().notNull().default('unknown'),
    healthSince: moment('health_since'),
    checkedAt: moment('checked_at'),
    outcome: text(),
    detail: text(),
    latencyMs: integer('latency_ms'),
    exitIp: inet('exit_ip'),
    exitIpAt: moment('exit_ip_at'),
    exitIpBefore: inet('exit_ip_before'),
    exitIpSince: moment('exit_ip_since'),
    successStreak: integer('success_streak').notNull().default(0),
    failureStreak: integer('failure_streak').notNull().default(0),
    flapScore: real('flap_score').notNull().default(0),
    flapAt: moment('flap_at'),
    nextCheckAt: moment('next_check_at').notNull().default(sql`'-infinity'`),
    /** A process is checking the proxy until then. */
    claimedUntil: moment('claimed_until'),
    /** When a program's report was last counted. */
    reportedAt: moment('reported_at'),
  },
  (table) => [
    index('proxy_health_due').on(table.nextCheckAt),
    index('proxy_health_state').on(table.health, table.proxyId),
    index('proxy_health_latency').on(table.latencyMs, table.proxyId).where(sql`${table.latencyMs} is not null`),
    index('proxy_health_exit_ip').on(table.exitIp).where(sql`${table.exitIp} is not null`),
    index('proxy_health_claimed').on(table.claimedUntil).where(sql`${table.claimedUntil} is not null`),
  ],
);

/** Every check and report, partitioned by day (see `check-log.ts`), kept for some days. */
export const proxyChecks = pgTable(
  'proxy_checks',
  {
    proxyId: integer('proxy_id').notNull(),
    at: moment('at').notNull(),
    outcome: text({ enum: CHECK_OUTCOMES }).notNull(),
    detail: text().notNull(),
    source: text({ enum: CHECK_SOURCES }).notNull(),
    /** The name of the token of a report. */
    reporter: text(),
    connectMs: integer('connect_ms'),
    handshakeMs: integer('handshake_ms'),
    firstByteMs: integer('first_byte_ms'),
    totalMs: integer('total_ms'),
    exitIp: inet('exit_ip'),
    target: text().notNull(),
  },
  (table) => [index('proxy_checks_proxy').on(table.proxyId, table.at)],
);

/** The checks of an hour, for the charts. Model 0 and the empty provider stand for none. */
export const checkHours = pgTable(
  'check_hours',
  {
    hour: moment('hour').notNull(),
    modelId: integer('model_id').notNull(),
    provider: text().notNull(),
    /** Number of conclusive checks. */
    checks: integer().notNull(),
    succeeded: integer().notNull(),
    /** Sum over `timed` successful checks, in milliseconds. */
    latencyMs: bigint('latency_ms', { mode: 'number' }).notNull(),
    timed: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.hour, table.modelId, table.provider] })],
);
