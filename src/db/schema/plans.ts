import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { createdAt, moment, proxyType, sealedColumns, suppliedColumns } from './columns.ts';
import { proxies } from './proxies.ts';

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

/** The rows of a file as they were read, until the import is applied, cancelled or expired. */
export const importRows = pgTable(
  'import_rows',
  {
    planId: bigint('plan_id', { mode: 'number' })
      .notNull()
      .references(() => plans.id),
    line: integer().notNull(),
    /** 0: the line has one reading; 1 and 2: the two readings of an ambiguous batch. */
    reading: smallint().notNull(),
    ...suppliedColumns,
  },
  (table) => [primaryKey({ columns: [table.planId, table.line, table.reading] })],
);

/** The lines of a file that were not understood, secrets masked. */
export const importRejections = pgTable(
  'import_rejections',
  {
    planId: bigint('plan_id', { mode: 'number' })
      .notNull()
      .references(() => plans.id),
    line: integer().notNull(),
    reading: smallint().notNull(),
    reason: text().notNull(),
    text: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.line, table.reading] })],
);

/** What an import overwrote, so that `Undo` can put it back: the proxies that it updated or revived. */
export const importUndo = pgTable(
  'import_undo',
  {
    planId: bigint('plan_id', { mode: 'number' })
      .notNull()
      .references(() => plans.id),
    proxyId: integer('proxy_id')
      .notNull()
      .references(() => proxies.id),
    type: proxyType().notNull(),
    ...sealedColumns,
    removedAt: moment('removed_at'),
    importPlanId: bigint('import_plan_id', { mode: 'number' }),
    /** The proxy's version after the import: whatever changed it since is not undone. */
    versionAfter: integer('version_after').notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.proxyId] })],
);

/** What a list on screen was asked for, so that its `Previous` and `Next` work after a restart. */
export const listQueries = pgTable('list_queries', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  kind: text().notNull(),
  query: jsonb().notNull(),
  createdAt: createdAt(),
});
