import type { Logger } from '../../base/logger.ts';
import type { Pool } from '../../db/client.ts';
import { isConnectionError } from '../../db/errors.ts';
import { sumOf } from '../../domain/sum.ts';

const TIMEOUT_MS = 2_000;
/** Time for which a result is reused, so that frequent requests cause no load. */
const FRESH_MS = 1_000;

/** Connections of this process, and queued statements. */
export interface ConnectionCounts {
  idle: number;
  busy: number;
  waiting: number;
}

/** The state of the database connection, for readiness and metrics. */
export class DatabaseStatus {
  readonly #pools: readonly [Pool, ...Pool[]];
  readonly #log: Logger;
  #current: Promise<boolean> | undefined;
  #wasReachable = true;

  /** @param deps.pools of all lanes; the first is asked whether the database answers */
  constructor(deps: { pools: readonly [Pool, ...Pool[]]; log: Logger }) {
    this.#pools = deps.pools;
    this.#log = deps.log;
  }

  /** Whether the database answers a statement within two seconds. */
  isReachable(): Promise<boolean> {
    if (this.#current) return this.#current;
    this.#current = this.#ask();
    setTimeout(() => {
      this.#current = undefined;
    }, FRESH_MS).unref();
    return this.#current;
  }

  connections(): ConnectionCounts {
    const idle = sumOf(this.#pools, ({ idleCount }) => idleCount);
    const all = sumOf(this.#pools, ({ totalCount }) => totalCount);
    return { idle, busy: all - idle, waiting: sumOf(this.#pools, ({ waitingCount }) => waitingCount) };
  }

  /** @returns what was read; undefined if the database does not answer within two seconds */
  async read<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
    try {
      const found = await Promise.race([work(), late]);
      this.#note(true);
      return found;
    } catch (err) {
      this.#note(false, err);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(): Promise<boolean> {
    return (await this.read(() => this.#pools[0].query('select 1'))) !== undefined;
  }

  /** Logs each change once, however frequent the requests are. */
  #note(isReachable: boolean, err?: unknown): void {
    if (this.#wasReachable && !isReachable) this.#log.warn({ err }, 'the database does not answer');
    if (!this.#wasReachable && isReachable) this.#log.info('the database answers again');
    this.#wasReachable = isReachable;
  }
}

/** Whether an error means that the database is unreachable, so that the same request may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  return isConnectionError(error);
}
