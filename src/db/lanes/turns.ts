import { BusyError } from './busy.ts';
import { Pace } from './pace.ts';

interface Waiter {
  enter(): void;
}

/**
 * A queue in front of work of which little is done at once. It refuses what would wait for longer than its patience: at once if that
 * is foreseeable, otherwise when the time is over.
 */
export class Turns {
  readonly #places: number;
  readonly #patienceMs: number;
  readonly #pace = new Pace();
  readonly #waiting = new Set<Waiter>();
  #running = 0;

  constructor({ places, patienceMs }: { places: number; patienceMs: number }) {
    this.#places = places;
    this.#patienceMs = patienceMs;
  }

  /** @throws BusyError if the work was not begun */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#pace.note(performance.now() - started);
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#places) {
      this.#running++;
      return;
    }
    if (this.#pace.waitMs(this.#waiting.size, this.#places) > this.#patienceMs) throw new BusyError();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { enter: resolve };
    this.#waiting.add(waiter);
    const timer = setTimeout(() => {
      this.#waiting.delete(waiter);
      reject(new BusyError());
    }, this.#patienceMs);
    await promise.finally(() => clearTimeout(timer));
  }

  /** Hands the place to the one who has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next.enter();
  }
}
