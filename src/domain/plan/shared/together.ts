import type { Assignment } from './assignment.ts';

/** The slots of a plan on one proxy. */
interface Places<A> {
  slots: A[];
  owner: number | undefined;
}

interface Together {
  /** The VPS of an account. */
  vpsOf: ReadonlyMap<number, number>;
  /** The only VPS that uses a proxy. */
  ownerOf: ReadonlyMap<number, number>;
}

/**
 * Exchanges the slots of accounts of one model, so that few proxies are used by more than one VPS. The same proxies get the same
 * numbers of accounts, and accounts of one model are interchangeable, so that the plan stays as good by all other rules.
 *
 * Proxies of one VPS get accounts of that VPS first. Then whole proxies go to one VPS each, the fullest first. The rest is shared;
 * accounts without a VPS fill up what others leave.
 *
 * @returns the assignments in the order of the accounts
 */
export function keepTogether<A extends Assignment>(made: readonly A[], together: Together): A[] {
  if (together.vpsOf.size === 0) return [...made];
  const slotOf = new Map<number, A>();
  for (const ofModel of Map.groupBy(made, ({ modelId }) => modelId).values()) {
    for (const [accountId, slot] of exchange(ofModel, together)) slotOf.set(accountId, slot);
  }
  return made.map((each) => {
    const { proxyId, reason } = slotOf.get(each.accountId) ?? each;
    return { ...each, proxyId, reason };
  });
}

/** Accounts of one VPS, or of none, the one that has waited longest at the end. */
type Queue = number[];

function exchange<A extends Assignment>(made: readonly A[], { vpsOf, ownerOf }: Together): [number, A][] {
  const pairs: [number, A][] = [];
  const fill = ({ slots }: Places<A>, queue: Queue = []) => {
    for (let left = Math.min(slots.length, queue.length); left > 0; left -= 1) {
      pairs.push([queue.pop() as number, slots.pop() as A]);
    }
  };
  const byVps = Map.groupBy(made, ({ accountId }) => vpsOf.get(accountId));
  const queues = new Map([...byVps].map(([vpsId, its]) => [vpsId, its.map(({ accountId }) => accountId).reverse()]));
  const anywhere = queues.get(undefined) ?? [];
  queues.delete(undefined);
  const places = [...Map.groupBy(made, ({ proxyId }) => proxyId)].map(
    ([proxyId, its]): Places<A> => ({ slots: its.toReversed(), owner: ownerOf.get(proxyId) }),
  );
  for (const place of places) fill(place, queues.get(place.owner));
  fillWhole(places, queues, fill);
  for (const place of places) {
    if (place.owner !== undefined) fill(place, anywhere);
    for (let longest = longestOf(queues); longest && place.slots.length > 0; longest = longestOf(queues)) {
      fill(place, longest);
      fill(place, anywhere);
    }
    fill(place, anywhere);
  }
  return pairs;
}

/** Fills proxies that no VPS uses yet with accounts of one VPS each, as long as one has enough of them. */
function fillWhole<A>(
  places: readonly Places<A>[],
  queues: ReadonlyMap<number | undefined, Queue>,
  fill: (place: Places<A>, queue: Queue) => void,
): void {
  const bySize = Map.groupBy(
    places.filter(({ owner }) => owner === undefined),
    ({ slots }) => slots.length,
  );
  for (const [size, its] of [...bySize].sort(([a], [b]) => b - a)) {
    const left = its.toReversed();
    for (const queue of queues.values()) {
      while (queue.length >= size && left.length > 0) fill(left.pop() as Places<A>, queue);
    }
  }
}

/** The accounts of the VPS with the most that are left; undefined if none are. */
function longestOf(queues: ReadonlyMap<number | undefined, Queue>): Queue | undefined {
  let longest: Queue | undefined;
  for (const queue of queues.values()) if (queue.length > (longest?.length ?? 0)) longest = queue;
  return longest;
}
