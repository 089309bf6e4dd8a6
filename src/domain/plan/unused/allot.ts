import { Heap } from '../shared/heap.ts';
import { compareTurns, type Turn, turnOf } from '../shared/queue.ts';
import { type Claimant, compareWorth, isNothing, type Worth, worthOf } from './claimant.ts';

/** For each claimant, in order: the number of unused proxies that it gets in addition to its own. */
export type Allotment = readonly number[];

/**
 * The gain of a claimant from the next proxy, or block of proxies, and the turn of the account that would get it first.
 */
export class Bid implements Worth, Turn {
  readonly claimant: Claimant;
  readonly index: number;
  /** The allotment at the time of the bid; once it has changed, the bid is out of date. */
  extra = 0;
  placed = 0;
  opened = 0;
  squares = 0;
  /** Number of accounts that would wait without it. */
  unplaced = 0;
  since = 0;
  id = 0;

  constructor(claimants: readonly Claimant[], index: number) {
    this.claimant = claimants[index] as Claimant;
    this.index = index;
  }

  /** In place, because a plan makes a hundred thousand bids. */
  renew(extra: number, size: number): this {
    const before = worthOf(this.claimant, extra);
    const after = worthOf(this.claimant, extra + size);
    const { since, id } = turnOf(this.claimant.queue, before.placed);
    this.extra = extra;
    this.placed = after.placed - before.placed;
    this.opened = after.opened - before.opened;
    this.squares = after.squares - before.squares;
    this.unplaced = this.claimant.demand - before.placed;
    this.since = since;
    this.id = id;
    return this;
  }
}

/** If two claimants gain the same, the one whose next account has waited longer comes first. */
export const byGain = (a: Bid, b: Bid): number => compareWorth(a, b) || compareTurns(a, b) || a.index - b.index;

/**
 * Allots `count` unused proxies, each to the claimant that gains most. A claimant's gain never grows from one proxy to
 * the next, so this is optimal (rule R5); if gains are equal, the longest waiting come first.
 */
export function allotSingles(claimants: readonly Claimant[], count: number, had: Allotment = []): Allotment {
  const extra = claimants.map((_, index) => had[index] ?? 0);
  const bids = new Heap<Bid>(byGain);
  for (const [index, already] of extra.entries()) bids.push(new Bid(claimants, index).renew(already, 1));
  for (let left = count; left > 0; left -= 1) {
    const best = bids.peek();
    if (!best || isNothing(best)) break;
    extra[best.index] = best.extra + 1;
    bids.replace(best.renew(best.extra + 1, 1));
  }
  return extra;
}
