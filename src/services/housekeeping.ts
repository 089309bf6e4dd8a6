import type { Logger } from '../base/logger.ts';
import type { Db } from '../db/client.ts';
import { purgeChecks } from '../db/queries/health/check-log.ts';
import { purgeKeys } from '../db/queries/idempotency.ts';
import { purgeListQueries } from '../db/queries/list-queries.ts';
import { purgePlans } from '../db/queries/plans.ts';
import { Rounds } from './shared/rounds.ts';

const INTERVAL_MS = 10 * 60_000;

/**
 * Clears what has served: staged rows of closed and expired plans, lists that nobody pages through any more, answers that were kept
 * for a repetition, checks of days ago. Every process may do it at any time; done twice it does nothing.
 */
export class Housekeeping {
  readonly #db: Db;
  readonly #log: Logger;
  readonly #rounds: Rounds;

  constructor(deps: { db: Db; log: Logger }) {
    this.#db = deps.db;
    this.#log = deps.log;
    const work = () => this.#purge();
    this.#rounds = new Rounds({ work, pauseMs: INTERVAL_MS, log: deps.log, failed: 'clearing old rows failed' });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #purge(): Promise<void> {
    const purged = await purgePlans(this.#db);
    await purgeListQueries(this.#db);
    await purgeKeys(this.#db);
    await purgeChecks(this.#db, new Date());
    if (purged.rows > 0) this.#log.info(purged, 'deleted staged rows');
  }
}
