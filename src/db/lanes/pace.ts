/** The share of the latest duration in the mean. */
const WEIGHT = 0.1;

/** How long each piece of work takes on average, and so how long a queue is in time. */
export class Pace {
  #meanMs = 0;

  note(ms: number): void {
    this.#meanMs += (ms - this.#meanMs) * WEIGHT;
  }

  /**
   * The expected wait behind a queue.
   *
   * @param waiting how many wait already
   * @param places how many are served at once
   */
  waitMs(waiting: number, places: number): number {
    return ((waiting + 1) * this.#meanMs) / places;
  }
}
