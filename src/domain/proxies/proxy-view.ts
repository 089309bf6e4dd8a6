import type { PastCheck } from '../health/check-record.ts';
import type { Page } from '../page.ts';
import type { PlainDetails } from './fields.ts';
import type { ProxyFilter } from './filters.ts';
import type { ProxyHealth, ProxyStatus, ProxyType } from './proxy.ts';

/** A proxy in a list, without credentials. */
export interface ProxySummary extends PlainDetails {
  /** The number, as in #1042. */
  id: number;
  host: string;
  port: number;
  type: ProxyType;
  username: string;
  status: ProxyStatus;
  health: ProxyHealth;
  latencyMs: number | null;
  /** The model that uses it, or that it is in cooldown for. */
  model: string | null;
  coolingUntil: Date | null;
  /** Number of its accounts. */
  load: number;
  lastUsedAt: Date | null;
  removedAt: Date | null;
}

/** A proxy with its details, but without credentials. */
export interface ProxyDetails extends ProxySummary {
  statusReason: string | null;
  statusBy: string | null;
  statusAt: Date | null;
  checkedAt: Date | null;
  exitIp: string | null;
  /** The previous exit IP, and the time since which it has the current one. */
  exitIpBefore: string | null;
  exitIpSince: Date | null;
  /** The newest first. */
  checks: readonly PastCheck[];
  createdAt: Date;
  /** The name of the source that supplies it, and since when that lacks it. */
  source: string | null;
  missingSince: Date | null;
  hasCredentials: boolean;
  hasChangeIpUrl: boolean;
  accounts: readonly { username: string; slot: number; assignedAt: Date; reason: string }[];
}

export const PROXY_SORTS = ['number', 'usage', 'model', 'health', 'latency', 'last_used', 'expiry'] as const;
export type ProxySort = (typeof PROXY_SORTS)[number];

/** The conditions and the order of a list of proxies. */
export type SortedFilter = ProxyFilter & {
  sort: ProxySort;
  /** Usernames are not searched, for people who do not see them. */
  isMasked?: true | undefined;
};

/** A model in a list that is sorted by model, or the proxies without one. */
export interface ModelGroup {
  /** Null for the proxies without a model. */
  model: string | null;
  /** Number of its proxies in the list, of their accounts and of their free slots, counted over up to `COUNTED` proxies. */
  proxies: number;
  accounts: number;
  free: number;
}

/** The models of a list that is sorted by model. */
export interface ModelGroups {
  /** Those of the proxies on the page. */
  shown: readonly ModelGroup[];
  /** Those near the page to which a menu leads, in order; null for the proxies without a model. */
  near: readonly { id: number; name: string | null }[];
}

/** The number of the group of the proxies without a model. */
export const NO_MODEL = 0;

export interface ProxyPage extends Page<ProxySummary, SortedFilter> {
  /** The current `ACCOUNTS_PER_PROXY`. */
  limit: number;
  /** Null in another order. */
  groups: ModelGroups | null;
}
