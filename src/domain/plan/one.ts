import { type Assignment, reasonFor } from './shared/assignment.ts';
import type { Carried } from './shared/carried.ts';
import type { PlannedProxy } from './shared/planned-proxy.ts';
import type { Pool } from './shared/pool.ts';
import { surveyPool } from './shared/survey.ts';

/**
 * Rule R4: a single account gets an unused proxy if there is one, otherwise the least loaded proxy of its model, by the
 * tie rules of R5. `null` if there is no free slot. The result equals a batch of one, in O(n).
 *
 * @param pool may omit proxies that make no difference: required are the model's proxies, the unused candidates, and
 * all proxies that share an address with these.
 */
export function planOne(pool: Pool, account: { id: number; modelId: number }): Assignment | null {
  const { models, free } = surveyPool(pool, [account.modelId]);
  const model = models.get(account.modelId);
  if (!model) return null;
  const open = model.held.filter((planned) => planned.proxy.eligible && planned.load < pool.limit);
  const planned = best([...free, ...model.unused, ...open], model.carried);
  if (!planned) return null;
  return {
    accountId: account.id,
    modelId: account.modelId,
    proxyId: planned.proxy.id,
    reason: reasonFor(planned, model.carried.on(planned.network) === 0),
  };
}

function best(plannedProxies: readonly PlannedProxy[], carried: Carried): PlannedProxy | undefined {
  let found: PlannedProxy | undefined;
  for (const planned of plannedProxies) if (!found || isBetter(planned, found, carried)) found = planned;
  return found;
}

function isBetter(a: PlannedProxy, b: PlannedProxy, carried: Carried): boolean {
  const order =
    a.load - b.load || a.rank - b.rank || carried.on(a.network) - carried.on(b.network) || a.proxy.id - b.proxy.id;
  return order < 0;
}
