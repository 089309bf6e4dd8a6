import type { Pool } from '../../db/client.ts';
import { isConnectionError } from '../../db/errors.ts';

const TIMEOUT_MS = 2_000;
/** An answer is reused for this time, however many ask. */
const FRESH_MS = 1_000;

/** Connections of this process, and statements that wait for one. */
export interface ConnectionCounts {
  idle: number;
  busy: number;
  waiting: number;
}

/** The state of the database connection, for readiness and metrics. */
export class DatabaseStatus {
  readonly #pool: Pool;
  #current: Promise<boolean> | undefined;

  constructor(deps: { pool: Pool }) {
    this.#pool = deps.pool;
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
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { idle: idleCount, busy: totalCount - idleCount, waiting: waitingCount };
  }

  async #ask(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), TIMEOUT_MS);
    });
    const answered = this.#pool.query('select 1').then(
      () => true,
      () => false,
    );
    const isReachable = await Promise.race([answered, late]);
    clearTimeout(timer);
    return isReachable;
  }
}

/** Whether an error means that the database cannot be reached: the same request may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  return isConnectionError(error);
}
