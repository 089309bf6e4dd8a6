import type { ModelOutcome } from './batch.ts';
import { type MovePlan, planMoves } from './moves.ts';
import type { Pool, PoolProxy, SeatedAccount } from './pool.ts';

/** An account that has a proxy, and the VPS that manages it. */
export interface ManagedAccount extends SeatedAccount {
  vpsId: number | null;
}

/**
 * Plans accounts apart, so that a proxy stands with one VPS: of those that share a proxy the VPS with the most accounts on it stays,
 * the one that came first where they are as many; the accounts of the others go to proxies that nobody uses, or that their own VPS
 * alone uses. Accounts that no such proxy can take stay, as do those of no VPS.
 *
 * @param shared the accounts on proxies that several VPS use
 * @param standing by proxy, the VPS that it stands with: used or written down
 */
export function planSeparation(
  pool: Pool,
  shared: readonly ManagedAccount[],
  standing: ReadonlyMap<number, ReadonlySet<number>>,
): MovePlan {
  const parties = new Parties();
  const proxies = pool.proxies.map((proxy) => asPartys(proxy, standing.get(proxy.id), { parties, now: pool.now }));
  const leaving = leavingOf(shared).map((account) => ({
    ...account,
    modelId: parties.of(account.modelId, account.vpsId),
  }));
  const plan = planMoves({ ...pool, proxies }, leaving, 'stays');
  const modelOf = <T extends { modelId: number }>(each: T): T => ({ ...each, modelId: parties.modelOf(each.modelId) });
  return {
    // What a party is the first of in a network says nothing of its model.
    moves: plan.moves.map((move) => modelOf({ ...move, reason: { ...move.reason, networkFirst: null } })),
    stranded: plan.stranded.map(modelOf),
    models: byModel(plan.models.map(modelOf)),
    consolidations: [],
  };
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

function byModel(outcomes: readonly ModelOutcome[]): ModelOutcome[] {
  const models = new Map<number, ModelOutcome>();
  for (const { modelId, placed, waiting, missingProxies } of outcomes) {
    const sum = models.get(modelId) ?? { modelId, placed: 0, waiting: 0, missingProxies: 0 };
    models.set(modelId, {
      modelId,
      placed: sum.placed + placed,
      waiting: sum.waiting + waiting,
      missingProxies: sum.missingProxies + missingProxies,
    });
  }
  return [...models.values()];
}
