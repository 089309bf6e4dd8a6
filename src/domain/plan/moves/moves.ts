import { type ModelOutcome, planBatch } from '../batch.ts';
import type { Assignment } from '../shared/assignment.ts';
import type { Pool, PoolProxy, SeatedAccount } from '../shared/pool.ts';
import type { Consolidation } from './consolidation.ts';

export interface Move extends Assignment {
  fromProxyId: number;
}

/** What becomes of an account that no other proxy can take: it leaves and waits (a removal), or stays where it is (a failover). */
export type Stranded = 'waits' | 'stays';

export interface MovePlan {
  moves: Move[];
  /** Accounts that no other proxy can take, by model; those that have sat longest first. */
  stranded: SeatedAccount[];
  models: ModelOutcome[];
  consolidations: Consolidation[];
}

/**
 * Plans accounts off proxies that are deactivated, removed or failing, onto the others, as a batch (rule R5). Those that
 * have sat longest are served first.
 *
 * @param accounts the accounts to move, each with the proxy it leaves. A proxy that any of them leaves gets none of them.
 */
export function planMoves(pool: Pool, accounts: readonly SeatedAccount[], stranded: Stranded): MovePlan {
  const leaving = new Map<number, number>();
  for (const { proxyId } of accounts) leaving.set(proxyId, (leaving.get(proxyId) ?? 0) + 1);
  const proxies = pool.proxies.map((proxy) => {
    const count = leaving.get(proxy.id);
    return count === undefined ? proxy : leave(proxy, stranded === 'waits' ? count : 0);
  });
  const seatOf = new Map(accounts.map((account) => [account.id, account]));
  const batch = accounts.map(({ id, modelId, since }) => ({ id, modelId, waitingSince: since }));
  const { assignments, waiting, models, consolidations } = planBatch({ ...pool, proxies }, batch);
  return {
    moves: assignments.map((made) => moveFrom(seatOf, made)),
    stranded: waiting.flatMap((id) => seatOf.get(id) ?? []),
    models,
    consolidations,
  };
}

export function moveFrom(seatOf: ReadonlyMap<number, SeatedAccount>, made: Assignment): Move {
  const { proxyId: fromProxyId } = seatOf.get(made.accountId) as SeatedAccount;
  return { ...made, fromProxyId };
}

/** Whoever may stay counts as staying: an address is given up only by those who surely leave it. */
function leave(proxy: PoolProxy, surely: number): PoolProxy {
  return { ...proxy, eligible: false, load: proxy.load - surely };
}
