import type { Assignment } from '../shared/assignment.ts';
import type { Pool, PoolProxy } from '../shared/pool.ts';

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
  const usage = new Map<number, { used: number; accounts: number }>();
  const add = (modelId: number, used: number, accounts: number) => {
    const known = usage.get(modelId);
    if (known) {
      known.used += used;
      known.accounts += accounts;
    } else {
      usage.set(modelId, { used, accounts });
    }
  };
  for (let at = 0; at < proxies.length; at += 1) {
    const { eligible, load, modelId } = proxies[at] as PoolProxy;
    if (eligible && load > 0 && modelId !== null) add(modelId, 1, load);
  }
  for (let at = 0; at < assignments.length; at += 1) {
    const { modelId, reason } = assignments[at] as Assignment;
    add(modelId, reason.kind === 'unused' ? 1 : 0, 1);
  }
  return [...usage]
    .map(([modelId, { used, accounts }]) => ({ modelId, freedProxies: used - Math.ceil(accounts / limit) }))
    .filter(({ freedProxies }) => freedProxies > 0)
    .sort((a, b) => b.freedProxies - a.freedProxies || a.modelId - b.modelId);
}
