import { count, plural } from '../domain/counted.ts';
import type { EntryProxies } from '../domain/parse/provider-entries.ts';
import { formatAddress } from '../domain/proxies/address.ts';
import type { ProxyFields } from '../domain/proxies/proxy.ts';
import { type ListedPage, type ListedProxy, MAX_LISTED, type RefusedEntry } from '../domain/sources/listed.ts';
import { SourceError } from '../domain/sources/source-error.ts';
import type { RawEntry, RawPage } from './provider.ts';

/** Adds up the pages of one list, and judges whether they are the whole of it. */
export class ListReader {
  readonly #host: string;
  readonly #seen = new Set<string>();
  #total: number | null = null;
  #counted = 0;
  #repeated = 0;
  #unnamed = 0;
  #hasShifted = false;

  constructor(host: string) {
    this.#host = host;
  }

  /**
   * @param read the proxies of each entry
   * @throws SourceError if the list is too long, or if a page brings nothing but what came before
   */
  add({ entries, total, counted = entries.length, replacements = [] }: RawPage, read: EntryProxies[]): ListedPage {
    this.#count(total, counted);
    const proxies: ListedProxy[] = [];
    const refused: RefusedEntry[] = [];
    for (const [at, entry] of entries.entries()) {
      for (const fields of read[at] ?? []) {
        if ('reason' in fields) refused.push({ externalId: this.#idOfRefused(entry), reason: fields.reason });
        else this.#take(proxies, { externalId: idOf(entry, fields), state: entry.state, fields });
      }
    }
    const isRepeat = entries.length > 0 && proxies.length + refused.length === 0;
    if (isRepeat) throw this.#incomplete('a page repeats another one');
    return { proxies, replacements, refused, total };
  }

  /** For a list without ids, which may have a proxy twice. */
  addPlain(fields: readonly ProxyFields[], refused: RefusedEntry[]): ListedPage {
    const proxies: ListedProxy[] = [];
    for (const each of fields) {
      const key = `${formatAddress(each.host, each.port)} ${JSON.stringify([each.username, each.password])}`;
      if (!this.#seen.has(key)) proxies.push({ externalId: null, state: 'active', fields: each });
      this.#seen.add(key);
    }
    this.#unnamed += refused.length;
    return { proxies, replacements: [], refused, total: null };
  }

  /** @throws SourceError if the pages do not add up to a whole list */
  finish(): void {
    if (this.#hasShifted) throw this.#incomplete('it changed while it was read');
    if (this.#repeated > 0)
      throw this.#incomplete(`its pages overlap in ${plural(this.#repeated, 'entry', 'entries')}`);
    if (this.#total !== null && this.#total !== this.#counted) {
      throw this.#incomplete(
        `it has ${plural(this.#counted, 'entry', 'entries')}, and its own count is ${count(this.#total)}`,
      );
    }
    if (this.#unnamed > 0) throw this.#incomplete(`${plural(this.#unnamed, 'entry', 'entries')} cannot be read`);
  }

  #count(total: number | null, counted: number): void {
    this.#hasShifted ||= total !== null && this.#total !== null && total !== this.#total;
    this.#total ??= total;
    this.#counted += counted;
    if (Math.max(this.#counted, this.#total ?? 0) > MAX_LISTED) throw this.#tooMany();
  }

  #take(proxies: ListedProxy[], proxy: ListedProxy): void {
    const { externalId } = proxy;
    if (externalId !== null && this.#isRepeated(externalId)) return;
    if (this.#seen.size > MAX_LISTED) throw this.#tooMany();
    proxies.push(proxy);
  }

  #isRepeated(externalId: string): boolean {
    const isRepeated = this.#seen.has(externalId);
    if (isRepeated) this.#repeated++;
    else this.#seen.add(externalId);
    return isRepeated;
  }

  #idOfRefused({ id }: RawEntry): string | null {
    if (typeof id !== 'string') this.#unnamed++;
    else if (!this.#seen.has(id)) this.#seen.add(id);
    else this.#repeated++;
    return typeof id === 'string' ? id : null;
  }

  #tooMany(): SourceError {
    return new SourceError('too_many', `The list of ${this.#host} has more than 200,000 proxies, which is the limit.`);
  }

  #incomplete(why: string): SourceError {
    return new SourceError('incomplete', `The list of ${this.#host} is incomplete: ${why}.`);
  }
}

const idOf = ({ id }: RawEntry, fields: ProxyFields) => (typeof id === 'string' ? id : id(fields));
