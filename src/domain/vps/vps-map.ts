import type { Page } from '../page.ts';

/** A VPS in lists and on cards. */
export interface VpsSummary {
  id: number;
  name: string;
  environment: string;
  host: string | null;
  region: string | null;
  notes: string | null;
  /** Number of accounts that it manages, and of those with a proxy. */
  accounts: number;
  assigned: number;
  /** Number of proxies that its accounts use. */
  proxies: number;
  /** Number of proxies that are documented for it. */
  links: number;
}

export interface VpsFilter {
  environment?: string | undefined;
}

/** By environment and name. */
export type VpsPage = Page<VpsSummary, VpsFilter>;

/** The relation of a VPS and a proxy: its accounts use the proxy, it is documented, or both. */
export interface VpsRelation {
  vpsId: number;
  vps: string;
  environment: string;
  proxyId: number;
  host: string;
  port: number;
  /** Accounts of the VPS on the proxy. */
  accounts: number;
  isDocumented: boolean;
  notes: string | null;
}

/** The author of links that the bot documents by its own assignments. It removes them when no account uses them any more. */
export const BOT_AUTHOR = 'bot';

/**
 * The kinds of drift between documentation and use: links that no account uses, proxies that are used without a link,
 * and proxies that belong to more than one VPS.
 */
export const DRIFTS = ['unused', 'undocumented', 'shared'] as const;
export type Drift = (typeof DRIFTS)[number];

/** Number of accounts between two items of the map; null stands for all smaller items together. */
export interface MapFlow {
  from: string | null;
  to: string | null;
  accounts: number;
}

/** Use of proxies by VPS and models, for one VPS, an environment or everything. */
export interface VpsMap {
  vps: { id: number; name: string } | null;
  environment: string | null;
  /** Counted over all VPS in scope. */
  figures: { vps: number; accounts: number; assigned: number; proxies: number; links: number; models: number };
  drift: Record<Drift, number>;
  /** Number of shared proxies that accounts of more than one VPS use. */
  crowded: number;
  /** A few relations of each kind of drift. */
  samples: Record<Drift, readonly VpsRelation[]>;
  /** Whether the flows name single proxies or their providers. */
  grouping: 'proxy' | 'provider';
  toProxies: readonly MapFlow[];
  toModels: readonly MapFlow[];
  /** Number of items of each kind that the flows combine. */
  others: { vps: number; proxies: number; models: number };
}

/** The data of one VPS for the programs on it. */
export interface VpsInventory {
  vps: VpsSummary;
  relations: readonly (VpsRelation & { usernames: readonly string[] })[];
}
