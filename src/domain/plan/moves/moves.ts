import { type ModelOutcome, planBatch } from '../batch.ts';
import type { Assignment } from '../shared/assignment.ts';
import type { AssignedAccount, Pool, PoolProxy } from '../shared/pool.ts';
import type { Consolidation } from './consolidation.ts';

export interface Move extends Assignment {
  fromProxyId: number;
}

/**
 * Treatment of an account that no other proxy can take: it loses its proxy and waits (a removal), or keeps it (a
 * failover).
 */
export type Stranded = 'waits' | 'stays';

export interface MovePlan {
  moves: Move[];
  /** Accounts that no other proxy can take, by model; within a model, those that have had their proxy longest first. */
  stranded: AssignedAccount[];
  models: ModelOutcome[];
  consolidations: Consolidation[];
}

/**
 * Plans to move accounts off proxies that are deactivated, removed or failing, as a batch (rule R5). Accounts that have
 * had their proxy longest come first.
 *
 * @param accounts the accounts to move, each with its current proxy. None of them moves to a proxy that another one
 * leaves.
 */
export function planMoves(pool: Pool, accounts: readonly AssignedAccount[], stranded: Stranded): MovePlan {
  const leaving = new Map<number, number>();
  for (const { proxyId } of accounts) leaving.set(proxyId, (leaving.get(proxyId) ?? 0) + 1);
  const proxies = pool.proxies.map((proxy) => {
    const count = leaving.get(proxy.id);
    return count === undefined ? proxy : leave(proxy, stranded === 'waits' ? count : 0);
  });
  const plannedOf = new Map(accounts.map((account) => [account.id, account]));
  const batch = accounts.map(({ id, modelId, since }) => ({ id, modelId, waitingSince: since }));
  const { assignments, waiting, models, consolidations } = planBatch({ ...pool, proxies }, batch);
  return {
    moves: assignments.map((made) => moveFrom(plannedOf, made)),
    stranded: waiting.flatMap((id) => plannedOf.get(id) ?? []),
    models,
    consolidations,
  };
}

export function moveFrom(plannedOf: ReadonlyMap<number, AssignedAccount>, made: Assignment): Move {
  const { proxyId: fromProxyId } = plannedOf.get(made.accountId) as AssignedAccount;
  return { ...made, fromProxyId };
}

/** An account that may stay counts as staying: an address is free only if all its accounts are certain to leave. */
function leave(proxy: PoolProxy, surely: number): PoolProxy {
  return { ...proxy, eligible: false, load: proxy.load - surely };
}
