import { sql } from 'drizzle-orm';
import { index, integer, pgTable, smallint } from 'drizzle-orm/pg-core';
import { MAX_ACCOUNTS_PER_PROXY } from '../../domain/proxies/proxy.ts';

/**
 * What is asked before every placement and in every list, as sets that triggers keep: to find out the few of 300,000 accounts that
 * wait, or the few of 100,000 proxies that are free, would read all of them. None needs a foreign key: accounts and proxies keep
 * their rows.
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

/** How many accounts each proxy carries that is not removed, and of which model they are (R2). */
export const proxyLoads = pgTable(
  'proxy_loads',
  {
    proxyId: integer('proxy_id').primaryKey(),
    load: smallint().notNull(),
    /** Null if it carries none. */
    modelId: integer('model_id'),
  },
  (table) => [
    index('proxy_loads_load').on(table.load, table.proxyId),
    index('proxy_loads_free')
      .on(table.proxyId)
      .where(sql`${table.load} < ${sql.raw(String(MAX_ACCOUNTS_PER_PROXY))}`),
  ],
);
