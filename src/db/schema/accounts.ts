import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { proxies } from './proxies.ts';

/**
 * Models are created with their first account; `key` is the name without case and blanks. A removed model has no accounts, keeps its row for
 * the history, and is restored with its next account.
 */
export const models = pgTable('models', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  key: text().notNull().unique(),
  removedAt: moment('removed_at'),
  createdAt: createdAt(),
});

export const vps = pgTable('vps', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  /** The name in lower case. */
  key: text().notNull().unique(),
  environment: text().notNull().default('production'),
  host: text(),
  region: text(),
  notes: text(),
  createdAt: createdAt(),
});

/** An account is waiting unless it has an assignment or is on hold. A removed account keeps its row and its history. */
export const accounts = pgTable(
  'accounts',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    username: text().notNull(),
    /** The username in lower case, which must be unique. */
    key: text().notNull().unique(),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    vpsId: integer('vps_id').references(() => vps.id, { onDelete: 'set null' }),
    label: text(),
    notes: text(),
    waitingSince: moment('waiting_since').notNull().defaultNow(),
    heldAt: moment('held_at'),
    removedAt: moment('removed_at'),
    version: integer().notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    unique('accounts_model_pair').on(table.id, table.modelId),
    // With the number, so that the accounts of a model are listed from the index alone: they are spread over the whole table.
    index('accounts_model').on(table.modelId, table.key, table.id).where(sql`${table.removedAt} is null`),
    index('accounts_held')
      .on(table.modelId, table.key)
      .where(sql`${table.heldAt} is not null and ${table.removedAt} is null`),
    // With everything that is counted for a VPS, so that its accounts themselves are not read.
    index('accounts_of_vps')
      .on(table.vpsId, table.modelId, table.id, table.removedAt)
      .where(sql`${table.vpsId} is not null`),
    index('accounts_without_vps')
      .on(table.key, table.id)
      .where(sql`${table.removedAt} is null and ${table.vpsId} is null`),
    index('accounts_search').using('gin', sql`(${table.username} || ' ' || coalesce(${table.label}, '')) gin_trgm_ops`),
  ],
);

/** Documented relations of VPS and proxies, in addition to those that follow from assignments. */
export const vpsProxyMappings = pgTable(
  'vps_proxy_mappings',
  {
    vpsId: integer('vps_id')
      .notNull()
      .references(() => vps.id, { onDelete: 'cascade' }),
    proxyId: integer('proxy_id')
      .notNull()
      .references(() => proxies.id),
    notes: text(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.vpsId, table.proxyId] }),
    index('vps_proxy_mappings_proxy').on(table.proxyId, table.vpsId),
  ],
);
