/** Random numbers that a seed determines. Each named part of a run has a sequence of its own, so that one part does not shift another. */
export class Random {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** Another sequence of the same seed. */
  fork(name: string): Random {
    let mixed = this.#seed ^ 0x9e3779b9;
    for (const each of name) mixed = Math.imul(mixed ^ (each.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    return new Random(mixed);
  }

  /** From 0 to less than 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws Error if there is nothing to choose from */
  pick<T>(from: readonly T[]): T {
    const chosen = this.some(from);
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }

  /** One of these; undefined if there are none. */
  some<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.next() * from.length)];
  }

  /** Up to `count` different ones, in random order. */
  sample<T>(from: readonly T[], count: number): T[] {
    const rest = [...from];
    const taken: T[] = [];
    while (taken.length < count && rest.length > 0) taken.push(...rest.splice(this.int(0, rest.length - 1), 1));
    return taken;
  }

  /** One of these, as often as its weight says. */
  weighted<T extends { weight: number }>(from: readonly T[]): T {
    let left = this.next() * from.reduce((sum, { weight }) => sum + weight, 0);
    for (const each of from) {
      left -= each.weight;
      if (left < 0) return each;
    }
    return this.pick(from);
  }
}
