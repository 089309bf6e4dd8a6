import type { ProxyFields } from '../proxies/proxy.ts';

/** The API of a provider, or any address that answers with a list that an import reads. */
export const SOURCE_KINDS = ['webshare', 'proxy-seller', 'px6', 'proxy-cheap', 'iproyal', 'url'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
export type ApiKind = Exclude<SourceKind, 'url'>;
/** The kinds whose address is the provider's own. */
export const API_KINDS = SOURCE_KINDS.filter((kind) => kind !== 'url');

/** The limits of one sync. */
export const MAX_LISTED = 200_000;
export const MAX_LIST_BYTES = 100 * 1024 * 1024;
export const MAX_LIST_MS = 5 * 60_000;

/** `expired`: the provider itself says that the proxy has ended. */
export const LISTED_STATES = ['active', 'expired'] as const;
export type ListedState = (typeof LISTED_STATES)[number];

/** One proxy in the list of a source. No list has the same external id, or the same proxy without one, twice. */
export interface ListedProxy {
  /** The provider's name for it, unique within the source; null if the list gives none, as `url` lists do. */
  externalId: string | null;
  state: ListedState;
  /** A field that the provider does not give has its `none`: null, or an empty list. */
  fields: ProxyFields;
}

/** A proxy that the provider has replaced. Only the end of a chain is named: of A → B → C there are A → C and B → C. */
export interface ListedReplacement {
  from: ListedAddress;
  to: ListedAddress;
}

/** In the form of the pool: lower case, IPv6 canonical and without brackets. */
export interface ListedAddress {
  host: string;
  port: number;
}

/** An entry of a list that is not a proxy which the pool takes, such as one at a private address. */
export interface RefusedEntry {
  /** Null if the entry has none that can be read. The proxy that has this id is in the list: it is not missing. */
  externalId: string | null;
  /** A sentence without any of the entry's values. */
  reason: string;
}

/**
 * A part of a list: a page of the provider's answer, or a slice of at most 1,000 entries of a long one.
 *
 * The list is complete if and only if the iteration over its pages ends without a `SourceError`. If one is thrown, the
 * pages before it hold, and nothing may be reported as missing.
 */
export interface ListedPage {
  proxies: ListedProxy[];
  /** In the last page of a list whose provider names successors; else empty. */
  replacements: ListedReplacement[];
  refused: RefusedEntry[];
  /** How many entries the provider says the whole list has; null if it does not say. */
  total: number | null;
}
