import type { Assignment } from '../shared/assignment.ts';
import type { Pool } from '../shared/pool.ts';

/** "Moving amber together would free 12 proxies." The proxies are in cooldown first if R6 requires it. */
export interface Consolidation {
  modelId: number;
  freedProxies: number;
}

/**
 * Models whose accounts would fit on fewer of their eligible proxies after a plan is applied; the most freed first. A
 * model that is short of proxies is never among them: its own are full.
 */
export function findConsolidations({ proxies, limit }: Pool, assignments: readonly Assignment[]): Consolidation[] {
  const used = new Map<number, number>();
  const accounts = new Map<number, number>();
  const add = (counts: Map<number, number>, modelId: number, more: number) =>
    counts.set(modelId, (counts.get(modelId) ?? 0) + more);
  for (const { eligible, load, modelId } of proxies) {
    if (!eligible || load === 0 || modelId === null) continue;
    add(used, modelId, 1);
    add(accounts, modelId, load);
  }
  for (const { modelId, reason } of assignments) {
    if (reason.kind === 'unused') add(used, modelId, 1);
    add(accounts, modelId, 1);
  }
  return [...used]
    .map(([modelId, count]) => ({ modelId, freedProxies: count - Math.ceil((accounts.get(modelId) ?? 0) / limit) }))
    .filter(({ freedProxies }) => freedProxies > 0)
    .sort((a, b) => b.freedProxies - a.freedProxies || a.modelId - b.modelId);
}
