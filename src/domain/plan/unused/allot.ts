import { Heap } from '../shared/heap.ts';
import { compareTurns, type Turn, turnOf } from '../shared/queue.ts';
import { type Claimant, compareWorth, isNothing, type Worth, worthOf } from './claimant.ts';

/** In the order of the claimants: how many unused proxies each of them gets on top of its own. */
export type Allotment = readonly number[];

/** What a claimant would gain by the next proxy, or block of proxies, and the turn of the account that would get it first. */
export class Bid implements Worth, Turn {
  readonly claimant: Claimant;
  readonly index: number;
  /** What it had when it bid: a bid is out of date once that has changed. */
  extra = 0;
  placed = 0;
  opened = 0;
  squares = 0;
  /** Its accounts that would wait without it. */
  unplaced = 0;
  since = 0;
  id = 0;

  constructor(claimants: readonly Claimant[], index: number) {
    this.claimant = claimants[index] as Claimant;
    this.index = index;
  }

  /** In place: a plan makes a hundred thousand bids. */
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

/** Where two gain alike, the one comes first whose next account has waited longer. */
export const byGain = (a: Bid, b: Bid): number => compareWorth(a, b) || compareTurns(a, b) || a.index - b.index;

/**
 * Gives `count` unused proxies out, each to whoever gains most by it. No gain grows from one proxy to the next, so this
 * is the best of all ways (rule R5), and where gains are equal those who have waited longest are served first.
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
