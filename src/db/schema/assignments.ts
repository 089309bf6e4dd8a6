import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { MAX_ACCOUNTS_PER_PROXY } from '../../domain/proxies/proxy.ts';
import { accounts, models } from './accounts.ts';
import { moment } from './columns.ts';
import { proxies } from './proxies.ts';

/** The model that uses a proxy, or that it is in cooldown for (R2, R6). A proxy without a row is unclaimed. */
export const proxyModelClaims = pgTable(
  'proxy_model_claims',
  {
    proxyId: integer('proxy_id')
      .primaryKey()
      .references(() => proxies.id),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    since: moment('since').notNull().defaultNow(),
    coolingUntil: moment('cooling_until'),
    /**
     * Until when an earlier stay of the model reserves the proxy (R6), whatever becomes of the present ones. Nothing else reads it
     * while the proxy has assignments.
     */
    reservedUntil: moment('reserved_until'),
  },
  (table) => [
    unique('proxy_model_claims_pair').on(table.proxyId, table.modelId),
    index('proxy_model_claims_model').on(table.modelId, table.proxyId),
    index('proxy_model_claims_cooling').on(table.coolingUntil).where(sql`${table.coolingUntil} is not null`),
  ],
);

/**
 * The current assignments. Slots from 1 to the maximum limit the accounts of a proxy (R1), the claim limits it to one
 * model (R2), the primary key limits an account to one proxy (R3). Every column of these keys is NOT NULL, because none
 * of them would apply to a NULL. A trigger writes the history.
 */
export const accountProxyAssignments = pgTable(
  'account_proxy_assignments',
  {
    /** The index of the key has the proxy too, where it needs no more space: so the proxies of many accounts are read from the index alone. */
    accountId: integer('account_id').primaryKey(),
    proxyId: integer('proxy_id').notNull(),
    modelId: integer('model_id').notNull(),
    slot: smallint().notNull(),
    assignedAt: moment('assigned_at').notNull().defaultNow(),
    assignedBy: text('assigned_by').notNull(),
    reason: text().notNull(),
    /**
     * When the credentials were first shown to a program or a person; an assignment that ends before that starts no
     * cooldown (R6).
     */
    handedOutAt: moment('handed_out_at'),
  },
  (table) => [
    unique('account_proxy_assignments_slot').on(table.proxyId, table.slot),
    index('account_proxy_assignments_model').on(table.modelId, table.proxyId),
    check(
      'account_proxy_assignments_slot_range',
      sql`${table.slot} between 1 and ${sql.raw(String(MAX_ACCOUNTS_PER_PROXY))}`,
    ),
    foreignKey({
      name: 'account_proxy_assignments_claim',
      columns: [table.proxyId, table.modelId],
      foreignColumns: [proxyModelClaims.proxyId, proxyModelClaims.modelId],
    }),
    foreignKey({
      name: 'account_proxy_assignments_account',
      columns: [table.accountId, table.modelId],
      foreignColumns: [accounts.id, accounts.modelId],
    }),
  ],
);

/**
 * Which account used which proxy, and when (R9). Rows are only added, and an end is written once. A trigger refuses
 * other changes.
 */
export const assignmentHistory = pgTable(
  'assignment_history',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    proxyId: integer('proxy_id')
      .notNull()
      .references(() => proxies.id),
    modelId: integer('model_id').notNull(),
    startedAt: moment('started_at').notNull(),
    startedBy: text('started_by').notNull(),
    startReason: text('start_reason').notNull(),
    endedAt: moment('ended_at'),
    endedBy: text('ended_by'),
    endReason: text('end_reason'),
  },
  (table) => [
    uniqueIndex('assignment_history_open').on(table.accountId).where(sql`${table.endedAt} is null`),
    index('assignment_history_account').on(table.accountId, table.id),
    index('assignment_history_proxy').on(table.proxyId, table.id),
  ],
);
