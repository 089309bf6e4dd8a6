import { type BatchPlan, planBatch } from '../plan/batch.ts';
import type { Assignment } from '../plan/shared/assignment.ts';
import type { Pool, PoolProxy, WaitingAccount } from '../plan/shared/pool.ts';

/** An account that changes its model. Accounts on hold get no proxy and are not included. */
export interface ModelChange {
  id: number;
  /** The new model. */
  modelId: number;
  /** Epoch milliseconds. An account that leaves a proxy waits from the time of the plan on. */
  waitingSince: number;
  leaves: { proxyId: number; startsCooldown: boolean } | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Plans a change of model for several accounts: they leave their proxies (R2), which start a cooldown (R6), and are
 * planned together with all waiting accounts.
 *
 * @param waiting all accounts that are waiting now, of any model
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
    const wasUsed = its.some(({ startsCooldown }) => startsCooldown);
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

/** A proxy without remaining accounts is reserved for its model until `coolingUntil`, or free at once. */
function leave(proxy: PoolProxy, count: number, coolingUntil: number | null): PoolProxy {
  const load = proxy.load - count;
  if (load > 0) return { ...proxy, load };
  return { ...proxy, load, coolingUntil, modelId: coolingUntil === null ? null : proxy.modelId };
}

/** The assignments of a plan for the given accounts. */
export function assignmentsOf(plan: BatchPlan, ids: ReadonlySet<number>): Map<number, Assignment> {
  return new Map(plan.assignments.filter(({ accountId }) => ids.has(accountId)).map((each) => [each.accountId, each]));
}
