import { type BatchPlan, planBatch } from '../plan/batch.ts';
import type { Assignment } from '../plan/shared/assignment.ts';
import type { Pool, WaitingAccount } from '../plan/shared/pool.ts';

/** An account that changes its model. Accounts on hold get no proxy and are not included. */
export interface ModelChange {
  id: number;
  /** The new model. */
  modelId: number;
  /** Epoch milliseconds. An account that leaves a proxy waits from the time of the plan on. */
  waitingSince: number;
  leaves: { proxyId: number; startsCooldown: boolean } | null;
}

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
  const left = changes.map(({ leaves }) => leaves).filter((leaves) => leaves !== null);
  const leavers = Map.groupBy(left, ({ proxyId }) => proxyId);
  const proxies = pool.proxies.map((proxy) => {
    const its = leavers.get(proxy.id);
    if (!its) return proxy;
    const wasUsed = its.some(({ startsCooldown }) => startsCooldown);
    // A plan does not depend on when a cooldown ends.
    const coolingUntil = wasUsed && cooldownDays > 0 ? Number.POSITIVE_INFINITY : null;
    return { ...proxy, load: proxy.load - its.length, coolingUntil };
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

/** The assignments of a plan for the given accounts. */
export function assignmentsOf(plan: BatchPlan, ids: ReadonlySet<number>): Map<number, Assignment> {
  return new Map(plan.assignments.filter(({ accountId }) => ids.has(accountId)).map((each) => [each.accountId, each]));
}
