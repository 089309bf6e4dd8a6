import { type BatchPlan, planBatch } from '../plan/batch.ts';
import type { Assignment } from '../plan/shared/assignment.ts';
import type { Pool, PoolProxy, WaitingAccount } from '../plan/shared/pool.ts';

/** An account that is to become one of another model; held ones get no proxy and are none of these. */
export interface ModelChange {
  id: number;
  /** The model that it is to have. */
  modelId: number;
  /** Epoch milliseconds. Whoever leaves a proxy waits from the moment of the plan on. */
  waitingSince: number;
  leaves: { proxyId: number; wasHandedOut: boolean } | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * What becomes of everybody when accounts change their model: they leave their proxies (R2), which cool down as R6 says, and are
 * planned together with all that wait.
 *
 * @param waiting all that wait now, of whatever model
 */
export function planModelChanges(
  pool: Pool,
  waiting: readonly WaitingAccount[],
  changes: readonly ModelChange[],
  cooldownDays: number,
): BatchPlan {
  const leavers = Map.groupBy(
    changes.flatMap(({ leaves }) => leaves ?? []),
    ({ proxyId }) => proxyId,
  );
  const proxies = pool.proxies.map((proxy) => {
    const its = leavers.get(proxy.id);
    if (!its) return proxy;
    const wasUsed = its.some(({ wasHandedOut }) => wasHandedOut);
    return leave(proxy, its.length, wasUsed && cooldownDays > 0 ? pool.now + cooldownDays * DAY_MS : null);
  });
  const changing = new Set(changes.map(({ id }) => id));
  const batch = [
    ...waiting.filter(({ id }) => !changing.has(id)),
    ...changes.map(({ id, modelId, waitingSince, leaves }) => ({
      id,
      modelId,
      waitingSince: leaves ? pool.now : waitingSince,
    })),
  ];
  return planBatch({ ...pool, proxies }, batch);
}

/** A proxy that nobody is left on is kept for its model until then, or is free at once. */
function leave(proxy: PoolProxy, count: number, coolingUntil: number | null): PoolProxy {
  const load = proxy.load - count;
  if (load > 0) return { ...proxy, load };
  return { ...proxy, load, coolingUntil, modelId: coolingUntil === null ? null : proxy.modelId };
}

/** What a plan gives to some of the accounts that it is made for. */
export function assignmentsOf(plan: BatchPlan, ids: ReadonlySet<number>): Map<number, Assignment> {
  return new Map(plan.assignments.filter(({ accountId }) => ids.has(accountId)).map((each) => [each.accountId, each]));
}
