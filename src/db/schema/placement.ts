import { index, integer, pgTable } from 'drizzle-orm/pg-core';

/**
 * Inputs of every placement, as sets that triggers maintain: finding the few waiting accounts among 300,000, or the few
 * unclaimed proxies among 100,000, would otherwise read all of them. Foreign keys are not needed, since accounts and
 * proxies keep their rows.
 */

/** The waiting accounts: neither removed nor on hold, and without a proxy. */
export const waitingAccounts = pgTable(
  'waiting_accounts',
  {
    accountId: integer('account_id').primaryKey(),
    modelId: integer('model_id').notNull(),
  },
  (table) => [index('waiting_accounts_model').on(table.modelId)],
);

/** The proxies without a claim, whatever their status. */
export const unclaimedProxies = pgTable('unclaimed_proxies', { proxyId: integer('proxy_id').primaryKey() });
