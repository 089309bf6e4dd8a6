import type { LoopbackProxy } from '../proxies/loopback-proxy.ts';

/** An entry of a provider's list. */
export interface Supplied {
  id: number;
  proxy: LoopbackProxy;
}

/** A proxy that the provider has replaced by another one. */
export interface Swap {
  id: number;
  from: LoopbackProxy;
  to: LoopbackProxy;
  at: Date;
}

export const SUPPLY_CHANGES = ['replace', 'drop', 'add'] as const;
export type SupplyChange = (typeof SUPPLY_CHANGES)[number];

/** How many proxies each change concerns. */
export const CHANGE_SIZES: Readonly<Record<SupplyChange, number>> = { replace: 3, drop: 5, add: 10 };

const FIRST = 20;

/** The proxies that a provider sells, and which of them are in its list now. */
export class Supply {
  readonly #listed: Supplied[];
  /** Those that were left out last come last, so that they return as late as possible. */
  readonly #unlisted: LoopbackProxy[];
  readonly #swaps: Swap[] = [];
  #lastId: number;

  constructor(proxies: readonly LoopbackProxy[]) {
    this.#listed = proxies.slice(0, FIRST).map((proxy, n) => ({ id: n + 1, proxy }));
    this.#unlisted = proxies.slice(FIRST);
    this.#lastId = this.#listed.length;
  }

  get listed(): readonly Supplied[] {
    return this.#listed;
  }

  /** The latest first. */
  get swaps(): readonly Swap[] {
    return this.#swaps;
  }

  /** Replaces the first proxies, leaves out the last ones, or adds some at the end: as many as there are. */
  change(change: SupplyChange, now: Date): void {
    if (change === 'replace') this.#replace(now);
    else if (change === 'drop') this.#drop();
    else this.#add();
  }

  #replace(now: Date): void {
    const entries = this.#listed.splice(0, Math.min(CHANGE_SIZES.replace, this.#unlisted.length));
    for (const { id, proxy } of entries) {
      const to = this.#unlisted.shift();
      if (!to) continue;
      this.#swaps.unshift({ id: this.#swaps.length + 1, from: proxy, to, at: now });
      this.#unlisted.push(proxy);
      this.#listed.push({ id, proxy: to });
    }
  }

  #drop(): void {
    const from = Math.max(0, this.#listed.length - CHANGE_SIZES.drop);
    this.#unlisted.push(...this.#listed.splice(from).map(({ proxy }) => proxy));
  }

  #add(): void {
    const added = this.#unlisted.splice(0, CHANGE_SIZES.add);
    this.#listed.push(...added.map((proxy) => ({ id: ++this.#lastId, proxy })));
  }
}
