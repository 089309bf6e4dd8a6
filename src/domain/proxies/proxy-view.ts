import type { PastCheck } from '../health/check-record.ts';
import type { Page } from '../page.ts';
import type { PlainDetails } from './fields.ts';
import type { ProxyFilter } from './filters.ts';
import type { ProxyHealth, ProxyStatus, ProxyType } from './proxy.ts';

/** A proxy as lists show it: no credentials. */
export interface ProxySummary extends PlainDetails {
  /** The number: #1042. */
  id: number;
  host: string;
  port: number;
  type: ProxyType;
  username: string;
  status: ProxyStatus;
  health: ProxyHealth;
  latencyMs: number | null;
  /** The model that holds it, or that it is cooling for. */
  model: string | null;
  coolingUntil: Date | null;
  /** Accounts that it carries. */
  load: number;
  lastUsedAt: Date | null;
  removedAt: Date | null;
}

/** A proxy as its card shows it: still no credentials. */
export interface ProxyDetails extends ProxySummary {
  statusReason: string | null;
  statusBy: string | null;
  statusAt: Date | null;
  checkedAt: Date | null;
  exitIp: string | null;
  /** The exit IP that it had before this one, and since when it has this one. */
  exitIpBefore: string | null;
  exitIpSince: Date | null;
  /** The newest first. */
  checks: readonly PastCheck[];
  createdAt: Date;
  hasCredentials: boolean;
  hasChangeIpUrl: boolean;
  accounts: readonly { username: string; slot: number; assignedAt: Date; reason: string }[];
}

export const PROXY_SORTS = ['number', 'usage', 'model', 'health', 'latency', 'last_used', 'expiry'] as const;
export type ProxySort = (typeof PROXY_SORTS)[number];

/** What a list of proxies is asked for. */
export type SortedFilter = ProxyFilter & { sort: ProxySort };

export interface ProxyPage extends Page<ProxySummary, SortedFilter> {
  /** `ACCOUNTS_PER_PROXY` as it is now. */
  limit: number;
}
