import { sql } from 'drizzle-orm';
import { bigint, customType, integer, numeric, pgEnum, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { PlainKey } from '../../domain/proxies/fields.ts';
import { PROXY_HEALTHS, PROXY_STATUSES, PROXY_TYPES } from '../../domain/proxies/proxy.ts';

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

export const moment = (name: string) => timestamp(name, { withTimezone: true });

export const createdAt = () => moment('created_at').notNull().defaultNow();

/**
 * The plan that staged rows belong to. Without a foreign key: plans keep their rows, the check of each row would cost as much as
 * writing it, and `purgePlans` deletes the rows of every plan that is not open, missing plans included.
 */
export const stagedPlanId = () => bigint('plan_id', { mode: 'number' }).notNull();

export const proxyType = pgEnum('proxy_type', PROXY_TYPES);

export const proxyStatus = pgEnum('proxy_status', PROXY_STATUSES);

export const proxyHealthState = pgEnum('proxy_health_state', PROXY_HEALTHS);

/**
 * Encrypted credentials. `credential_id` is the associated data of both ciphertexts and is copied with them from row to
 * row.
 */
export const sealedColumns = {
  credentialId: uuid('credential_id').notNull(),
  passwordFingerprint: bytea('password_fingerprint').notNull(),
  passwordSealed: bytea('password_sealed'),
  changeIpUrlSealed: bytea('change_ip_url_sealed'),
};

/** The columns of the fields that are declared in `fields.ts` and are not secret. */
const plainColumns = {
  provider: text(),
  country: text(),
  city: text(),
  label: text(),
  notes: text(),
  tags: text().array().notNull().default(sql`'{}'`),
  expiresAt: moment('expires_at'),
  monthlyCost: numeric('monthly_cost', { precision: 12, scale: 2, mode: 'number' }),
  externalId: text('external_id'),
} satisfies Record<PlainKey, unknown>;

/**
 * The fields of a proxy in a provider's file; the same columns exist in `proxies` and in the staged rows of an import.
 */
export const importedColumns = {
  host: text().notNull(),
  port: integer().notNull(),
  type: proxyType().notNull(),
  /** Empty if the proxy requires none. */
  username: text().notNull(),
  ...sealedColumns,
  ...plainColumns,
};
