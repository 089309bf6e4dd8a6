import type { Db, Tx } from '../../db/client.ts';
import { readNow } from '../../db/queries/clock.ts';
import {
  admitProxies,
  analyzePool,
  bringBackChecks,
  claimDue,
  countClaimed,
  tryLockSweep,
} from '../../db/queries/health/health.ts';
import { longestUntilNextCheck, MOST_BACKOFF } from '../../domain/health/check-pace.ts';

/** Maximum number of claimed checks over all processes. */
const MOST_CLAIMED = 5_000;
const BATCH = 50;
/** Number of new claims that makes the statistics of the query planner out of date. */
const MANY = 1_000;
/** Longer than any batch takes unless its process has died. */
const LEASE_MS = 15 * 60_000;

/** Claims the checks that are due, in batches. Any number of processes may call it; they run one at a time. */
export class Sweep {
  readonly #db: Db;
  readonly #intervalMs: number;
  readonly #hand: (tx: Tx, batches: readonly number[][]) => Promise<void>;

  /** @param deps.hand passes the batches to the workers, in the transaction that claims them */
  constructor(deps: { db: Db; intervalMs: number; hand(tx: Tx, batches: readonly number[][]): Promise<void> }) {
    this.#db = deps.db;
    this.#intervalMs = deps.intervalMs;
    this.#hand = deps.hand;
  }

  /**
   * @param at the time to sweep for, by default that of the database
   * @returns how many checks were claimed
   */
  async run(at?: Date): Promise<number> {
    let admitted = 0;
    const handed = await this.#db.transaction(async (tx) => {
      if (!(await tryLockSweep(tx))) return 0;
      const now = at ?? (await readNow(tx));
      const latestMs = longestUntilNextCheck(this.#intervalMs);
      await bringBackChecks(tx, { now, latestMs, failingFactor: MOST_BACKOFF, leaseMs: LEASE_MS });
      admitted = await admitProxies(tx);
      const count = MOST_CLAIMED - (await countClaimed(tx, now));
      if (count <= 0) return 0;
      const ids = await claimDue(tx, { now, count, leaseMs: LEASE_MS, parkMs: this.#intervalMs });
      const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, at) =>
        ids.slice(at * BATCH, (at + 1) * BATCH),
      );
      if (batches.length > 0) await this.#hand(tx, batches);
      return ids.length;
    });
    if (admitted >= MANY) await analyzePool(this.#db);
    return handed;
  }
}
