import type { ListedPage, ListedProxy, ListedReplacement } from '../../src/domain/sources/listed.ts';
import { SourceError, type SourceErrorCode } from '../../src/domain/sources/source-error.ts';
import type { SourceSyncsDeps } from '../../src/services/sources/source-syncs.ts';
import type { Gate } from '../process/gate.ts';

/** Few, so that the list of a small pool has several pages and can end between them. */
const PAGE = 4;
const PORT = 8000;

/** A proxy that the provider sells. Another generation has another address under the same id. */
export interface Sold {
  externalId: string;
  host: string;
  password: string;
  country: string;
  isListed: boolean;
}

/** How the next list goes wrong: it ends with an error after so many pages, and before the last one. */
export interface ListFault {
  code: SourceErrorCode;
  afterPages: number;
}

const NOTHING = {
  provider: null,
  city: null,
  label: null,
  tags: [],
  notes: null,
  expiresAt: null,
  monthlyCost: null,
  changeIpUrl: null,
};

/** A provider with an API, whose list changes. */
export class SimulatedProvider {
  readonly sold: Sold[] = [];
  readonly replacements: ListedReplacement[] = [];
  fault: ListFault | undefined;
  /** The key that it accepts. */
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  get listed(): Sold[] {
    return this.sold.filter(({ isListed }) => isListed);
  }

  /** The provider replaces a proxy by one at another address. */
  replace(sold: Sold, host: string, password: string): void {
    this.replacements.push({ from: { host: sold.host, port: PORT }, to: { host, port: PORT } });
    Object.assign(sold, { host, password });
  }

  /** The API as one process reaches it. */
  reader(gate: Gate): SourceSyncsDeps['reader'] {
    return { read: ({ key }) => this.#read(gate, key), test: async ({ key }) => this.#test(gate, key) };
  }

  async #test(gate: Gate, key: Readonly<Record<string, string>>): Promise<null> {
    await gate.enter();
    if (key.key !== this.key) throw new SourceError('key_rejected', 'The provider refuses the key.');
    return null;
  }

  async *#read(gate: Gate, key: Readonly<Record<string, string>>): AsyncGenerator<ListedPage, void> {
    await this.#test(gate, key);
    const { fault } = this;
    const all = this.listed.map(asListed);
    const pages = Math.max(1, Math.ceil(all.length / PAGE));
    const failing = fault && Math.min(fault.afterPages, pages - 1);
    for (let page = 0; page < pages; page++) {
      await gate.enter();
      if (fault && page === failing) throw new SourceError(fault.code, 'The list ended early.');
      const isLast = page === pages - 1;
      const proxies = all.slice(page * PAGE, (page + 1) * PAGE);
      yield { proxies, replacements: isLast ? [...this.replacements] : [], refused: [], total: all.length };
    }
  }
}

const asListed = ({ externalId, host, password, country }: Sold): ListedProxy => ({
  externalId,
  state: 'active',
  fields: { ...NOTHING, externalId, country, host, port: PORT, type: 'http', username: 'sold', password },
});
