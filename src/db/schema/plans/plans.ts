import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from '../columns.ts';

/** A change of more than one row: stored, previewed, then applied once by its id. */
export const plans = pgTable(
  'plans',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** `staging` while its rows are written, then `open` until it is applied, cancelled or expired. */
    state: text().notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    /** The request, as defined by the kind. */
    input: jsonb().notNull(),
    /** The result of each step with its actor and time, as defined by the kind: a second click shows it again. */
    result: jsonb().notNull().default({}),
    createdAt: createdAt(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    check('plans_state', sql`${table.state} in ('staging', 'open', 'applied', 'cancelled', 'expired')`),
    index('plans_unfinished').on(table.expiresAt).where(sql`${table.state} in ('staging', 'open')`),
  ],
);

/** The filter of a displayed list, so that its `Previous` and `Next` work after a restart. */
export const listQueries = pgTable('list_queries', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  kind: text().notNull(),
  query: jsonb().notNull(),
  createdAt: createdAt(),
});
