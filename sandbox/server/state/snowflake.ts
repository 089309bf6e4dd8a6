/** Discord's ids count milliseconds from the first second of 2015, shifted by 22 bits. */
const DISCORD_EPOCH_MS = 1_420_070_400_000n;

/** Generates increasing ids, even if the clock goes back. */
export class SnowflakeMaker {
  #last = 0n;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  next(): string {
    const fromClock = (BigInt(this.#now()) - DISCORD_EPOCH_MS) << 22n;
    this.#last = fromClock > this.#last ? fromClock : this.#last + 1n;
    return this.#last.toString();
  }
}
