import { type Assignment, type AssignmentReason, reasonFor } from './shared/assignment.ts';
import type { Carried } from './shared/carried.ts';
import { NetworkShelf } from './shared/network-shelf.ts';
import { compareSeats, type Seat } from './shared/seat.ts';

/**
 * Places accounts of one model, in their order, on seats that are all its to use, as long as there is room. Evenly: the
 * least loaded seat first, then by the tie rules. Loads and `carried` grow with it.
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

/** The best `count` of the seats by the tie rules; they come sorted by `compareSeats`. */
function pickBest(sorted: readonly Seat[], count: number, carried: Carried): readonly Seat[] {
  if (count >= sorted.length) return sorted;
  const last = sorted[count]?.rank;
  const tied = sorted.filter((seat) => seat.rank === last);
  const picked = sorted.slice(0, sorted.indexOf(tied[0] as Seat));
  const soFar = carried.copy();
  for (const seat of picked) soFar.add(seat.network, 1);
  return picked.concat(new NetworkShelf(tied).take(count - picked.length, soFar));
}
