import type { Db, Tx } from '../../db/client.ts';
import {
  type PlanBasis,
  readFullOf,
  readFullOn,
  readOn,
  readOpenOf,
  readUnclaimed,
} from '../../db/queries/assignments/pool.ts';
import { decisiveNetworks, planOne } from '../../domain/plan/one.ts';
import { isPlanOfWhole } from '../../domain/plan/part.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import { addressesIn } from '../../domain/plan/shared/network.ts';
import { addressOf, type FullProxy, type Pool, type PoolProxy } from '../../domain/plan/shared/pool.ts';

/** So many accounts, of so many models, are planned among few proxies. */
export const FEW_ACCOUNTS = 50;
export const FEW_MODELS = 10;

/** How many unclaimed proxies are looked at first, for one account or several, and how many times more if that was not enough. */
const FIRST_LOOK = 25;
const FIRST_LOOK_FOR_FEW = 300;
const MORE = 10;

/** The addresses of so many networks are looked up faster than all proxies of a model. */
const FEW_NETWORKS = 2;

/** Whether a plan for these accounts needs few proxies of the pool. */
export function areFew(accounts: readonly { modelId: number }[]): boolean {
  return accounts.length <= FEW_ACCOUNTS && new Set(accounts.map(({ modelId }) => modelId)).size <= FEW_MODELS;
}

interface FewAccounts<P> {
  accounts: readonly { modelId: number }[];
  /** Proxies that the plan takes accounts off, and then may give to others, with the models that they carry. */
  vacated?: readonly { id: number; modelId: number }[];
  /** Proxies that the plan only takes accounts off. */
  left?: readonly number[];
  /** How the plan sees a proxy, if not as it is. */
  seenAs?(proxy: PoolProxy): PoolProxy;
  plan(pool: Pool): P;
  /** The assignments of a plan. */
  made(plan: P): readonly Assignment[];
  /** The networks that can decide the plan; any can if absent. */
  networks?(pool: Pool): readonly string[];
  firstLook?: number | undefined;
}

/**
 * The plan over the whole pool, found among few proxies: those of the accounts' models, and the best of the unclaimed ones, more of
 * them as long as one that was not read could make a difference.
 */
export async function planAmongFew<P>(
  tx: Db | Tx,
  { limit, now }: PlanBasis,
  { accounts, vacated = [], left = [], seenAs, plan, made, networks, firstLook }: FewAccounts<P>,
): Promise<P> {
  const isVacated = new Set(vacated.map(({ id }) => id));
  const models = [...accounts, ...vacated];
  const open = await readOpen(tx, { limit, now }, models, [...isVacated, ...left]);
  for (let look = firstLook ?? (accounts.length > 1 ? FIRST_LOOK_FOR_FEW : FIRST_LOOK); ; look *= MORE) {
    const unclaimed = await readUnclaimed(tx, now, look);
    const isUsable = ({ id, load }: PoolProxy) => load === 0 || isVacated.has(id);
    const found = await withNeighbours(tx, now, [...open, ...unclaimed], isUsable);
    const part = { proxies: seenAs ? found.map(seenAs) : found, limit, now };
    const pool = { ...part, full: besides(await readFull(tx, part, models, networks?.(part)), found) };
    const planned = plan(pool);
    const last = unclaimed.at(-1);
    if (!last || unclaimed.length < look) return planned;
    if (isPlanOfWhole(made(planned), { pool, count: accounts.length, last })) return planned;
  }
}

/**
 * The proxy that `planOne` would choose from the whole pool.
 *
 * @param left a proxy that is out of the question: the one that the account leaves
 */
export function placeOne(
  tx: Db | Tx,
  basis: PlanBasis,
  account: { id: number; modelId: number },
  { left = null, firstLook }: { left?: number | null; firstLook?: number } = {},
): Promise<Assignment | null> {
  return planAmongFew<Assignment | null>(tx, basis, {
    accounts: [account],
    plan: (pool) => planOne(without(pool, left), account),
    left: left === null ? [] : [left],
    networks: (pool) => decisiveNetworks(without(pool, left), account),
    made: (assignment) => (assignment ? [assignment] : []),
    firstLook,
  });
}

const without = (pool: Pool, left: number | null): Pool => ({
  ...pool,
  proxies: pool.proxies.filter(({ id }) => id !== left),
});

/** A pool that is all that plans for these models: their proxies and the unclaimed ones, unless these are more than `most`. */
export async function readPoolOf(
  tx: Tx,
  basis: PlanBasis,
  models: readonly { modelId: number }[],
  most: number,
): Promise<Pool | undefined> {
  const unclaimed = await readUnclaimed(tx, basis.now, most + 1);
  if (unclaimed.length > most) return undefined;
  const proxies = await withNeighbours(tx, basis.now, [...(await readOpen(tx, basis, models)), ...unclaimed]);
  return { ...basis, proxies, full: besides(await readFull(tx, basis, models), proxies) };
}

/**
 * The proxies that carry these models and are not full, or cool down for them.
 *
 * @param whole proxies that are read whole even if they are full
 */
export async function readOpen(
  tx: Db | Tx,
  basis: PlanBasis,
  models: readonly { modelId: number }[],
  whole: readonly number[] = [],
): Promise<PoolProxy[]> {
  const modelIds = [...new Set(models.map(({ modelId }) => modelId))];
  return readOpenOf(tx, basis, modelIds, whole);
}

/** Full proxies of these models: those that can decide a plan by the networks that can. */
export async function readFull(
  tx: Db | Tx,
  basis: PlanBasis,
  models: readonly { modelId: number }[],
  networks?: readonly string[],
): Promise<FullProxy[]> {
  const [modelId, ...others] = new Set(models.map((each) => each.modelId));
  if (modelId === undefined || networks?.length === 0) return [];
  const addresses = others.length === 0 && networks && networks.length <= FEW_NETWORKS && addressesIn(networks);
  const near = addresses ? await readFullOn(tx, basis, modelId, addresses) : undefined;
  return near ?? readFullOf(tx, basis, [modelId, ...others]);
}

/** The full proxies that were not read whole. */
export function besides(full: readonly FullProxy[], whole: readonly { id: number }[]): FullProxy[] {
  const isWhole = new Set(whole.map(({ id }) => id));
  return full.filter(({ id }) => !isWhole.has(id));
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
