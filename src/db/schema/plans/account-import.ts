import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { stagedPlanId } from '../columns.ts';

/**
 * The parsed rows of a file of accounts, until the import is applied, cancelled or expired. Names are stored with their
 * keys, so that the database compares them as the program does.
 */
export const accountImportRows = pgTable(
  'account_import_rows',
  {
    planId: stagedPlanId(),
    line: integer().notNull(),
    username: text().notNull(),
    key: text().notNull(),
    model: text().notNull(),
    modelKey: text('model_key').notNull(),
    vps: text(),
    vpsKey: text('vps_key'),
    label: text(),
    notes: text(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.line] })],
);
