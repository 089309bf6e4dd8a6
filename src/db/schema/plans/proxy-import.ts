import { bigint, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { importedColumns, moment, proxyType, sealedColumns, stagedPlanId } from '../columns.ts';
import { proxies } from '../proxies.ts';
import { plans } from './plans.ts';

/** The parsed rows of a file, until the import is applied, cancelled or expired. */
export const importRows = pgTable(
  'import_rows',
  {
    planId: stagedPlanId(),
    line: integer().notNull(),
    /** 0: the line has one reading; 1 and 2: the two readings of an ambiguous batch. */
    reading: smallint().notNull(),
    ...importedColumns,
  },
  (table) => [primaryKey({ columns: [table.planId, table.line, table.reading] })],
);

/** The rejected lines of a file, with masked secrets. */
export const importRejections = pgTable(
  'import_rejections',
  {
    planId: stagedPlanId(),
    line: integer().notNull(),
    reading: smallint().notNull(),
    reason: text().notNull(),
    text: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.line, table.reading] })],
);

/** The values that an import has overwritten in proxies that it updated or restored, for `Undo`. */
export const importUndo = pgTable(
  'import_undo',
  {
    planId: bigint('plan_id', { mode: 'number' })
      .notNull()
      .references(() => plans.id),
    proxyId: integer('proxy_id')
      .notNull()
      .references(() => proxies.id),
    type: proxyType().notNull(),
    ...sealedColumns,
    removedAt: moment('removed_at'),
    importPlanId: bigint('import_plan_id', { mode: 'number' }),
    /** The proxy's version after the import: a proxy that was changed since is not undone. */
    versionAfter: integer('version_after').notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.proxyId] })],
);
