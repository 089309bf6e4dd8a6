import { changesSoFar } from '../../base/effects.ts';

/** Maximum number of results that are kept; further ones are read for each caller. */
const MOST = 200;

interface Kept {
  changes: number;
  result: Promise<unknown>;
  isRunning: boolean;
  /** Whether it is too old to be shared. */
  isOld: boolean;
  /** The reading that begins when this one has ended. */
  next?: Promise<unknown>;
}

/**
 * Results that are shared by all callers that ask for the same within a moment, so that a list, a figure or a
 * suggestion is not computed for each of them. A result that was read before an interaction or a request of this
 * process changed something is not shared any more, so that people see their own changes. Callers that ask while such a
 * result is still being read share the next reading, so the same is never read twice at once. A failed result is not
 * kept: its callers get the error, and the next call reads again.
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
    if (this.#shareMs <= 0) return read();
    const key = JSON.stringify(asked);
    const kept = this.#kept.get(key);
    if (!kept) return this.#kept.size < MOST ? this.#begin(key, read) : read();
    if (!kept.isOld && kept.changes === changesSoFar()) return kept.result as Promise<T>;
    if (!kept.isRunning) return this.#begin(key, read);
    const begin = () => this.#begin(key, read);
    kept.next ??= kept.result.then(begin, begin);
    return kept.next as Promise<T>;
  }

  #begin<T>(key: string, read: () => Promise<T>): Promise<T> {
    const result = read();
    const kept: Kept = { changes: changesSoFar(), result, isRunning: true, isOld: false };
    this.#kept.set(key, kept);
    const forget = () => {
      if (kept.isOld && !kept.isRunning && this.#kept.get(key) === kept) this.#kept.delete(key);
    };
    const age = () => {
      kept.isOld = true;
      forget();
    };
    const end = () => {
      kept.isRunning = false;
      forget();
    };
    const fail = () => {
      kept.isOld = true;
      end();
    };
    setTimeout(age, this.#shareMs).unref();
    result.then(end, fail);
    return result;
  }
}

/** Shares nothing: for services that are built without one. */
export const NOTHING_SHARED = new SharedResults({ shareMs: 0 });
