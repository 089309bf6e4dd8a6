import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { PLAN_STATES } from '../../../domain/plan-state.ts';
import { createdAt, moment } from '../columns.ts';

/** A change of more than one row: stored, previewed, then applied by its number, once. */
export const plans = pgTable(
  'plans',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** `staging` while its rows are written, then `open` until it is applied, cancelled or expired. */
    state: text({ enum: ['staging', ...PLAN_STATES] }).notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    /** Who cancelled it; null if it was not cancelled, or by an earlier version of the bot. */
    cancelledBy: text('cancelled_by'),
    /** The request; each kind has its own schema. */
    input: jsonb().notNull(),
    /** The result of each step with its actor and time; each kind has its own schema. Applying the plan again returns it. */
    result: jsonb().notNull().default({}),
    createdAt: createdAt(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    check('plans_state', sql`${table.state} in ('staging', 'open', 'applied', 'cancelled', 'expired')`),
    index('plans_unfinished').on(table.expiresAt).where(sql`${table.state} in ('staging', 'open')`),
  ],
);

/** The filter of a list in a message, so that its `Previous` and `Next` buttons work after a restart. */
export const listQueries = pgTable('list_queries', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  kind: text().notNull(),
  query: jsonb().notNull(),
  createdAt: createdAt(),
});
