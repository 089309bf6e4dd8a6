import type { Db, Tx } from '../../db/client.ts';
import { readPlanBasis } from '../../db/queries/assignments/pool.ts';
import { type MovePlan, planMoves, type Stranded } from '../../domain/plan/moves/moves.ts';
import type { AssignedAccount, PoolProxy } from '../../domain/plan/shared/pool.ts';
import { areFew, planAmongFew } from './among-few.ts';
import { readWholePool } from './whole-pool.ts';

interface Leaving {
  accounts: readonly AssignedAccount[];
  /** Proxies that take no account, whether or not any leaves them. */
  closed?: readonly number[];
  stranded: Stranded;
  /** See `planAmongFew`. */
  firstLook?: number;
}

/** Plans accounts off their proxies as the pool is now; few accounts among few proxies, without a look for consolidations. */
export async function planMovesNow(
  db: Db | Tx,
  { accounts, closed = [], stranded, firstLook }: Leaving,
): Promise<MovePlan> {
  const isClosed = new Set(closed);
  const seenAs = (proxy: PoolProxy) => (isClosed.has(proxy.id) ? { ...proxy, eligible: false } : proxy);
  if (areFew(accounts)) {
    return planAmongFew(db, await readPlanBasis(db), {
      accounts,
      seenAs,
      firstLook,
      left: accounts.map(({ proxyId }) => proxyId),
      plan: (pool) => planMoves(pool, accounts, stranded),
      made: ({ moves }) => moves,
    });
  }
  const pool = await readWholePool(db);
  return planMoves({ ...pool, proxies: pool.proxies.map(seenAs) }, accounts, stranded);
}
