import { bigint, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { plans } from './plans.ts';

/**
 * The new proxy of each account after a change of the pool was applied; null if it has none. Accounts and proxies
 * always keep their rows, so that three foreign keys per row would have a cost and no use.
 */
export const planMoves = pgTable(
  'plan_moves',
  {
    planId: bigint('plan_id', { mode: 'number' })
      .notNull()
      .references(() => plans.id),
    accountId: integer('account_id').notNull(),
    fromProxyId: integer('from_proxy_id').notNull(),
    toProxyId: integer('to_proxy_id'),
  },
  (table) => [primaryKey({ columns: [table.planId, table.accountId] })],
);
