import { sql } from 'drizzle-orm';
import { boolean, check, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytea, createdAt, moment } from './columns.ts';

/** Settings that all processes share: `accounts_per_proxy`, `model_cooldown_days`. */
export const settings = pgTable('settings', {
  key: text().primaryKey(),
  value: jsonb().notNull(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

/** Data keys. `seal` keys encrypt credentials; the one `fingerprint` key identifies passwords and never changes. */
export const encryptionKeys = pgTable(
  'encryption_keys',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    purpose: text().notNull(),
    isCurrent: boolean('is_current').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    check('encryption_keys_purpose', sql`${table.purpose} in ('seal', 'fingerprint')`),
    uniqueIndex('encryption_keys_one_current').on(table.purpose).where(sql`${table.isCurrent}`),
  ],
);

/** A data key as stored: encrypted by an ENCRYPTION_KEY, of which `kek_id` is a short hash. */
export const encryptionKeyWraps = pgTable(
  'encryption_key_wraps',
  {
    keyId: integer('key_id')
      .notNull()
      .references(() => encryptionKeys.id, { onDelete: 'cascade' }),
    kekId: text('kek_id').notNull(),
    wrapped: bytea().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.kekId] })],
);
