import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { SYNC_CLASSES } from '../../../domain/sources/source.ts';
import { importedColumns, stagedPlanId } from '../columns.ts';

/** The entries of a source's list that make a difference, until the plan is applied, cancelled or expired. */
export const syncRows = pgTable(
  'sync_rows',
  {
    planId: stagedPlanId(),
    line: integer().notNull(),
    class: text({ enum: SYNC_CLASSES }).notNull(),
    /** The proxy that it changes or replaces; null if it is new. */
    proxyId: integer('proxy_id'),
    /** The successor of that proxy, if it is in the pool already. */
    successorId: integer('successor_id'),
    ...importedColumns,
  },
  (table) => [primaryKey({ columns: [table.planId, table.line] })],
);
