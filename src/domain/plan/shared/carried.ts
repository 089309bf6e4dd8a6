/** The number of a model's accounts per network. An unknown network (`null`) is never counted. */
export class Carried {
  readonly #counts: Map<string, number>;

  constructor(counts: Iterable<readonly [string, number]> = []) {
    this.#counts = new Map(counts);
  }

  on(network: string | null): number {
    return network === null ? 0 : (this.#counts.get(network) ?? 0);
  }

  /** @returns the new number for the network */
  add(network: string | null, accounts: number): number {
    if (network === null) return 0;
    const count = this.on(network) + accounts;
    this.#counts.set(network, count);
    return count;
  }

  copy(): Carried {
    const copy = new Carried();
    for (const [network, count] of this.#counts) copy.#counts.set(network, count);
    return copy;
  }
}
