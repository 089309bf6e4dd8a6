import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, numeric, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { SOURCE_KINDS } from '../../domain/sources/listed.ts';
import { SOURCE_MODES, SYNC_OUTCOMES } from '../../domain/sources/source.ts';
import { bytea, createdAt, moment, proxyType } from './columns.ts';
import { messages } from './messages.ts';

const choices = (values: readonly string[]) => sql.raw(values.map((value) => `'${value}'`).join(', '));

/** The APIs of providers, and URLs, that proxies are synchronized from. A removed source keeps its row, without its key. */
export const sources = pgTable(
  'sources',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    /** The name in its normal form. */
    key: text().notNull(),
    kind: text({ enum: SOURCE_KINDS }).notNull(),
    /** The provider of its new proxies, if the list names none. */
    provider: text(),
    /** Hours between two syncs. */
    everyHours: integer('every_hours').notNull(),
    mode: text({ enum: SOURCE_MODES }).notNull(),
    /** The associated data of `key_sealed`. */
    credentialId: uuid('credential_id').notNull(),
    /** The parts of the key as JSON, encrypted. */
    keySealed: bytea('key_sealed'),
    nextSyncAt: moment('next_sync_at').notNull().defaultNow(),
    /** When the last sync ended, and when the last one ended that read a complete list. */
    syncedAt: moment('synced_at'),
    completeAt: moment('complete_at'),
    /** The sync that runs, or that ran last, and until when a process has it. */
    syncId: bigint('sync_id', { mode: 'number' }),
    leasedUntil: moment('leased_until'),
    /** Failed syncs in a row. */
    failures: integer().notNull().default(0),
    /** The plan of the last sync that found something to do. */
    planId: bigint('plan_id', { mode: 'number' }),
    /** The basis of the plan that was skipped: the same is not announced again. */
    skipped: text(),
    /** The message in the ops channel that shows the open plan. */
    messageId: integer('message_id').references(() => messages.id, { onDelete: 'set null' }),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    removedAt: moment('removed_at'),
  },
  (table) => [
    uniqueIndex('sources_key').on(table.key).where(sql`${table.removedAt} is null`),
    check('sources_kind', sql`${table.kind} in (${choices(SOURCE_KINDS)})`),
    check('sources_mode', sql`${table.mode} in (${choices(SOURCE_MODES)})`),
    check('sources_every', sql`${table.everyHours} between 1 and 168`),
    check('sources_sealed', sql`(${table.keySealed} is null) = (${table.removedAt} is not null)`),
  ],
);

/** Each run of a sync. */
export const sourceSyncs = pgTable(
  'source_syncs',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    sourceId: integer('source_id')
      .notNull()
      .references(() => sources.id, { onDelete: 'cascade' }),
    actorId: text('actor_id').notNull(),
    startedAt: moment('started_at').notNull().defaultNow(),
    endedAt: moment('ended_at'),
    /** Null while it runs, and if its process died. */
    outcome: text({ enum: SYNC_OUTCOMES }),
    /** Why the list is not complete: the code, and the sentence. */
    problem: text(),
    message: text(),
    /** Number of proxies in the list. */
    listed: integer(),
    /** Number of entries of the list that are not proxies which the pool takes. */
    refused: integer(),
  },
  (table) => [
    check('source_syncs_outcome', sql`${table.outcome} in (${choices(SYNC_OUTCOMES)})`),
    index('source_syncs_source').on(table.sourceId, table.id),
  ],
);

/**
 * The values that the source last gave for each of its proxies, as far as it was taken over. A value of the pool that differs from it was
 * edited by a person, and stays. Proxies keep their rows.
 */
export const sourceListings = pgTable('source_listings', {
  proxyId: integer('proxy_id').primaryKey(),
  sourceId: integer('source_id').notNull(),
  type: proxyType().notNull(),
  username: text().notNull(),
  passwordFingerprint: bytea('password_fingerprint').notNull(),
  country: text(),
  city: text(),
  expiresAt: moment('expires_at'),
  monthlyCost: numeric('monthly_cost', { precision: 12, scale: 2, mode: 'number' }),
});
