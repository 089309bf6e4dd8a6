import type { Logger } from '../base/logger.ts';
import type { Db } from '../db/client.ts';
import { readNow } from '../db/queries/clock.ts';
import { purgeChecks } from '../db/queries/health/check-log.ts';
import { purgeKeys } from '../db/queries/idempotency.ts';
import { purgeListQueries } from '../db/queries/list-queries.ts';
import { purgePlans } from '../db/queries/plans.ts';
import { purgeSyncs } from '../db/queries/sources/sync-leases.ts';

/**
 * Deletes expired data: staged rows of closed and expired plans, stored lists, stored responses of the API, old
 * syncs and checks.
 */
export class Housekeeping {
  readonly #db: Db;
  readonly #log: Logger;

  constructor(deps: { db: Db; log: Logger }) {
    this.#db = deps.db;
    this.#log = deps.log;
  }

  async purge(): Promise<void> {
    const purged = await purgePlans(this.#db);
    await purgeListQueries(this.#db);
    await purgeKeys(this.#db);
    await purgeSyncs(this.#db);
    await purgeChecks(this.#db, await readNow(this.#db));
    if (purged.rows > 0) this.#log.info(purged, 'deleted staged rows');
  }
}
