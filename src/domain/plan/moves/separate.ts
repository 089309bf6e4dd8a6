import { sum } from '../../sum.ts';
import type { ModelOutcome } from '../batch.ts';
import type { Pool, PoolProxy, SeatedAccount } from '../shared/pool.ts';
import { type Move, type MovePlan, planMoves } from './moves.ts';

/** An account that has a proxy, and the VPS that manages it. */
export interface ManagedAccount extends SeatedAccount {
  vpsId: number | null;
}

type Standing = ReadonlyMap<number, ReadonlySet<number>>;

/**
 * Plans accounts apart, so that a proxy stands with one VPS: of those that share a proxy the VPS with the most accounts on it stays,
 * the one that came first where they are as many; the accounts of the others go to proxies that nobody uses, or that their own VPS
 * alone uses. Accounts that no such proxy can take stay, as do those of no VPS; where two VPS have one account each and the one
 * finds no place, the other may leave instead.
 *
 * @param shared the accounts on proxies that several VPS use
 * @param standing by proxy, the VPS that it stands with: used or written down
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
  const proxies = pool.proxies.map((proxy) => asPartys(proxy, standing.get(proxy.id), { parties, now: pool.now }));
  const accounts = leaving.map((each) => ({ ...each, modelId: parties.of(each.modelId, each.vpsId) }));
  const { moves, stranded } = planMoves({ ...pool, proxies }, accounts, 'stays');
  const modelOf = <T extends { modelId: number }>(each: T): T => ({ ...each, modelId: parties.modelOf(each.modelId) });
  return {
    // What a party is the first of in a network says nothing of its model.
    moves: moves.map((move) => modelOf({ ...move, reason: { ...move.reason, networkFirst: null } })),
    stranded: stranded.map(modelOf),
  };
}

/** Who sits beside an account that found no place, where two VPS have one account each on a proxy. */
function partnersOf(stranded: readonly SeatedAccount[], shared: readonly ManagedAccount[]): ManagedAccount[] {
  const ofProxy = Map.groupBy(
    shared.filter(({ vpsId }) => vpsId !== null),
    ({ proxyId }) => proxyId,
  );
  return stranded.flatMap(({ id, proxyId }) => {
    const there = ofProxy.get(proxyId) ?? [];
    return there.length === 2 ? there.filter((each) => each.id !== id) : [];
  });
}

/** A pool with moves made. */
function after(pool: Pool, moves: readonly Move[]): Pool {
  const change = new Map<number, { by: number; modelId: number }>();
  const count = (id: number, by: number, modelId: number) =>
    change.set(id, { by: (change.get(id)?.by ?? 0) + by, modelId });
  for (const { proxyId, fromProxyId, modelId } of moves) {
    count(proxyId, 1, modelId);
    count(fromProxyId, -1, modelId);
  }
  const proxies = pool.proxies.map((proxy) => {
    const changed = change.get(proxy.id);
    return changed ? { ...proxy, load: proxy.load + changed.by, modelId: changed.modelId } : proxy;
  });
  return { ...pool, proxies };
}

/** Where they have gone to stands with their VPS; what they have left is not looked at again. */
function standingAfter(standing: Standing, moves: readonly Move[], shared: readonly ManagedAccount[]): Standing {
  const vpsOf = new Map(shared.map(({ id, vpsId }) => [id, vpsId]));
  const now = new Map(standing);
  for (const { accountId, proxyId } of moves) {
    const vpsId = vpsOf.get(accountId);
    if (vpsId) now.set(proxyId, new Set([vpsId]));
  }
  return now;
}

/** By model; each VPS needs proxies of its own for those that found no place. */
function outcomesOf(
  moves: readonly Move[],
  stranded: readonly SeatedAccount[],
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
      ...{ modelId, placed: placedOf.get(modelId)?.length ?? 0, waiting: waiting.length },
      missingProxies: sum(missing),
    };
  });
}

/** A model on one VPS takes the place of the model: as proxies are of one model, they then are of one VPS too. */
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

/** A proxy that cools down, or that only a note gives to a VPS, is left to whom it is kept for. */
function asPartys(
  proxy: PoolProxy,
  standing: ReadonlySet<number> | undefined,
  { parties, now }: { parties: Parties; now: number },
): PoolProxy {
  const { load, modelId, coolingUntil } = proxy;
  const [vpsId = null, ...others] = standing ?? [];
  if (load > 0 && modelId !== null) {
    return { ...proxy, modelId: parties.of(modelId, vpsId), eligible: proxy.eligible && others.length === 0 };
  }
  const isKept = vpsId !== null || (coolingUntil !== null && coolingUntil > now);
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
