/** A VPS as lists and cards show it. */
export interface VpsSummary {
  id: number;
  name: string;
  environment: string;
  host: string | null;
  region: string | null;
  notes: string | null;
  /** Accounts that it manages, and how many of them have a proxy. */
  accounts: number;
  assigned: number;
  /** Proxies that its accounts use. */
  proxies: number;
  /** Proxies that somebody wrote down for it. */
  links: number;
}

/** Some of the VPS in scope, and how many stand before them. */
export interface VpsPage {
  rows: readonly VpsSummary[];
  total: number;
  /** From 0. */
  page: number;
  before: number;
  environment: string | null;
}

/** That a VPS has to do with a proxy: its accounts use it, or somebody wrote it down, or both. */
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

/**
 * Where what is written down and what is used part ways: links that no account uses, proxies that are used without a link, and
 * proxies that stand with more than one VPS.
 */
export const DRIFTS = ['unused', 'undocumented', 'shared'] as const;
export type Drift = (typeof DRIFTS)[number];

/** Accounts that go from one thing of the map to the next; null is all the smaller ones together. */
export interface MapFlow {
  from: string | null;
  to: string | null;
  accounts: number;
}

/** Which VPS use which proxies for which models, of one VPS, an environment or everything. */
export interface VpsMap {
  vps: { id: number; name: string } | null;
  environment: string | null;
  /** Counted over all VPS in question. */
  figures: { vps: number; accounts: number; assigned: number; proxies: number; links: number; models: number };
  drift: Record<Drift, number>;
  /** Proxies that accounts of more than one VPS use, of those that are shared. */
  crowded: number;
  /** A few relations of each kind of drift. */
  samples: Record<Drift, readonly VpsRelation[]>;
  /** Whether the flows name single proxies, or their providers. */
  grouping: 'proxy' | 'provider';
  toProxies: readonly MapFlow[];
  toModels: readonly MapFlow[];
  /** How many the flows tell together, of each kind. */
  others: { vps: number; proxies: number; models: number };
}

/** All of one VPS, for the programs on it. */
export interface VpsInventory {
  vps: VpsSummary;
  relations: readonly (VpsRelation & { usernames: readonly string[] })[];
}
