import { suggestModels } from '../db/queries/accounts/models.ts';
import { suggestActors } from '../db/queries/audit-log.ts';
import { suggestSources } from '../db/queries/sources/sources.ts';
import {
  type AccountName,
  type ProxyName,
  suggestAccounts,
  suggestProxies,
  suggestValues,
} from '../db/queries/suggestions.ts';
import { suggestEnvironments, suggestVps } from '../db/queries/vps/vps.ts';
import type { Queryable } from '../db/sql/rows.ts';
import type { FieldFilter } from '../domain/proxies/fields.ts';
import { NOTHING_SHARED, type SharedResults } from './shared/shared-results.ts';

/**
 * Reads the choices of autocomplete. Discord drops an answer after three seconds, so they have a connection of their own: choices
 * wait for no plan, import or lookup.
 */
export class AutocompleteService {
  readonly #reads: Queryable;
  readonly #shared: SharedResults;

  constructor(deps: { reads: Queryable; shared?: SharedResults }) {
    this.#reads = deps.reads;
    this.#shared = deps.shared ?? NOTHING_SHARED;
  }

  /** @param isMasked whether usernames are not searched, for people who do not see them */
  proxies(typed: string, count: number, isMasked = false): Promise<ProxyName[]> {
    const text = typed.trim();
    return this.#shared.get(['proxies', text, count, isMasked], () =>
      suggestProxies(this.#reads, text, count, isMasked),
    );
  }

  /** @param isMasked the same; then only labels are searched */
  accounts(typed: string, count: number, isMasked = false): Promise<AccountName[]> {
    const text = typed.trim();
    return this.#shared.get(['accounts', text, count, isMasked], () =>
      suggestAccounts(this.#reads, text, count, isMasked),
    );
  }

  /** The values of a field, or the names of models. */
  values(kind: FieldFilter | 'model', typed: string, count: number): Promise<string[]> {
    return this.#shared.get(['values', kind, typed, count], () =>
      kind === 'model' ? suggestModels(this.#reads, typed, count) : suggestValues(this.#reads, kind, typed, count),
    );
  }

  actors(typed: string, count: number): Promise<{ id: string; name: string }[]> {
    const text = typed.trim();
    return this.#shared.get(['actors', text, count], () => suggestActors(this.#reads, text, count));
  }

  sources(typed: string, count: number): Promise<string[]> {
    const text = typed.trim();
    return this.#shared.get(['sources', text, count], () => suggestSources(this.#reads, text, count));
  }

  vps(typed: string, count: number): Promise<string[]> {
    const text = typed.trim();
    return this.#shared.get(['vps', text, count], () => suggestVps(this.#reads, text, count));
  }

  environments(typed: string, count: number): Promise<string[]> {
    const text = typed.trim();
    return this.#shared.get(['environments', text, count], () => suggestEnvironments(this.#reads, text, count));
  }
}
