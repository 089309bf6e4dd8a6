import type { Tx } from '../../db/client.ts';
import { readPool } from '../../db/queries/assignments/pool.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { Pool } from '../../domain/plan/shared/pool.ts';

/** All that a plan rests on, at this moment. */
export async function readWholePool(tx: Tx): Promise<Pool> {
  const now = Date.now();
  const { accountsPerProxy: limit } = await readSettings(tx);
  return { proxies: await readPool(tx, now), limit, now };
}
