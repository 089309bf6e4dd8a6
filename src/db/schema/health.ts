import { bigint, index, inet, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** Every check and report, partitioned by day (see `check-log.ts`), kept for some days. */
export const proxyChecks = pgTable(
  'proxy_checks',
  {
    proxyId: integer('proxy_id').notNull(),
    at: moment('at').notNull(),
    outcome: text().notNull(),
    detail: text().notNull(),
    /** `monitor`, `test`, or `report` of a program. */
    source: text().notNull(),
    /** Who reported: the name of a token. */
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

/** The checks of an hour, for the charts. Model 0 and the empty provider are none. */
export const checkHours = pgTable(
  'check_hours',
  {
    hour: moment('hour').notNull(),
    modelId: integer('model_id').notNull(),
    provider: text().notNull(),
    /** Checks that say something about a proxy. */
    checks: integer().notNull(),
    good: integer().notNull(),
    /** The sum over `timed` good checks. */
    latencyMs: bigint('latency_ms', { mode: 'number' }).notNull(),
    timed: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.hour, table.modelId, table.provider] })],
);
