import type { Page } from './page.ts';
import type { Counted } from './pool-figures.ts';
import { MAX_ACCOUNTS_PER_PROXY, type ProxyHealth } from './proxies/proxy.ts';
import { sum, sumOf } from './sum.ts';

/** Accounts of one model that have no proxy, by state. */
export interface AccountFigures {
  id: number;
  name: string;
  waiting: number;
  held: number;
}

/** Proxies of one model and load. */
export interface UseFigures {
  /** Null for unclaimed proxies. */
  modelId: number | null;
  load: number;
  proxies: number;
  /** Proxies that can take new accounts now (R7), and their free slots. */
  open: number;
  freeSlots: number;
  /** As `/proxy list` counts `usage: free` among the active ones. */
  free: number;
}

/** Proxies of one provider and health. */
export interface HealthFigures {
  provider: string | null;
  health: ProxyHealth;
  proxies: number;
  /** As `/proxy list` counts `health: failing` and `usage: expiring` among the active ones. */
  failing: number;
  expiring: number;
}

/** Results of checks in one period. */
export interface CheckFigures {
  /** Start of the period. */
  at: Date;
  /** Number of conclusive checks. */
  checks: number;
  /** Number of successful checks. */
  succeeded: number;
  /** Mean latency of the successful checks. */
  latencyMs: number | null;
}

/** Number of proxies by their number of accounts, from none to `MAX_ACCOUNTS_PER_PROXY`. */
export type Loads = readonly number[];

/** The accounts, the proxies and the demand of a model. */
export interface ModelFigures extends AccountFigures {
  assigned: number;
  /** Its proxies by load; those without accounts are in cooldown for it. */
  loads: Loads;
  /** Free slots on these proxies. */
  freeSlots: number;
  /** Proxies needed for the waiting accounts. */
  missing: number;
}

/** Models in a list, those with the most waiting accounts first. */
export interface ModelPage extends Counted<Page<ModelFigures, object>> {
  waiting: number;
  missing: number;
  /** Proxies that any model can use. */
  unused: number;
}

export interface ProviderFigures {
  /** Null: proxies without a provider. */
  provider: string | null;
  health: Record<ProxyHealth, number>;
}

/** The counts from the database. */
export interface CountedPool {
  accounts: readonly AccountFigures[];
  uses: readonly UseFigures[];
  healths: readonly HealthFigures[];
}

/** Statistics of the pool, or of one model's part of it. */
export interface PoolStats {
  /** The requested model; null for all models. */
  model: { id: number; name: string } | null;
  /** `ACCOUNTS_PER_PROXY`: a proxy that carries more is overloaded. */
  limit: number;
  accounts: { assigned: number; waiting: number; held: number };
  loads: Loads;
  /** Proxies that any model can use. */
  unused: number;
  /** Free slots on claimed and unclaimed proxies. */
  freeSlots: number;
  missing: number;
  /** Lengths of the lists that the buttons open. */
  lists: { failing: number; expiring: number; free: number };
  /** The models with the most proxies first. */
  models: readonly ModelFigures[];
  providers: readonly ProviderFigures[];
  /** Number of days in `checks`, which is ordered by time. */
  days: number;
  checks: readonly CheckFigures[];
}

/** Every model with its proxies and free slots; the models with the most proxies first. */
export function modelFigures({ accounts, uses }: CountedPool, limit: number): ModelFigures[] {
  const usesOf = Map.groupBy(uses, ({ modelId }) => modelId);
  return accounts
    .map((model) => {
      const own = usesOf.get(model.id) ?? [];
      return {
        ...model,
        assigned: sumOf(own, (use) => use.load * use.proxies),
        loads: loadsOf(own),
        freeSlots: sumOf(own, (use) => use.freeSlots),
        missing: Math.ceil(model.waiting / limit),
      };
    })
    .sort((a, b) => sum(b.loads) - sum(a.loads) || b.assigned - a.assigned);
}

/** The number of accounts of a model. */
export function accountsOf({ assigned, waiting, held }: ModelFigures): number {
  return assigned + waiting + held;
}

/** Number of unclaimed proxies that any model could use. */
export function unusedProxies(uses: readonly UseFigures[]): number {
  return sumOf(uses, (use) => (use.modelId === null ? use.open : 0));
}

/**
 * Combines the counts.
 *
 * @param model the model that was counted; null for all. Its loads are those of its own proxies.
 */
export function poolStats(
  counted: CountedPool,
  asked: Pick<PoolStats, 'model' | 'limit' | 'days' | 'checks'>,
): PoolStats {
  const models = modelFigures(counted, asked.limit);
  const { model } = asked;
  const own = model ? counted.uses.filter((use) => use.modelId === model.id) : counted.uses;
  const overModels = (pick: (model: ModelFigures) => number) => sumOf(models, pick);
  return {
    ...asked,
    accounts: {
      assigned: overModels((model) => model.assigned),
      waiting: overModels((model) => model.waiting),
      held: overModels((model) => model.held),
    },
    loads: loadsOf(own),
    unused: unusedProxies(counted.uses),
    freeSlots: sumOf(counted.uses, (use) => use.freeSlots),
    missing: overModels((model) => model.missing),
    lists: {
      failing: sumOf(counted.healths, (each) => each.failing),
      expiring: sumOf(counted.healths, (each) => each.expiring),
      free: sumOf(own, (use) => use.free),
    },
    models,
    providers: providerFigures(counted.healths),
  };
}

function loadsOf(uses: readonly UseFigures[]): Loads {
  const loads = Array.from({ length: MAX_ACCOUNTS_PER_PROXY + 1 }, () => 0);
  for (const { load, proxies } of uses) loads[load] = (loads[load] ?? 0) + proxies;
  return loads;
}

function providerFigures(healths: readonly HealthFigures[]): ProviderFigures[] {
  const found = new Map<string | null, ProviderFigures>();
  for (const { provider, health, proxies } of healths) {
    const figures = found.get(provider) ?? { provider, health: { unknown: 0, healthy: 0, degraded: 0, failing: 0 } };
    figures.health[health] += proxies;
    found.set(provider, figures);
  }
  const size = ({ health }: ProviderFigures) => sum(Object.values(health));
  return [...found.values()].sort((a, b) => size(b) - size(a));
}
