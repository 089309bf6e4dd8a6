import type { Db, Tx } from '../../db/client.ts';
import { readPool } from '../../db/queries/assignments/pool.ts';
import { readNow } from '../../db/queries/clock.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { Pool } from '../../domain/plan/shared/pool.ts';

/** The inputs of every plan other than the proxies. */
export type PlanBasis = Pick<Pool, 'limit' | 'now'>;

/** Reads the limit and the current time. */
export async function readPlanBasis(db: Db | Tx): Promise<PlanBasis> {
  return { limit: (await readSettings(db)).limit, now: (await readNow(db)).getTime() };
}

/** Reads all inputs of a plan, for the current time or that of `basis`. */
export async function readWholePool(db: Db | Tx, basis?: PlanBasis): Promise<Pool> {
  const { limit, now } = basis ?? (await readPlanBasis(db));
  return { limit, now, proxies: await readPool(db, now) };
}
