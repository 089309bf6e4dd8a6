import { ignoring } from '../../base/ignoring.ts';

/**
 * Runs one piece of work at a time per person and option. Discord asks at every keystroke and shows only the answer to
 * the last one, so work that a later keystroke overtakes while it waits is dropped.
 */
export class Keystrokes {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #latest = new Map<string, symbol>();

  /** @returns undefined if the work was dropped */
  async run<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
    const own = Symbol(key);
    this.#latest.set(key, own);
    for (let before = this.#running.get(key); before; before = this.#running.get(key)) {
      await before.catch(ignoring('the person who typed it gets the error'));
      if (this.#latest.get(key) !== own) return undefined;
    }
    const running = work();
    this.#running.set(key, running);
    try {
      return await running;
    } finally {
      this.#running.delete(key);
      if (this.#latest.get(key) === own) this.#latest.delete(key);
    }
  }
}
