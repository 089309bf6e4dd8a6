import { sql } from 'drizzle-orm';
import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** Who changed what, when and why (R9). Rows are only added. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull().defaultNow(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    /** `noun.verb`, such as `proxy.import`. */
    action: text().notNull(),
    entity: text().notNull(),
    entityId: text('entity_id').notNull(),
    before: jsonb(),
    after: jsonb(),
    reason: text(),
    /** Set for a single row of a change of many: the plan, whose own entry sums it up. */
    planId: bigint('plan_id', { mode: 'number' }),
  },
  (table) => [
    index('audit_log_entity').on(table.entity, table.entityId, table.id),
    index('audit_log_actor').on(table.actorId, table.id),
    index('audit_log_whole').on(table.id).where(sql`${table.planId} is null`),
    index('audit_log_whole_actor').on(table.actorId, table.id).where(sql`${table.planId} is null`),
    index('audit_log_plan').on(table.planId, table.id).where(sql`${table.planId} is not null`),
    index('audit_log_at').using('brin', table.at),
  ],
);
