import type { Tx } from '../../db/client.ts';
import { readClaimedBy, readHeldOn, readUnclaimed } from '../../db/queries/assignments/pool.ts';
import { isBestOfAll, planOne } from '../../domain/plan/one.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import { addressOf, type PoolProxy } from '../../domain/plan/shared/pool.ts';
import type { PlanBasis } from './whole-pool.ts';

/** How many unclaimed proxies are looked at first, and how many times more where that was not enough. */
const FIRST_LOOK = 100;
const MORE = 10;

/**
 * The proxy that `planOne` would choose from the whole pool, found among few: those of the account's model, and the best of the
 * unclaimed ones, more of them as long as one that was not read could be better. Cool-downs that are over must be ended before.
 *
 * @param besides a proxy that is out of the question: the one that the account leaves
 */
export async function placeOne(
  tx: Tx,
  { limit, now }: PlanBasis,
  account: { id: number; modelId: number },
  { besides, firstLook = FIRST_LOOK }: { besides?: number | null; firstLook?: number } = {},
): Promise<Assignment | null> {
  const own = await readClaimedBy(tx, now, [account.modelId]);
  for (let count = firstLook; ; count *= MORE) {
    const unclaimed = await readUnclaimed(tx, now, count);
    const proxies = await withNeighbours(tx, now, [...own, ...unclaimed]);
    const assignment = planOne({ proxies: proxies.filter(({ id }) => id !== besides), limit, now }, account);
    const last = unclaimed.at(-1);
    if (!last || unclaimed.length < count) return assignment;
    const chosen = proxies.find(({ id }) => id === assignment?.proxyId);
    if (assignment && chosen && isBestOfAll(assignment, chosen, last)) return assignment;
  }
}

/** A pool that is all that plans for these models: their proxies and the unclaimed ones, unless these are more than `most`. */
export async function readPoolOf(
  tx: Tx,
  now: number,
  modelIds: readonly number[],
  most: number,
): Promise<PoolProxy[] | undefined> {
  const unclaimed = await readUnclaimed(tx, now, most + 1);
  if (unclaimed.length > most) return undefined;
  return withNeighbours(tx, now, [...(await readClaimedBy(tx, now, modelIds)), ...unclaimed]);
}

/** Adds whatever other models hold on the addresses of proxies that could be used (R8); each proxy once. */
export async function withNeighbours(tx: Tx, now: number, proxies: readonly PoolProxy[]): Promise<PoolProxy[]> {
  const addresses = proxies.flatMap((proxy) => (proxy.load === 0 ? (addressOf(proxy) ?? []) : []));
  const neighbours = addresses.length === 0 ? [] : await readHeldOn(tx, now, addresses);
  return [...new Map([...neighbours, ...proxies].map((proxy) => [proxy.id, proxy])).values()];
}
