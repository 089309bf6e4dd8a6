import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from '../columns.ts';

/** A change of more than one row: written down, shown, then applied by its id, once. */
export const plans = pgTable(
  'plans',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** `staging` while its rows are written, then `open` until it is applied, cancelled or expired. */
    state: text().notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    /** What was asked, in the shape of the kind. */
    input: jsonb().notNull(),
    /** What each step did, who did it and when, in the shape of the kind: applied twice, it is the answer again. */
    result: jsonb().notNull().default({}),
    createdAt: createdAt(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    check('plans_state', sql`${table.state} in ('staging', 'open', 'applied', 'cancelled', 'expired')`),
    index('plans_unfinished').on(table.expiresAt).where(sql`${table.state} in ('staging', 'open')`),
  ],
);

/** What a list on screen was asked for, so that its `Previous` and `Next` work after a restart. */
export const listQueries = pgTable('list_queries', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  kind: text().notNull(),
  query: jsonb().notNull(),
  createdAt: createdAt(),
});
