import { index, integer, pgTable } from 'drizzle-orm/pg-core';

/**
 * What is asked before every placement, as sets that triggers keep: to find out the few of 300,000 accounts that wait, or the few
 * of 100,000 proxies that are free, would read all of them. Neither needs a foreign key: accounts and proxies keep their rows.
 */

/** The accounts that wait: there, not held, and without a proxy. */
export const waitingAccounts = pgTable(
  'waiting_accounts',
  {
    accountId: integer('account_id').primaryKey(),
    modelId: integer('model_id').notNull(),
  },
  (table) => [index('waiting_accounts_model').on(table.modelId)],
);

/** The proxies that no model holds or cools down on, whatever their status. */
export const unclaimedProxies = pgTable('unclaimed_proxies', { proxyId: integer('proxy_id').primaryKey() });
