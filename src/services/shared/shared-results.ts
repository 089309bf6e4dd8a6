import { changesSoFar } from '../../base/effects.ts';

/** Maximum number of results that are kept; further ones are read for each caller. */
const MOST = 200;

interface Kept {
  changes: number;
  result: Promise<unknown>;
}

/**
 * Results that are shared by all callers that ask for the same within a moment, so that a list, a figure or a
 * suggestion is not computed for each of them. A result that was read before an interaction or a request of this
 * process changed something is no longer shared, so that people see their own changes. A failed result is not kept: its
 * callers get the error, and the next call reads again.
 */
export class SharedResults {
  readonly #shareMs: number;
  readonly #kept = new Map<string, Kept>();

  /** @param options.shareMs the maximum age of a result; if 0, nothing is shared */
  constructor({ shareMs }: { shareMs: number }) {
    this.#shareMs = shareMs;
  }

  /** @param asked identifies the result: everything that it depends on, such as what the caller may see */
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

/** Shares nothing: for services that are built without one. */
export const NOTHING_SHARED = new SharedResults({ shareMs: 0 });
