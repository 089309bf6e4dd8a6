import { Heap } from '../shared/heap.ts';
import { comparePlanned, type PlannedProxy } from '../shared/planned-proxy.ts';
import type { Block } from '../shared/survey.ts';
import { type Allotment, allotSingles, Bid, byGain } from './allot.ts';
import { type Claimant, compareWorth, isNothing, type Worth, worthOf } from './claimant.ts';

export interface BlockAllotment {
  /** The claimant's index for each block; −1 if no claimant gains from it. */
  readonly owners: readonly number[];
  /** The proxies that each claimant gets, from blocks and singles. */
  readonly extra: Allotment;
}

type Order = (a: Bid, b: Bid) => number;

/**
 * If the gains are equal, the claimant with the fewest remaining accounts comes first, so that one is completed before
 * another is begun.
 */
const byGainThenFit: Order = (a, b) => compareWorth(a, b) || a.unplaced - b.unplaced || byGain(a, b);

/**
 * Allots whole addresses (rule R8), the largest first, each to the claimant that gains most, then `singles` proxies.
 * The best combination of blocks is a packing problem: this takes the better of two orders and may fall short by one
 * block.
 */
export function allotBlocks(claimants: readonly Claimant[], blocks: readonly Block[], singles: number): BlockAllotment {
  const inTurn = allotInOrder(claimants, blocks, singles, byGain);
  const fitting = allotInOrder(claimants, blocks, singles, byGainThenFit);
  return compareWorth(totalWorth(claimants, fitting.extra), totalWorth(claimants, inTurn.extra)) < 0 ? fitting : inTurn;
}

function totalWorth(claimants: readonly Claimant[], extra: Allotment): Worth {
  const total = { placed: 0, opened: 0, squares: 0 };
  for (const [index, claimant] of claimants.entries()) {
    const worth = worthOf(claimant, extra[index] ?? 0);
    total.placed += worth.placed;
    total.opened += worth.opened;
    total.squares += worth.squares;
  }
  return total;
}

function allotInOrder(
  claimants: readonly Claimant[],
  blocks: readonly Block[],
  singles: number,
  order: Order,
): BlockAllotment {
  const extra: number[] = [];
  const indexOf = new Map(claimants.map((claimant, index) => [claimant.modelId, index]));
  let bids = new Heap<Bid>(order);
  let size = -1;
  const owners = blocks.map((block) => {
    if (block.free.length !== size) {
      size = block.free.length;
      bids = new Heap(order);
      for (const index of claimants.keys()) bids.push(new Bid(claimants, index).renew(extra[index] ?? 0, size));
    }
    let best = upToDate(bids, extra, size);
    for (const [modelId, cooling] of block.cooling) {
      const index = indexOf.get(modelId) as number;
      const bid = new Bid(claimants, index).renew(extra[index] ?? 0, size + cooling.length);
      if (!best || order(bid, best) < 0) best = bid;
    }
    if (!best || isNothing(best)) return -1;
    extra[best.index] = best.extra + size + (block.cooling.get(best.claimant.modelId)?.length ?? 0);
    return best.index;
  });
  return { owners, extra: allotSingles(claimants, singles, extra) };
}

/** The best bid that is not out of date. */
function upToDate(bids: Heap<Bid>, extra: Allotment, size: number): Bid | undefined {
  for (let bid = bids.peek(); bid; bid = bids.peek()) {
    const now = extra[bid.index] ?? 0;
    if (bid.extra === now) return bid;
    bids.replace(bid.renew(now, size));
  }
  return undefined;
}

/** Larger blocks first; of equal ones, the one with the better proxies. */
export function compareBlocks(a: Block, b: Block): number {
  return b.free.length - a.free.length || comparePlanned(bestOf(a), bestOf(b));
}

/** The best proxy of a block that any model may use, otherwise the best one in cooldown. */
function bestOf({ free, cooling }: Block): PlannedProxy {
  return free[0] ?? ([...cooling.values()].flat().sort(comparePlanned)[0] as PlannedProxy);
}
