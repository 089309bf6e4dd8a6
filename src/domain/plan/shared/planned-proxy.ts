import { Networks } from './network.ts';
import type { PoolProxy } from './pool.ts';
import { sortedIndexes } from './sorted-indexes.ts';

/** Lower is better. Failing proxies are not eligible, and come last if they are compared at all. */
const HEALTH_RANK = { healthy: 0, unknown: 1, degraded: 2, failing: 3 } as const;

/** A proxy while a plan is made: its load grows with the plan. */
export interface PlannedProxy {
  readonly proxy: PoolProxy;
  readonly id: number;
  readonly network: string | null;
  /** See `rankOf`. */
  readonly rank: number;
  load: number;
}

/** Higher than any latency, so that unknown ones come last. With it, a rank fits into 30 bits. */
const UNKNOWN_LATENCY_MS = 2 ** 28 - 1;

/** Health and latency in one number; lower is better. The SQL function `proxy_rank` is the same. */
export const rankOf = ({ health, latencyMs }: Pick<PoolProxy, 'health' | 'latencyMs'>): number =>
  HEALTH_RANK[health] * 2 ** 28 + (latencyMs ?? UNKNOWN_LATENCY_MS);

/** The rank from which on proxies are failing. */
export const FAILING_RANK = rankOf({ health: 'failing', latencyMs: 0 });

/** Creates the proxies of one plan. */
export function plannedProxyMaker(networks = new Networks()): (proxy: PoolProxy) => PlannedProxy {
  return (proxy) => ({ proxy, id: proxy.id, network: networks.of(proxy), rank: rankOf(proxy), load: proxy.load });
}

/** Health, then latency, then age: the tie rules without the network, which depends on the plan so far. */
export function comparePlanned(a: PlannedProxy, b: PlannedProxy): number {
  return a.rank - b.rank || a.id - b.id;
}

/** Sorts by `comparePlanned`. O(n) if the input is sorted. */
export function bestFirst(plannedProxies: readonly PlannedProxy[]): readonly PlannedProxy[] {
  const compareAt = (a: number, b: number) =>
    comparePlanned(plannedProxies[a] as PlannedProxy, plannedProxies[b] as PlannedProxy);
  const ranks = new Float64Array(plannedProxies.length);
  let isSorted = true;
  for (let at = 0; at < ranks.length; at += 1) {
    ranks[at] = (plannedProxies[at] as PlannedProxy).rank;
    if (at > 0 && isSorted) isSorted = compareAt(at - 1, at) <= 0;
  }
  if (isSorted) return plannedProxies;
  const order = sortedIndexes(ranks, compareAt);
  return plannedProxies.map((_, at) => plannedProxies[order[at] as number] as PlannedProxy);
}

/** Groups proxies by health and latency, the best tier first; within a tier by number. */
export function tiersOf(plannedProxies: readonly PlannedProxy[]): PlannedProxy[][] {
  const sorted = bestFirst(plannedProxies);
  const tiers: PlannedProxy[][] = [];
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const { rank } = sorted[from] as PlannedProxy;
    while (sorted[to]?.rank === rank) to += 1;
    tiers.push(sorted.slice(from, to));
  }
  return tiers;
}
