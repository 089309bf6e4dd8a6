import type { Details } from './fields.ts';

export const PROXY_TYPES = ['http', 'https', 'socks4', 'socks5'] as const;
export type ProxyType = (typeof PROXY_TYPES)[number];

export const PROXY_STATUSES = ['active', 'inactive', 'blocked'] as const;
export type ProxyStatus = (typeof PROXY_STATUSES)[number];

export const PROXY_HEALTHS = ['unknown', 'healthy', 'degraded', 'failing'] as const;
export type ProxyHealth = (typeof PROXY_HEALTHS)[number];

/**
 * The maximum number of accounts per proxy (rule R1). The schema builds its constraint from this number, so a change
 * needs a migration: see docs/how-to-add.md.
 */
export const MAX_ACCOUNTS_PER_PROXY = 3;

/**
 * `ACCOUNTS_PER_PROXY` if it is not set. It is independent of the maximum, so that a higher maximum does not change
 * deployments.
 */
export const DEFAULT_ACCOUNTS_PER_PROXY = 3;

/**
 * A proxy as delivered by a provider. `null` means not given. The host is in lower case, IPv6 in canonical form without
 * brackets; the country is an ISO 3166-1 alpha-2 code in upper case; cost is per month, without a currency. `fields.ts`
 * declares the fields that are not listed here.
 */
export interface ProxyFields extends Details {
  host: string;
  port: number;
  type: ProxyType;
  username: string | null;
  password: string | null;
}
