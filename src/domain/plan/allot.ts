import { type Claimant, compareWorth, isNothing, type Worth, worthOf } from './claimant.ts';
import { Heap } from './heap.ts';
import { compareTurns, type Turn, turnOf } from './queue.ts';

/** In the order of the claimants: how many unused proxies each of them gets on top of its own. */
export type Allotment = readonly number[];

/** What a claimant would gain by the next proxy, or block of proxies, and the turn of the account that would get it first. */
export interface Bid extends Worth, Turn {
  readonly index: number;
  /** What it had when it bid: a bid is out of date once that has changed. */
  readonly extra: number;
  /** Its accounts that would wait without it. */
  readonly unplaced: number;
}

export function bidOf(claimants: readonly Claimant[], index: number, extra: number, size: number): Bid {
  const claimant = claimants[index] as Claimant;
  const before = worthOf(claimant, extra);
  const after = worthOf(claimant, extra + size);
  const { since, id } = turnOf(claimant.queue, before.placed);
  return {
    placed: after.placed - before.placed,
    opened: after.opened - before.opened,
    squares: after.squares - before.squares,
    index,
    extra,
    unplaced: claimant.demand - before.placed,
    since,
    id,
  };
}

/** Where two gain alike, the one comes first whose next account has waited longer. */
export const byGain = (a: Bid, b: Bid): number => compareWorth(a, b) || compareTurns(a, b) || a.index - b.index;

/**
 * Gives `count` unused proxies out, each to whoever gains most by it. No gain grows from one proxy to the next, so this
 * is the best of all ways (rule R5), and where gains are equal those who have waited longest are served first.
 */
export function allotSingles(claimants: readonly Claimant[], count: number, had: Allotment = []): Allotment {
  const extra = claimants.map((_, index) => had[index] ?? 0);
  const bids = new Heap<Bid>(byGain);
  for (const [index, already] of extra.entries()) bids.push(bidOf(claimants, index, already, 1));
  for (let left = count; left > 0; left -= 1) {
    const best = bids.peek();
    if (!best || isNothing(best)) break;
    extra[best.index] = best.extra + 1;
    bids.replace(bidOf(claimants, best.index, best.extra + 1, 1));
  }
  return extra;
}
