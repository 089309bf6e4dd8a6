import { type Assignment, reasonFor } from '../shared/assignment.ts';
import type { PlannedProxy } from '../shared/planned-proxy.ts';
import type { Pool } from '../shared/pool.ts';
import { surveyPool } from '../shared/survey.ts';

/**
 * Plans accounts back to proxies that they had before, as far as R1, R2, R6, R7 and R8 allow it. An account whose proxy is not free
 * for it any more is left out. An unused proxy that shares its exit IP with others is not considered.
 */
export function planReturn(
  pool: Pool,
  accounts: readonly { id: number; modelId: number; proxyId: number }[],
): Assignment[] {
  const { models, free } = surveyPool(pool, new Set(accounts.map(({ modelId }) => modelId)));
  const shared = new Map(free.map((planned) => [planned.id, planned]));
  const own = new Map(
    [...models.values()].map((model) => [
      model.modelId,
      new Map([...model.held, ...model.unused].map((planned) => [planned.id, planned])),
    ]),
  );
  const made: Assignment[] = [];
  for (const { id: accountId, modelId, proxyId } of accounts) {
    const planned = own.get(modelId)?.get(proxyId) ?? take(proxyId, modelId);
    if (!planned?.proxy.eligible || planned.load >= pool.limit) continue;
    const isFirst = models.get(modelId)?.carried.add(planned.network, 1) === 1;
    made.push({ accountId, modelId, proxyId, reason: reasonFor(planned, isFirst) });
    planned.load += 1;
  }
  return made;

  /** The first model that gets an unused proxy has it from then on. */
  function take(proxyId: number, modelId: number): PlannedProxy | undefined {
    const planned = shared.get(proxyId);
    if (!planned) return undefined;
    shared.delete(proxyId);
    own.get(modelId)?.set(proxyId, planned);
    return planned;
  }
}
