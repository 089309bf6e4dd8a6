import { suggestModels } from '../db/queries/accounts/models.ts';
import { suggestActors } from '../db/queries/audit-log.ts';
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

/**
 * Reads the choices of autocomplete. Discord drops an answer after three seconds, so they have a connection of their own: choices
 * wait for no plan, import or lookup.
 */
export class AutocompleteService {
  readonly #reads: Queryable;

  constructor(deps: { reads: Queryable }) {
    this.#reads = deps.reads;
  }

  proxies(typed: string, count: number): Promise<ProxyName[]> {
    return suggestProxies(this.#reads, typed.trim(), count);
  }

  accounts(typed: string, count: number): Promise<AccountName[]> {
    return suggestAccounts(this.#reads, typed.trim(), count);
  }

  /** The values of a field, or the names of models. */
  values(kind: FieldFilter | 'model', typed: string, count: number): Promise<string[]> {
    return kind === 'model' ? suggestModels(this.#reads, typed, count) : suggestValues(this.#reads, kind, typed, count);
  }

  actors(typed: string, count: number): Promise<{ id: string; name: string }[]> {
    return suggestActors(this.#reads, typed.trim(), count);
  }

  vps(typed: string, count: number): Promise<string[]> {
    return suggestVps(this.#reads, typed.trim(), count);
  }

  environments(typed: string, count: number): Promise<string[]> {
    return suggestEnvironments(this.#reads, typed.trim(), count);
  }
}
