import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, importedColumns, moment, proxyStatus } from './columns.ts';

/** A removed proxy keeps its row (`removed_at`), its number and its history. */
export const proxies = pgTable(
  'proxies',
  {
    /** The number that people see: #1042. */
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    ...importedColumns,
    status: proxyStatus().notNull().default('active'),
    statusReason: text('status_reason'),
    statusBy: text('status_by'),
    statusAt: moment('status_at'),
    removedAt: moment('removed_at'),
    /** The source that supplies it. Sources keep their rows, so that a foreign key would only add a check per row. */
    sourceId: integer('source_id'),
    /** Since when a complete list of its source lacks it, or says that it has ended. */
    missingSince: moment('missing_since'),
    /**
     * The import that added or restored it. Plans keep their rows, and an import locks its plan while it writes proxies, so that a
     * foreign key would only add a check per row.
     */
    importPlanId: bigint('import_plan_id', { mode: 'number' }),
    /** Counts the changes that make a plan stale: status, removal, expiry, identity, type. Maintained by a trigger. */
    version: integer().notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    unique('proxies_identity').on(table.host, table.port, table.username, table.passwordFingerprint),
    check('proxies_port', sql`${table.port} between 1 and 65535`),
    check('proxies_country', sql`${table.country} ~ '^[A-Z]{2}$'`),
    check('proxies_host', sql`${table.host} = lower(${table.host}) and length(${table.host}) between 1 and 253`),
    index('proxies_search').using(
      'gin',
      sql`(${table.host} || ' ' || ${table.username} || ' ' || coalesce(${table.label}, '')) gin_trgm_ops`,
    ),
    index('proxies_import').on(table.importPlanId),
    // Most lists say nothing about these fields, and an import then writes nothing to their indexes.
    index('proxies_provider').on(table.provider, table.id).where(sql`${table.provider} is not null`),
    index('proxies_country')
      .on(table.country, table.id)
      .where(sql`${table.removedAt} is null and ${table.country} is not null`),
    // For the filter `(none)`, whatever the share of such proxies.
    index('proxies_without_provider').on(table.id).where(sql`${table.removedAt} is null and ${table.provider} is null`),
    index('proxies_without_country').on(table.id).where(sql`${table.removedAt} is null and ${table.country} is null`),
    // In two parts: twenty long tags would exceed the size of one index entry.
    index('proxies_tags')
      .on(sql`(${table.tags}[1:10])`)
      .where(sql`${table.removedAt} is null and ${table.tags} <> '{}'`),
    index('proxies_more_tags')
      .on(sql`(${table.tags}[11:20])`)
      .where(sql`${table.removedAt} is null and ${table.tags}[11:20] <> '{}'`),
    index('proxies_tag')
      .using('gin', sql`lower_tags(${table.tags})`)
      .where(sql`${table.removedAt} is null and ${table.tags} <> '{}'`),
    index('proxies_source').on(table.sourceId, table.id).where(sql`${table.sourceId} is not null`),
    index('proxies_missing')
      .on(table.sourceId, table.id)
      .where(sql`${table.missingSince} is not null and ${table.removedAt} is null`),
    index('proxies_expiry').on(table.expiresAt, table.id).where(sql`${table.expiresAt} is not null`),
    index('proxies_off')
      .on(table.status, table.id)
      .where(sql`${table.removedAt} is null and ${table.status} <> 'active'`),
  ],
);

/**
 * One spelling of each provider. A trigger on `proxies` adds new ones, and writes the stored spelling where another one looks the
 * same: `key` is the name as the function `look_key` reads it.
 */
export const providers = pgTable('providers', {
  name: text().primaryKey(),
  key: text().notNull().unique(),
});

/** When a proxy was last assigned, looked up or reported on. No row: never. */
export const proxyUse = pgTable(
  'proxy_use',
  {
    proxyId: integer('proxy_id')
      .primaryKey()
      .references(() => proxies.id),
    lastUsedAt: moment('last_used_at').notNull(),
  },
  (table) => [index('proxy_use_last').on(table.lastUsedAt, table.proxyId)],
);
