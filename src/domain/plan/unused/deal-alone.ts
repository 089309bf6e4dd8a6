import { sumOf } from '../../sum.ts';
import { NetworkShelf } from '../shared/network-shelf.ts';
import { type PlannedProxy, tiersOf } from '../shared/planned-proxy.ts';
import { compareClaimants } from './claimant.ts';
import { deal, type Hand } from './hand.ts';

/** The unused proxies of equal health and latency. */
interface Tier {
  readonly free: readonly PlannedProxy[];
  readonly own: ReadonlyMap<Hand, readonly PlannedProxy[]>;
}

/** The number of proxies that a hand still needs, from tiers that are not dealt yet. */
interface Wish {
  readonly hand: Hand;
  /** Its own proxies in all tiers but the last. It uses all of them, up to its demand. */
  ownBefore: number;
  readonly ownInLast: number;
}

/**
 * Deals unused proxies if there are enough for each account to have one of its own. Health and latency come first: tier
 * by tier, as many accounts as possible get a proxy of the better tier. So all tiers but the last are used up, each
 * hand uses its own proxies in them, and no hand takes free ones that another cannot do without.
 */
export function dealAlone(hands: readonly Hand[], free: readonly PlannedProxy[]): void {
  const tiers = tiersInUse(hands, free);
  const wishes = wishesOf(hands, tiers);
  let spare = sumOf(tiers, (tier) => tier.free.length);
  for (const wish of wishes.values()) spare -= leastOf(wish);

  for (const [at, { free: plannedProxies, own }] of tiers.entries()) {
    const isLast = at === tiers.length - 1;
    const shelf = new NetworkShelf(plannedProxies);
    for (const [hand, its] of isLast ? [] : own) {
      const wish = wishes.get(hand);
      if (!wish) continue;
      deal(hand, shelf.take(wants(hand), hand.carried, its, 0));
      wish.ownBefore -= its.length;
    }
    for (const wish of wishes.values()) {
      if (shelf.size === 0 && !isLast) break;
      const { hand } = wish;
      const [before, least] = [shelf.size, leastOf(wish)];
      const quota = Math.min(before, least + spare);
      deal(hand, shelf.take(mostOf(wish), hand.carried, isLast ? own.get(hand) : [], quota));
      spare -= before - shelf.size - (least - leastOf(wish));
      if (wants(hand) === 0) wishes.delete(hand);
    }
  }
}

const wants = (hand: Hand): number => hand.claimant.demand - hand.dealt.length;
/** Maximum number of free proxies for a hand. */
const mostOf = ({ hand, ownBefore }: Wish): number => Math.max(0, wants(hand) - ownBefore);
/** Number of free proxies that a hand cannot do without. */
const leastOf = (wish: Wish): number => Math.max(0, mostOf(wish) - wish.ownInLast);

/** In the order in which proxies are dealt. */
function wishesOf(hands: readonly Hand[], tiers: readonly Tier[]): Map<Hand, Wish> {
  const counts = new Map<Hand, number>();
  for (const { own } of tiers) {
    for (const [hand, its] of own) counts.set(hand, (counts.get(hand) ?? 0) + its.length);
  }
  const inTurn = hands.toSorted((a, b) => compareClaimants(a.claimant, b.claimant));
  return new Map(
    inTurn.map((hand) => {
      const ownInLast = tiers.at(-1)?.own.get(hand)?.length ?? 0;
      return [hand, { hand, ownBefore: (counts.get(hand) ?? 0) - ownInLast, ownInLast }];
    }),
  );
}

/** The tiers from the best down to the one that completes the demand. */
function tiersInUse(hands: readonly Hand[], free: readonly PlannedProxy[]): Tier[] {
  const ownerOf = new Map(hands.flatMap((hand) => hand.claimant.unused.map((planned) => [planned, hand] as const)));
  const wanted = new Map(hands.map((hand) => [hand, wants(hand)]));
  let missing = sumOf(hands, wants);
  const tiers: Tier[] = [];
  for (const plannedProxies of tiersOf([...free, ...ownerOf.keys()])) {
    if (missing <= 0) break;
    const byOwner = Map.groupBy(plannedProxies, (planned) => ownerOf.get(planned));
    const own = new Map<Hand, PlannedProxy[]>();
    for (const [hand, its] of byOwner) {
      if (!hand) continue;
      own.set(hand, its);
      const used = Math.min(its.length, wanted.get(hand) ?? 0);
      wanted.set(hand, (wanted.get(hand) ?? 0) - used);
      missing -= used;
    }
    const shared = byOwner.get(undefined) ?? [];
    missing -= shared.length;
    tiers.push({ free: shared, own });
  }
  return tiers;
}
