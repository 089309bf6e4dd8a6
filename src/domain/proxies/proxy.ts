import type { Details } from './fields.ts';

export const PROXY_TYPES = ['http', 'https', 'socks4', 'socks5'] as const;
export type ProxyType = (typeof PROXY_TYPES)[number];

export const PROXY_STATUSES = ['active', 'inactive', 'blocked'] as const;
export type ProxyStatus = (typeof PROXY_STATUSES)[number];

export const PROXY_HEALTHS = ['unknown', 'healthy', 'degraded', 'failing'] as const;
export type ProxyHealth = (typeof PROXY_HEALTHS)[number];

/**
 * The most accounts that one proxy can ever carry (rule R1). The schema builds its constraint from this number, so another one takes
 * a migration: see docs/how-to-add.md.
 */
export const MAX_ACCOUNTS_PER_PROXY = 3;

/** `ACCOUNTS_PER_PROXY` if it is not set; on its own, so that another maximum changes no deployment. */
export const DEFAULT_ACCOUNTS_PER_PROXY = 3;

/**
 * A proxy as a provider hands it out. `null` is "not said". Host in lower case, IPv6 in its canonical form without brackets;
 * country as an ISO 3166-1 alpha-2 code in upper case; cost per month without a currency. The fields that are not named here are
 * declared in `fields.ts`.
 */
export interface ProxyFields extends Details {
  host: string;
  port: number;
  type: ProxyType;
  username: string | null;
  password: string | null;
}
