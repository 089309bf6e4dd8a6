import type { Db, Tx } from '../../db/client.ts';
import { type PlanBasis, readPlanBasis, readPool } from '../../db/queries/assignments/pool.ts';
import type { Pool } from '../../domain/plan/shared/pool.ts';

/** Reads all inputs of a plan, for the current time or that of `basis`. */
export async function readWholePool(db: Db | Tx, basis?: PlanBasis): Promise<Pool> {
  const { limit, now } = basis ?? (await readPlanBasis(db));
  return { limit, now, proxies: await readPool(db, now) };
}
