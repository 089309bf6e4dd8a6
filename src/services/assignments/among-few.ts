import type { Db, Tx } from '../../db/client.ts';
import { type PlanBasis, readClaimedBy, readOn, readUnclaimed } from '../../db/queries/assignments/pool.ts';
import { planOne } from '../../domain/plan/one.ts';
import { isPlanOfWhole } from '../../domain/plan/part.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import { addressOf, type Pool, type PoolProxy } from '../../domain/plan/shared/pool.ts';

/** So many accounts, of so many models, are planned among few proxies. */
export const FEW_ACCOUNTS = 50;
export const FEW_MODELS = 10;

/** How many unclaimed proxies are looked at first, and how many times more if that was not enough. */
const FIRST_LOOK = 100;
const PER_ACCOUNT = 4;
const MORE = 10;

/** Whether a plan for these accounts needs few proxies of the pool. */
export function areFew(accounts: readonly { modelId: number }[]): boolean {
  return accounts.length <= FEW_ACCOUNTS && new Set(accounts.map(({ modelId }) => modelId)).size <= FEW_MODELS;
}

interface FewAccounts<P> {
  accounts: readonly { modelId: number }[];
  /** Proxies that the plan takes accounts off, and then may give to others, with the models that they carry. */
  vacated?: readonly { id: number; modelId: number }[];
  /** How the plan sees a proxy, if not as it is. */
  seenAs?(proxy: PoolProxy): PoolProxy;
  plan(pool: Pool): P;
  /** The assignments of a plan. */
  made(plan: P): readonly Assignment[];
  firstLook?: number | undefined;
}

/**
 * The plan over the whole pool, found among few proxies: those of the accounts' models, and the best of the unclaimed ones, more of
 * them as long as one that was not read could make a difference.
 */
export async function planAmongFew<P>(
  tx: Db | Tx,
  { limit, now }: PlanBasis,
  { accounts, vacated = [], seenAs, plan, made, firstLook }: FewAccounts<P>,
): Promise<P> {
  const own = await readClaimedBy(tx, now, [...new Set([...accounts, ...vacated].map(({ modelId }) => modelId))]);
  const isVacated = new Set(vacated.map(({ id }) => id));
  for (let look = firstLook ?? FIRST_LOOK + PER_ACCOUNT * accounts.length; ; look *= MORE) {
    const unclaimed = await readUnclaimed(tx, now, look);
    const isUsable = ({ id, load }: PoolProxy) => load === 0 || isVacated.has(id);
    const found = await withNeighbours(tx, now, [...own, ...unclaimed], isUsable);
    const pool = { proxies: seenAs ? found.map(seenAs) : found, limit, now };
    const planned = plan(pool);
    const last = unclaimed.at(-1);
    if (!last || unclaimed.length < look) return planned;
    if (isPlanOfWhole(made(planned), { pool, count: accounts.length, last })) return planned;
  }
}

/**
 * The proxy that `planOne` would choose from the whole pool.
 *
 * @param besides a proxy that is out of the question: the one that the account leaves
 */
export function placeOne(
  tx: Db | Tx,
  basis: PlanBasis,
  account: { id: number; modelId: number },
  { besides, firstLook }: { besides?: number | null; firstLook?: number } = {},
): Promise<Assignment | null> {
  return planAmongFew<Assignment | null>(tx, basis, {
    accounts: [account],
    plan: (pool) => planOne({ ...pool, proxies: pool.proxies.filter(({ id }) => id !== besides) }, account),
    made: (assignment) => (assignment ? [assignment] : []),
    firstLook,
  });
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

/** Adds whatever else is on the addresses of proxies that could be used (R8); each proxy once. */
export async function withNeighbours(
  tx: Db | Tx,
  now: number,
  proxies: readonly PoolProxy[],
  isUsable = ({ load }: PoolProxy) => load === 0,
): Promise<PoolProxy[]> {
  const addresses = proxies.flatMap((proxy) => (isUsable(proxy) ? (addressOf(proxy) ?? []) : []));
  const known = [...new Map(proxies.map((proxy) => [proxy.id, proxy])).values()];
  return addresses.length === 0 ? known : [...known, ...(await readOn(tx, now, addresses, known))];
}
