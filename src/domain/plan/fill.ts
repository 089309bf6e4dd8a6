import { type Assignment, type AssignmentReason, reasonFor } from './shared/assignment.ts';
import type { Carried } from './shared/carried.ts';
import { NetworkShelf } from './shared/network-shelf.ts';
import { comparePlanned, type PlannedProxy } from './shared/planned-proxy.ts';

/**
 * Places accounts of one model, in their order, on proxies that the model may use, as long as they have free slots.
 * Evenly: the least loaded proxy first, then by the tie rules. Updates the loads and `carried`.
 */
export function fill(
  plannedProxies: readonly PlannedProxy[],
  { modelId, carried, limit }: { modelId: number; carried: Carried; limit: number },
  accountIds: readonly number[],
): Assignment[] {
  const sorted = plannedProxies.toSorted(comparePlanned);
  const made: Assignment[] = [];
  let reason: AssignmentReason | undefined;
  for (let load = 0; load < limit && made.length < accountIds.length; load += 1) {
    const level = sorted.filter((planned) => planned.load === load);
    for (const planned of pickBest(level, accountIds.length - made.length, carried)) {
      const accountId = accountIds[made.length] as number;
      const isFirst = carried.add(planned.network, 1) === 1;
      reason = reasonFor(planned, isFirst, reason);
      made.push({ accountId, modelId, proxyId: planned.proxy.id, reason });
      planned.load += 1;
    }
  }
  return made;
}

/** The best `count` proxies by the tie rules; the input is sorted by `comparePlanned`. */
function pickBest(sorted: readonly PlannedProxy[], count: number, carried: Carried): readonly PlannedProxy[] {
  if (count >= sorted.length) return sorted;
  const last = sorted[count]?.rank;
  const tied = sorted.filter((planned) => planned.rank === last);
  const picked = sorted.slice(0, sorted.indexOf(tied[0] as PlannedProxy));
  const soFar = carried.copy();
  for (const planned of picked) soFar.add(planned.network, 1);
  return picked.concat(new NetworkShelf(tied).take(count - picked.length, soFar));
}
