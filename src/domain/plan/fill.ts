import { type Assignment, type AssignmentReason, reasonFor } from './shared/assignment.ts';
import type { Carried } from './shared/carried.ts';
import { NetworkShelf } from './shared/network-shelf.ts';
import { compareSeats, type Seat } from './shared/seat.ts';

/**
 * Places accounts of one model, in their order, on proxies that the model may use, as long as they have free slots.
 * Evenly: the least loaded proxy first, then by the tie rules. Updates the loads and `carried`.
 */
export function fill(
  seats: readonly Seat[],
  { modelId, carried, limit }: { modelId: number; carried: Carried; limit: number },
  accountIds: readonly number[],
): Assignment[] {
  const sorted = seats.toSorted(compareSeats);
  const made: Assignment[] = [];
  let reason: AssignmentReason | undefined;
  for (let load = 0; load < limit && made.length < accountIds.length; load += 1) {
    const level = sorted.filter((seat) => seat.load === load);
    for (const seat of pickBest(level, accountIds.length - made.length, carried)) {
      const accountId = accountIds[made.length] as number;
      const isFirst = carried.add(seat.network, 1) === 1;
      reason = reasonFor(seat, isFirst, reason);
      made.push({ accountId, modelId, proxyId: seat.proxy.id, reason });
      seat.load += 1;
    }
  }
  return made;
}

/** The best `count` proxies by the tie rules; the input is sorted by `compareSeats`. */
function pickBest(sorted: readonly Seat[], count: number, carried: Carried): readonly Seat[] {
  if (count >= sorted.length) return sorted;
  const last = sorted[count]?.rank;
  const tied = sorted.filter((seat) => seat.rank === last);
  const picked = sorted.slice(0, sorted.indexOf(tied[0] as Seat));
  const soFar = carried.copy();
  for (const seat of picked) soFar.add(seat.network, 1);
  return picked.concat(new NetworkShelf(tied).take(count - picked.length, soFar));
}
