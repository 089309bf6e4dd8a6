import { sumOf } from '../../sum.ts';
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

  /** In place, because a plan makes many bids. */
  renew(extra: number, size: number): this {
    const before = worthOf(this.claimant, extra);
    const after = worthOf(this.claimant, extra + size);
    this.extra = extra;
    this.placed = after.placed - before.placed;
    this.opened = after.opened - before.opened;
    this.squares = after.squares - before.squares;
    return this.#turnAt(before.placed);
  }

  /** The same as `renew` for the next proxy if that brings the same gain. */
  repeat(): this {
    this.extra += 1;
    return this.#turnAt(this.claimant.demand - this.unplaced + this.placed);
  }

  #turnAt(placed: number): this {
    const { since, id } = turnOf(this.claimant.queue, placed);
    this.unplaced = this.claimant.demand - placed;
    this.since = since;
    this.id = id;
    return this;
  }
}

/** If two claimants gain the same, the one whose next account has waited longer comes first. */
const byTurn = (a: Bid, b: Bid): number => compareTurns(a, b) || a.index - b.index;
export const byGain = (a: Bid, b: Bid): number => compareWorth(a, b) || byTurn(a, b);

/**
 * Allots `count` unused proxies, each to the claimant that gains most. A claimant's gain never grows from one proxy to
 * the next, so this is optimal (rule R5); if gains are equal, the longest waiting come first.
 *
 * All proxies of one gain are allotted at once as long as there are enough, since then their order does not matter.
 */
export function allotSingles(claimants: readonly Claimant[], count: number, had: Allotment = []): Allotment {
  const extra = claimants.map((_, index) => had[index] ?? 0);
  const bids = new Heap<Bid>(compareWorth);
  for (const [index, already] of extra.entries()) bids.push(new Bid(claimants, index).renew(already, 1));
  for (let left = count; left > 0; ) {
    const best = bestOf(bids).map((bid) => ({ bid, wanted: sameGains(bid, left) }));
    const wanted = sumOf(best, (each) => each.wanted);
    if (wanted === 0) break;
    if (wanted > left) {
      allotInTurn(best, left, extra);
      break;
    }
    for (const { bid, wanted: its } of best) {
      extra[bid.index] = bid.extra + its;
      bids.push(bid.renew(bid.extra + its, 1));
    }
    left -= wanted;
  }
  return extra;
}

/** A bid, and how many proxies bring its gain. */
interface Wanted {
  readonly bid: Bid;
  wanted: number;
}

/** Takes all bids of the highest gain. */
function bestOf(bids: Heap<Bid>): Bid[] {
  const best: Bid[] = [];
  for (let bid = bids.peek(); bid && compareWorth(bid, best[0] ?? bid) === 0; bid = bids.peek()) {
    best.push(bid);
    bids.pop();
  }
  return best;
}

/** How many proxies in succession bring the gain of a bid, up to `most`; 0 if it gains nothing. Found by halving, since gains never grow. */
function sameGains(bid: Bid, most: number): number {
  if (isNothing(bid)) return 0;
  const probe = new Bid([bid.claimant], 0);
  let [least, below] = [1, most + 1];
  while (below - least > 1) {
    const middle = (least + below) >> 1;
    if (compareWorth(probe.renew(bid.extra + middle - 1, 1), bid) === 0) least = middle;
    else below = middle;
  }
  return least;
}

/** Allots fewer proxies than are wanted, each to the claimant whose next account has waited longest. */
function allotInTurn(wanted: readonly Wanted[], count: number, extra: number[]): void {
  const turns = new Heap<Wanted>((a, b) => byTurn(a.bid, b.bid));
  for (const each of wanted) turns.push(each);
  for (let left = count; left > 0; left -= 1) {
    const next = turns.peek() as Wanted;
    next.wanted -= 1;
    extra[next.bid.index] = next.bid.extra + 1;
    next.bid.repeat();
    if (next.wanted > 0) turns.replace(next);
    else turns.pop();
  }
}
