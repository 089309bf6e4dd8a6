import { changesSoFar } from '../../base/effects.ts';
import type { Counted } from '../../domain/pool-figures.ts';

/** Maximum number of results that are kept; further ones are read for each caller. */
const MOST = 200;
/** Figures are counted again after this many times as long as counting them takes, or after the time below. */
const REST = 10;
const LONGEST_REST_MS = 10_000;

interface Kept {
  changes: number;
  result: Promise<unknown>;
  startedAt: number;
  /** Undefined while it is being read. */
  tookMs: number | undefined;
  /** Whether it is too old to be shared. */
  isOld: boolean;
  /** The reading that begins when this one has ended. */
  next?: Promise<unknown>;
}

interface Request<T> {
  read(): Promise<T>;
  isOfPool: boolean;
  /** Whether an earlier result is good enough, if it is not old. */
  isShared(kept: Kept): boolean;
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
    return this.#get(asked, { read, isOfPool: false, isShared: (kept) => isCurrent(kept) });
  }

  /**
   * Figures of the whole pool. If counting them takes long, they are shared for a multiple of that time, whatever has changed since:
   * a team that works with a large pool would keep the database busy with counting otherwise.
   *
   * @param options.isFresh whether they must include all changes so far, as for a person who has just made one
   */
  async figures<T extends object>(
    asked: readonly unknown[],
    count: () => Promise<T>,
    { isFresh = false }: { isFresh?: boolean } = {},
  ): Promise<Counted<T>> {
    const askedAt = { changes: changesSoFar(), ms: performance.now() };
    const read = async () => ({
      at: new Date(),
      ms: performance.now(),
      changes: changesSoFar(),
      counted: await count(),
    });
    const isShared = (kept: Kept) => isCurrent(kept) || (!isFresh && this.#isCostly(kept));
    const { at, ms, changes, counted } = await this.#get(asked, { read, isOfPool: true, isShared });
    const isUpToDate = changes >= askedAt.changes && askedAt.ms - ms <= this.#shareMs;
    return { ...counted, countedAt: isUpToDate ? null : at };
  }

  #get<T>(asked: readonly unknown[], request: Request<T>): Promise<T> {
    if (this.#shareMs <= 0) return request.read();
    const key = JSON.stringify(asked);
    const kept = this.#kept.get(key);
    if (!kept) return this.#kept.size < MOST ? this.#begin(key, request) : request.read();
    if (!kept.isOld && request.isShared(kept)) return kept.result as Promise<T>;
    if (kept.tookMs !== undefined) return this.#begin(key, request);
    const begin = () => this.#begin(key, request);
    kept.next ??= kept.result.then(begin, begin);
    return kept.next as Promise<T>;
  }

  #begin<T>(key: string, { read, isOfPool }: Request<T>): Promise<T> {
    const result = read();
    const startedAt = performance.now();
    const kept: Kept = { changes: changesSoFar(), result, startedAt, tookMs: undefined, isOld: false };
    this.#kept.set(key, kept);
    const forget = () => {
      if (kept.isOld && kept.tookMs !== undefined && this.#kept.get(key) === kept) this.#kept.delete(key);
    };
    const age = () => {
      kept.isOld = true;
      forget();
    };
    const end = () => {
      kept.tookMs = performance.now() - startedAt;
      if (isOfPool) setTimeout(age, Math.max(0, this.#lifeMs(kept.tookMs) - kept.tookMs)).unref();
      forget();
    };
    const fail = () => {
      kept.isOld = true;
      end();
    };
    if (!isOfPool) setTimeout(age, this.#shareMs).unref();
    result.then(end, fail);
    return result;
  }

  #lifeMs(tookMs: number): number {
    return Math.max(this.#shareMs, Math.min(tookMs * REST, LONGEST_REST_MS));
  }

  #isCostly({ startedAt, tookMs = performance.now() - startedAt }: Kept): boolean {
    return tookMs * REST > this.#shareMs;
  }
}

const isCurrent = (kept: Kept) => kept.changes === changesSoFar();

/** Shares nothing: for services that are built without one. */
export const NOTHING_SHARED = new SharedResults({ shareMs: 0 });
