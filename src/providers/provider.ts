import type { ProviderEntry } from '../domain/parse/provider-entries.ts';
import type { ProxyFields } from '../domain/proxies/proxy.ts';
import type { ApiKind, ListedReplacement, ListedState } from '../domain/sources/listed.ts';
import type { SourceKey } from '../domain/sources/source-key.ts';
import type { SourceHttp } from './source-http.ts';

/** One entry of an answer: a proxy, or an order with several. */
export interface RawEntry {
  /** The provider's id; a function of the proxy where an order holds several. */
  id: string | ((fields: ProxyFields) => string);
  state: ListedState;
  value: ProviderEntry;
}

/** A page as the provider answers it. */
export interface RawPage {
  entries: RawEntry[];
  /** How many the provider says the whole list has; null if it does not say. */
  total: number | null;
  /** How many of these the page has, if not every one is an entry. */
  counted?: number;
  replacements?: ListedReplacement[];
}

/** The differences between providers. */
export interface Provider {
  /** The address of its API. */
  url: string;
  /** Headers that authenticate a request. */
  headers?(key: SourceKey): Readonly<Record<string, string>>;
  /**
   * The pages of the list, each read when it is asked for. The first page takes one request, unless the provider refuses it.
   *
   * @throws SourceError
   */
  list(key: SourceKey, http: SourceHttp): AsyncIterable<RawPage>;
}

export type Providers = Readonly<Record<ApiKind, Provider>>;
