import { type Assignment, Reasons } from './shared/assignment.ts';
import type { Carried } from './shared/carried.ts';
import { inTurn } from './shared/network-shelf.ts';
import { bestFirst, type PlannedProxy } from './shared/planned-proxy.ts';

/**
 * Places accounts of one model, in their order, on proxies that the model may use, as long as they have free slots.
 * Evenly: the least loaded proxy first, then by the tie rules. Updates the loads.
 *
 * @param carried what the model carries before
 * @param reasons those of the plan so far
 */
export function fill(
  plannedProxies: readonly PlannedProxy[],
  { modelId, carried, limit }: { modelId: number; carried: Carried; limit: number },
  accountIds: readonly number[],
  reasons = new Reasons(),
): Assignment[] {
  const sorted = bestFirst(plannedProxies);
  const soFar = carried.copy();
  const levels: Assignment[][] = [];
  let count = 0;
  for (let load = 0; load < limit && count < accountIds.length; load += 1) {
    const level = withLoad(sorted, load);
    const from = count;
    const left = accountIds.length - from;
    const best = left < level.length ? pickBest(level, left, soFar.copy()) : level;
    levels.push(
      best.map((planned, at): Assignment => {
        const isFirst = soFar.add(planned.network, 1) === 1;
        const reason = reasons.of(planned, isFirst);
        planned.load += 1;
        return { accountId: accountIds[from + at] as number, modelId, proxyId: planned.id, reason };
      }),
    );
    count += best.length;
  }
  return ([] as Assignment[]).concat(...levels);
}

/** Often all proxies are equally loaded: then this is the same list. */
function withLoad(plannedProxies: readonly PlannedProxy[], load: number): readonly PlannedProxy[] {
  const has = (planned: PlannedProxy) => planned.load === load;
  return plannedProxies.every(has) ? plannedProxies : plannedProxies.filter(has);
}

/**
 * The best `count` proxies by the tie rules, out of more that are sorted by `comparePlanned`. What they and their equals
 * would carry is counted in `soFar`.
 */
function pickBest(sorted: readonly PlannedProxy[], count: number, soFar: Carried): readonly PlannedProxy[] {
  const { rank: last } = sorted[count] as PlannedProxy;
  const first = sorted.findIndex((planned) => planned.rank === last);
  const picked = sorted.slice(0, first);
  const tied = sorted.filter((planned) => planned.rank === last);
  for (const planned of picked) soFar.add(planned.network, 1);
  return picked.concat(inTurn(tied, soFar).slice(0, count - first));
}
