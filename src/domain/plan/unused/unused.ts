import { sumOf } from '../../sum.ts';
import type { PlannedProxy } from '../shared/planned-proxy.ts';
import type { Block, Survey } from '../shared/survey.ts';
import { allotSingles } from './allot.ts';
import { allotBlocks, compareBlocks } from './allot-blocks.ts';
import type { Claimant } from './claimant.ts';
import { dealAlone } from './deal-alone.ts';
import { dealShared } from './deal-shared.ts';
import { deal, type Hand } from './hand.ts';

/** The hands with their numbers of free proxies, and the free proxies. */
export interface Table {
  readonly hands: readonly Hand[];
  readonly free: readonly PlannedProxy[];
}

/** Allots unused proxies by rule R5; the result is exact unless free proxies share an address (R8). */
export function allotUnused(claimants: readonly Claimant[], { free, blocks }: Survey): Table {
  // One proxy of each address is as good as a free one, and no address is used up if these are enough.
  const oneEach = [...free, ...blocks.flatMap((block) => block.free.slice(0, 1))];
  const wanted = sumOf(claimants, ({ demand, levels }) => Math.max(0, demand - (levels[0] ?? 0)));
  if (blocks.length === 0 || wanted <= oneEach.length) {
    const extra = allotSingles(claimants, oneEach.length);
    return { hands: claimants.map((claimant, index) => handOf(claimant, [], extra[index] ?? 0)), free: oneEach };
  }

  const sorted = blocks.toSorted(compareBlocks);
  const { owners, extra } = allotBlocks(claimants, sorted, free.length);
  const wonBy = Map.groupBy(sorted.keys(), (at) => owners[at]);
  const hands = claimants.map((claimant, index) => {
    const won = wonBy.get(index)?.flatMap((at) => plannedFor(claimant.modelId, sorted[at] as Block)) ?? [];
    return handOf(claimant, won, extra[index] ?? 0);
  });
  return { hands, free };
}

/** Deals the allotted numbers: decides which unused proxies each model uses. */
export function dealUnused({ hands, free }: Table): Map<number, PlannedProxy[]> {
  if (isEachAlone({ hands, free })) {
    dealAlone(hands, free);
  } else {
    dealShared(hands, free);
    for (const hand of hands) deal(hand, hand.claimant.unused);
  }
  return new Map(hands.map(({ claimant, dealt }) => [claimant.modelId, dealt]));
}

function plannedFor(modelId: number, { free, cooling }: Block): PlannedProxy[] {
  return [...free, ...(cooling.get(modelId) ?? [])];
}

/** @param won proxies on addresses that only the claimant will use; `extra` includes them */
function handOf(claimant: Claimant, won: readonly PlannedProxy[], extra: number): Hand {
  const unused = [...claimant.unused, ...won];
  const levels = claimant.levels.map((count) => count + won.length);
  return {
    claimant: { ...claimant, unused, levels },
    extra: extra - won.length,
    dealt: [],
    carried: claimant.carried.copy(),
  };
}

/** Whether each account gets an unused proxy of its own. */
function isEachAlone({ hands }: Table): boolean {
  return hands.every(({ claimant, extra }) => claimant.demand <= (claimant.levels[0] ?? 0) + extra);
}
