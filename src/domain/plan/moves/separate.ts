import { sum } from '../../sum.ts';
import type { ModelOutcome } from '../batch.ts';
import type { AssignedAccount, Pool, PoolProxy } from '../shared/pool.ts';
import { type Move, type MovePlan, planMoves } from './moves.ts';

/** An account that has a proxy, and the VPS that manages it. */
export interface ManagedAccount extends AssignedAccount {
  vpsId: number | null;
}

type Standing = ReadonlyMap<number, ReadonlySet<number>>;

/**
 * Plans moves after which each proxy is used by one VPS. Of the VPS on a shared proxy, the one with the most accounts
 * stays, or the one that came first if they have the same number; the accounts of the others move to proxies that are
 * unused or used only by their own VPS. Accounts without such a proxy stay, as do accounts without a VPS. If two VPS
 * have one account each and one of these cannot move, the other may move instead.
 *
 * @param shared the accounts on proxies that several VPS use
 * @param standing by proxy, the VPS that uses it or is documented for it
 */
export function planSeparation(pool: Pool, shared: readonly ManagedAccount[], standing: Standing): MovePlan {
  const first = separate(pool, leavingOf(shared), standing);
  const others = partnersOf(first.stranded, shared);
  const second =
    others.length === 0
      ? []
      : separate(after(pool, first.moves), others, standingAfter(standing, first.moves, shared)).moves;
  const settled = new Set(second.map(({ fromProxyId }) => fromProxyId));
  const moves = [...first.moves, ...second];
  const stranded = first.stranded.filter(({ proxyId }) => !settled.has(proxyId));
  return { moves, stranded, models: outcomesOf(moves, stranded, { shared, limit: pool.limit }), consolidations: [] };
}

function separate(
  pool: Pool,
  leaving: readonly ManagedAccount[],
  standing: Standing,
): Pick<MovePlan, 'moves' | 'stranded'> {
  const parties = new Parties();
  const proxies = pool.proxies.map((proxy) => asPartyProxy(proxy, standing.get(proxy.id), { parties, now: pool.now }));
  const accounts = leaving.map((each) => ({ ...each, modelId: parties.of(each.modelId, each.vpsId) }));
  const { moves, stranded } = planMoves({ ...pool, proxies }, accounts, 'stays');
  const modelOf = <T extends { modelId: number }>(each: T): T => ({ ...each, modelId: parties.modelOf(each.modelId) });
  return {
    // The first account of a party in a network need not be the first of its model there.
    moves: moves.map((move) => modelOf({ ...move, reason: { ...move.reason, networkFirst: null } })),
    stranded: stranded.map(modelOf),
  };
}

/** If two VPS have one account each on a proxy: the other account, for one that cannot move. */
function partnersOf(stranded: readonly AssignedAccount[], shared: readonly ManagedAccount[]): ManagedAccount[] {
  const ofProxy = Map.groupBy(
    shared.filter(({ vpsId }) => vpsId !== null),
    ({ proxyId }) => proxyId,
  );
  return stranded.flatMap(({ id, proxyId }) => {
    const there = ofProxy.get(proxyId) ?? [];
    return there.length === 2 ? there.filter((each) => each.id !== id) : [];
  });
}

/** The pool after the given moves. The proxies that accounts have left are not considered again, so they stay as they were. */
function after(pool: Pool, moves: readonly Move[]): Pool {
  const cameTo = Map.groupBy(moves, ({ proxyId }) => proxyId);
  const proxies = pool.proxies.map((proxy) => {
    const [move, ...others] = cameTo.get(proxy.id) ?? [];
    return move ? { ...proxy, load: proxy.load + 1 + others.length, modelId: move.modelId } : proxy;
  });
  return { ...pool, proxies };
}

/** The proxies that accounts have moved to belong to their VPS. */
function standingAfter(standing: Standing, moves: readonly Move[], shared: readonly ManagedAccount[]): Standing {
  const vpsOf = new Map(shared.map(({ id, vpsId }) => [id, vpsId]));
  const now = new Map(standing);
  for (const { accountId, proxyId } of moves) {
    const vpsId = vpsOf.get(accountId);
    if (vpsId) now.set(proxyId, new Set([vpsId]));
  }
  return now;
}

/** By model. Each VPS needs additional proxies for its accounts that cannot move. */
function outcomesOf(
  moves: readonly Move[],
  stranded: readonly AssignedAccount[],
  { shared, limit }: { shared: readonly ManagedAccount[]; limit: number },
): ModelOutcome[] {
  const vpsOf = new Map(shared.map(({ id, vpsId }) => [id, vpsId]));
  const placedOf = Map.groupBy(moves, ({ modelId }) => modelId);
  const waitingOf = Map.groupBy(stranded, ({ modelId }) => modelId);
  return [...new Set([...placedOf.keys(), ...waitingOf.keys()])].map((modelId) => {
    const waiting = waitingOf.get(modelId) ?? [];
    const byVps = Map.groupBy(waiting, ({ id }) => vpsOf.get(id));
    const missing = [...byVps.values()].map(({ length }) => Math.ceil(length / limit));
    return {
      modelId,
      placed: placedOf.get(modelId)?.length ?? 0,
      waiting: waiting.length,
      missingProxies: sum(missing),
    };
  });
}

/** Plans with one party per model and VPS instead of models: as a proxy has one model, it then also has one VPS. */
class Parties {
  readonly #numbers = new Map<string, number>();
  readonly #models: number[] = [];

  of(modelId: number, vpsId: number | null): number {
    const key = `${modelId}:${vpsId}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#models.length);
    return this.#models.push(modelId) - 1;
  }

  modelOf(party: number): number {
    return this.#models[party] as number;
  }
}

/** A proxy in cooldown, or one that is only documented for a VPS, stays reserved for its model or VPS. */
function asPartyProxy(
  proxy: PoolProxy,
  standing: ReadonlySet<number> | undefined,
  { parties, now }: { parties: Parties; now: number },
): PoolProxy {
  const { load, modelId, coolingUntil } = proxy;
  const [vpsId = null, ...others] = standing ?? [];
  if (load > 0 && modelId !== null) {
    return { ...proxy, modelId: parties.of(modelId, vpsId), eligible: proxy.eligible && others.length === 0 };
  }
  const isKept = vpsId !== null || (coolingUntil ?? 0) > now;
  return { ...proxy, modelId: null, coolingUntil: null, eligible: proxy.eligible && !isKept };
}

function leavingOf(shared: readonly ManagedAccount[]): ManagedAccount[] {
  return [...Map.groupBy(shared, ({ proxyId }) => proxyId).values()].flatMap((accounts) => {
    const managed = accounts.filter(({ vpsId }) => vpsId !== null);
    const [staying] = [...Map.groupBy(managed, ({ vpsId }) => vpsId).entries()].sort(
      ([a, ofA], [b, ofB]) => ofB.length - ofA.length || firstOf(ofA) - firstOf(ofB) || Number(a) - Number(b),
    );
    return managed.filter(({ vpsId }) => vpsId !== staying?.[0]);
  });
}

const firstOf = (accounts: readonly ManagedAccount[]) => Math.min(...accounts.map(({ since }) => since));
