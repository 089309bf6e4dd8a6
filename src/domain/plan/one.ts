import { type Assignment, reasonFor } from './shared/assignment.ts';
import type { Carried } from './shared/carried.ts';
import type { PlannedProxy } from './shared/planned-proxy.ts';
import type { Pool } from './shared/pool.ts';
import { type ModelProxies, surveyPool } from './shared/survey.ts';

/**
 * Rule R4: a single account gets an unused proxy if there is one, otherwise the least loaded proxy of its model, by the
 * tie rules of R5. `null` if there is no free slot. The result equals a batch of one, in O(n).
 *
 * @param pool may omit proxies that make no difference: required are the model's proxies, the unused candidates, and
 * all proxies that share an address with these.
 */
export function planOne(pool: Pool, account: { id: number; modelId: number }): Assignment | null {
  const { best, carried } = bestOf(pool, account.modelId);
  const planned = best.reduce<PlannedProxy | undefined>(
    (found, each) => (found && compareNetworks(found, each, carried) < 0 ? found : each),
    undefined,
  );
  if (!planned) return null;
  return {
    accountId: account.id,
    modelId: account.modelId,
    proxyId: planned.id,
    reason: reasonFor(planned, carried.on(planned.network) === 0),
  };
}

/** The networks that decide `planOne`, and its reason: those of the proxies that no other rule tells apart. */
export function decisiveNetworks(pool: Pool, { modelId }: { modelId: number }): string[] {
  return [...new Set(bestOf(pool, modelId).best.flatMap(({ network }) => network ?? []))];
}

/** The best proxies for a model by load, health and latency, and what it carries. */
function bestOf(pool: Pool, modelId: number): { best: PlannedProxy[]; carried: Carried } {
  const { models, free } = surveyPool(pool, [modelId]);
  const { held, unused, carried } = models.get(modelId) as ModelProxies;
  const open = held.filter((planned) => planned.proxy.eligible && planned.load < pool.limit);
  let best: PlannedProxy[] = [];
  for (const planned of [...free, ...unused, ...open]) {
    const order = best[0] ? planned.load - best[0].load || planned.rank - best[0].rank : 0;
    if (order < 0) best = [planned];
    else if (order === 0) best.push(planned);
  }
  return { best, carried };
}

const compareNetworks = (a: PlannedProxy, b: PlannedProxy, carried: Carried): number =>
  carried.on(a.network) - carried.on(b.network) || a.id - b.id;
