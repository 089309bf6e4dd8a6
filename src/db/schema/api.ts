import { index, integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { vps } from './accounts.ts';
import { bytea, moment } from './columns.ts';

/** Tokens of VPS. The token itself is shown once and not stored. Removing a VPS removes its tokens. */
export const apiTokens = pgTable(
  'api_tokens',
  {
    /** Part of the token, so that its row is found without comparing secrets. */
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    vpsId: integer('vps_id')
      .notNull()
      .references(() => vps.id, { onDelete: 'cascade' }),
    /** SHA-256 of the secret part: 256 random bits need no slow hash. */
    hash: bytea().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [index('api_tokens_vps').on(table.vpsId, table.id)],
);

/** Responses to requests with an `Idempotency-Key`, which are sent again if the request is repeated. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** The actor's id: two callers may choose the same key. */
    caller: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of method, path and body: the same key with another request is an error. */
    request: text().notNull(),
    /** The attempt that holds the key, or held it last: it alone releases it. */
    attempt: uuid().notNull().defaultRandom(),
    /** Null while the request is in progress, until `locked_until`. */
    status: smallint(),
    body: text(),
    /** A note of the work, written in the transaction that did it; a repetition makes its answer from this. Null: nothing. */
    work: jsonb(),
    lockedUntil: moment('locked_until').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.caller, table.key] }),
    index('idempotency_keys_created').on(table.createdAt),
  ],
);
