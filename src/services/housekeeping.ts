import type { Db } from '../db/client.ts';
import { purgeChecks } from '../db/queries/health/check-log.ts';
import { purgeKeys } from '../db/queries/idempotency.ts';
import { purgeListQueries } from '../db/queries/list-queries.ts';
import { purgePlans } from '../db/queries/plans.ts';
import type { Logger } from '../logger.ts';

const INTERVAL_MS = 10 * 60_000;

/**
 * Clears what has served: staged rows of closed and expired plans, lists that nobody pages through any more, answers that were kept
 * for a repetition, checks of days ago. Every process may do it at any time; done twice it does nothing.
 */
export class Housekeeping {
  readonly #db: Db;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: { db: Db; log: Logger }) {
    this.#db = deps.db;
    this.#log = deps.log;
  }

  start(): void {
    const run = () => {
      this.#running = this.#purge();
    };
    this.#timer = setInterval(run, INTERVAL_MS);
    run();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #purge(): Promise<void> {
    try {
      const purged = await purgePlans(this.#db);
      await purgeListQueries(this.#db);
      await purgeKeys(this.#db);
      await purgeChecks(this.#db, new Date());
      if (purged.rows > 0) this.#log.info(purged, 'cleared staged rows');
    } catch (err) {
      this.#log.warn({ err }, 'clearing old rows failed; it is tried again');
    }
  }
}
