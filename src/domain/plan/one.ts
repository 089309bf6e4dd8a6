import { type Assignment, reasonFor } from './shared/assignment.ts';
import type { Carried } from './shared/carried.ts';
import type { Pool } from './shared/pool.ts';
import type { Seat } from './shared/seat.ts';
import { surveyPool } from './shared/survey.ts';

/**
 * Rule R4: one account alone takes an unused proxy first, then the least loaded one of its model, by the tie rules of R5.
 * `null` where there is no room. It is the plan of a batch of one, in O(n).
 *
 * @param pool may leave out what makes no difference: it needs the model's proxies, the unused ones to choose from, and
 *   whatever is on an address with these.
 */
export function planOne(pool: Pool, account: { id: number; modelId: number }): Assignment | null {
  const { models, free } = surveyPool(pool, [account.modelId]);
  const model = models.get(account.modelId);
  if (!model) return null;
  const open = model.held.filter((seat) => seat.proxy.eligible && seat.load < pool.limit);
  const seat = best([...free, ...model.unused, ...open], model.carried);
  if (!seat) return null;
  return {
    accountId: account.id,
    modelId: account.modelId,
    proxyId: seat.proxy.id,
    reason: reasonFor(seat, model.carried.on(seat.network) === 0),
  };
}

function best(seats: readonly Seat[], carried: Carried): Seat | undefined {
  let found: Seat | undefined;
  for (const seat of seats) if (!found || isBetter(seat, found, carried)) found = seat;
  return found;
}

function isBetter(a: Seat, b: Seat, carried: Carried): boolean {
  const order =
    a.load - b.load || a.rank - b.rank || carried.on(a.network) - carried.on(b.network) || a.proxy.id - b.proxy.id;
  return order < 0;
}
