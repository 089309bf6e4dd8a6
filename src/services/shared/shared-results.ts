import { changesSoFar } from '../../base/effects.ts';

/** More are not kept: what is asked for beyond that is read each time. */
const MOST = 200;

interface Kept {
  changes: number;
  result: Promise<unknown>;
}

/**
 * Results that everybody who asks for the same within a moment shares, so that a list, a figure or a suggestion is not computed for each
 * of them. A result that was read before a change by this process is not shared any more, so that people see what they have changed.
 * One that failed is not kept: those who shared it get the error, the next one reads again.
 */
export class SharedResults {
  readonly #shareMs: number;
  readonly #kept = new Map<string, Kept>();

  /** @param options.shareMs how old a result may become; 0: nothing is shared */
  constructor({ shareMs }: { shareMs: number }) {
    this.#shareMs = shareMs;
  }

  /** @param asked what is asked for, and all that the answer depends on, such as what the caller may see */
  get<T>(asked: readonly unknown[], read: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(asked);
    const kept = this.#kept.get(key);
    if (kept && kept.changes === changesSoFar()) return kept.result as Promise<T>;
    const result = read();
    if (this.#shareMs > 0 && (kept || this.#kept.size < MOST)) this.#keep(key, result);
    return result;
  }

  #keep(key: string, result: Promise<unknown>): void {
    const kept = { changes: changesSoFar(), result };
    this.#kept.set(key, kept);
    const forget = () => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    };
    setTimeout(forget, this.#shareMs).unref();
    result.catch(forget);
  }
}

/** For services that share nothing. */
export const NOTHING_SHARED = new SharedResults({ shareMs: 0 });
