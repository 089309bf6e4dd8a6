import { sql } from 'drizzle-orm';
import { index, integer, pgTable, smallint } from 'drizzle-orm/pg-core';
import { MAX_ACCOUNTS_PER_PROXY } from '../../domain/proxies/proxy.ts';

/**
 * Inputs of every placement and list, as sets that triggers maintain: finding the few waiting accounts among 300,000, or the
 * few unclaimed proxies among 100,000, would otherwise read all of them. Foreign keys are not needed, since accounts and
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

/** The rank of a proxy that was never checked: `rankOf` of the planner, and the SQL function `proxy_rank`. */
const UNCHECKED = 2 ** 29 - 1;

/** The proxies that are not removed and have no claim, whatever their status, in the order in which the planner prefers them. */
export const unclaimedProxies = pgTable(
  'unclaimed_proxies',
  {
    proxyId: integer('proxy_id').primaryKey(),
    /** Health and latency in one number; lower is better. A trigger of `proxy_health` maintains it. */
    rank: integer().notNull().default(UNCHECKED),
  },
  (table) => [index('unclaimed_proxies_best').on(table.rank, table.proxyId)],
);

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
