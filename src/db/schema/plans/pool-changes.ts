import { bigint, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { plans } from './plans.ts';

/**
 * Where an applied change of the pool has put each account; no proxy: it was left without one. Accounts and proxies keep
 * their rows for ever, so that three foreign keys a row would cost and guard nothing.
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
