import type { Tx } from '../../db/client.ts';
import { readClaimedBy, readHeldOn, readUnclaimed } from '../../db/queries/assignments/pool.ts';
import { isBestOfAll, planOne } from '../../domain/plan/one.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import { addressOf, type PoolProxy } from '../../domain/plan/shared/pool.ts';
import type { PlanBasis } from './whole-pool.ts';

/** Number of unclaimed proxies that are read first, and the factor by which each further read grows. */
const FIRST_LOOK = 100;
const MORE = 10;

/**
 * Finds the proxy that `planOne` would choose from the whole pool, while reading few: those of the account's model and
 * the best unclaimed ones, and more of them as long as an unread one could be better. Expired cooldowns must be ended
 * before the call.
 *
 * @param besides a proxy that is excluded: the one that the account leaves
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

/**
 * Reads the part of the pool that matters to these models: their proxies and the unclaimed ones, unless these are more
 * than `most`.
 */
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

/** Adds the proxies of other models that share an address with a candidate (R8); each proxy once. */
export async function withNeighbours(tx: Tx, now: number, proxies: readonly PoolProxy[]): Promise<PoolProxy[]> {
  const addresses = proxies.flatMap((proxy) => (proxy.load === 0 ? (addressOf(proxy) ?? []) : []));
  const neighbours = addresses.length === 0 ? [] : await readHeldOn(tx, now, addresses);
  return [...new Map([...neighbours, ...proxies].map((proxy) => [proxy.id, proxy])).values()];
}
