import { sumOf } from '../../sum.ts';
import { NetworkShelf } from '../shared/network-shelf.ts';
import { bestFirst, type PlannedProxy, tiersOf } from '../shared/planned-proxy.ts';
import { compareClaimants } from './claimant.ts';
import { deal, type Hand } from './hand.ts';

/**
 * Deals unused proxies if accounts have to share: the better the proxy, the more accounts it gets. Each hand gets its
 * allotted number.
 */
export function dealShared(hands: readonly Hand[], free: readonly PlannedProxy[]): void {
  const sorted = bestFirst(free);
  const tiers = tiersOf(sorted);
  const orders = ordersOf(hands, sorted);
  let at = 0;
  let taken = 0;
  for (const tier of tiers) {
    const shelf = new NetworkShelf(tier);
    for (let order = orders[at]; order && shelf.size > 0; order = orders[at]) {
      const plannedProxies = shelf.take(Math.min(shelf.size, order.count - taken), order.hand.carried);
      deal(order.hand, plannedProxies);
      taken += plannedProxies.length;
      if (taken < order.count) continue;
      at += 1;
      taken = 0;
    }
  }
}

/** A number of proxies, each of which will carry `load` accounts. */
interface Order {
  readonly hand: Hand;
  readonly load: number;
  readonly count: number;
}

/** The demand of the hands, the fullest proxies first. */
function ordersOf(hands: readonly Hand[], free: readonly PlannedProxy[]): Order[] {
  const tops = hands.map(topOf);
  for (const load of new Set(tops.map(({ full }) => full))) preferBetter(load, tops, free);
  return tops
    .flatMap(({ hand, full, onExtra }) => [
      { hand, load: full + 1, count: onExtra },
      { hand, load: full, count: hand.extra - onExtra },
    ])
    .sort((a, b) => b.load - a.load || compareClaimants(a.hand.claimant, b.hand.claimant));
}

/** The accounts that remain after each proxy of a hand, own or dealt, carries `full`. */
interface Top {
  readonly hand: Hand;
  readonly full: number;
  /** 0 if no proxy has a slot left for them: they wait. */
  readonly rest: number;
  /** Its own proxies that could take one of them, best first. */
  readonly own: readonly PlannedProxy[];
  /** Number of these accounts that go to dealt proxies. */
  onExtra: number;
}

function topOf(hand: Hand): Top {
  const { demand, levels, shared, unused } = hand.claimant;
  let full = 0;
  let rest = demand;
  for (let slots = 0; full < levels.length; full += 1) {
    slots = (levels[full] ?? 0) + hand.extra;
    if (rest < slots) break;
    rest -= slots;
  }
  const own = bestFirst([...shared, ...unused].filter((planned) => planned.load <= full));
  if (full === levels.length) rest = 0;
  return { hand, full, rest, own, onExtra: Math.min(hand.extra, Math.max(0, rest - own.length)) };
}

/**
 * Moves remaining accounts from own proxies to dealt ones, the worst first, as long as the next dealt proxy with one
 * more account is better. This is the same for all hands, since the best proxies go to the hand that puts the most
 * accounts on them.
 */
function preferBetter(load: number, tops: readonly Top[], free: readonly PlannedProxy[]): void {
  const level = tops.filter(({ full }) => full === load);
  let next = sumOf(tops, ({ full, hand }) => (full > load ? hand.extra : 0));
  for (const { onExtra } of level) next += onExtra;
  const movable = level.flatMap((top) => {
    const most = Math.min(top.rest, top.hand.extra);
    return top.own.slice(top.rest - most, top.rest).map((planned) => ({ top, rank: planned.rank }));
  });
  for (const { top, rank } of movable.sort((a, b) => b.rank - a.rank)) {
    const better = free[next];
    if (!better || better.rank >= rank) break;
    top.onExtra += 1;
    next += 1;
  }
}
