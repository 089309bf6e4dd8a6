import { bigint, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, stagedPlanId } from '../columns.ts';

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

/**
 * The accounts that an import has added, restored or updated, for `Undo`: each with the values that it had before. A new account had none.
 * Plans and accounts keep their rows, so that foreign keys would only cost time.
 */
export const accountImportUndo = pgTable(
  'account_import_undo',
  {
    planId: bigint('plan_id', { mode: 'number' }).notNull(),
    accountId: integer('account_id').notNull(),
    username: text(),
    /** Null if the account was new. */
    modelId: integer('model_id'),
    vpsId: integer('vps_id'),
    label: text(),
    notes: text(),
    waitingSince: moment('waiting_since'),
    heldAt: moment('held_at'),
    /** Set if the account was removed before, and so was restored. */
    removedAt: moment('removed_at'),
    /** The proxy that it left because its model was changed. */
    proxyId: integer('proxy_id'),
    /** The account's version after the import: an account that was changed since is not undone. */
    versionAfter: integer('version_after').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.accountId] })],
);
