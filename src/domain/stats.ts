import { MAX_ACCOUNTS_PER_PROXY, type ProxyHealth } from './proxies/proxy.ts';

/** Accounts of one model, by state. */
export interface AccountFigures {
  id: number;
  name: string;
  assigned: number;
  waiting: number;
  held: number;
}

/** Proxies of one model and load. */
export interface UseFigures {
  /** Null: no model holds them. */
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

/** What checks found in one stretch of time. */
export interface CheckFigures {
  /** Its beginning. */
  at: Date;
  /** Checks that say something about a proxy. */
  checks: number;
  /** Of these, those that found it well. */
  good: number;
  /** The mean of the good ones. */
  latencyMs: number | null;
}

/** Proxies by the number of accounts that they carry, from none to `MAX_ACCOUNTS_PER_PROXY`. */
export type Loads = readonly number[];

/** A model with what it has and what it lacks. */
export interface ModelFigures extends AccountFigures {
  /** Its proxies by load; those without accounts are in cooldown for it. */
  loads: Loads;
  /** Free slots on these proxies. */
  freeSlots: number;
  /** Proxies needed for the waiting accounts. */
  missing: number;
}

export interface ProviderFigures {
  /** Null: proxies without a provider. */
  provider: string | null;
  health: Record<ProxyHealth, number>;
}

/** What is counted in the database. */
export interface CountedPool {
  accounts: readonly AccountFigures[];
  uses: readonly UseFigures[];
  healths: readonly HealthFigures[];
}

/** The pool, or one model's part of it, in figures. */
export interface PoolStats {
  /** The one model that was asked for. */
  model: { id: number; name: string } | null;
  /** `ACCOUNTS_PER_PROXY`: a proxy that carries more is overloaded. */
  limit: number;
  accounts: { assigned: number; waiting: number; held: number };
  loads: Loads;
  /** Proxies that any model can use. */
  unused: number;
  /** Free slots on the proxies of models and on the unused ones. */
  freeSlots: number;
  missing: number;
  /** Lengths of the lists that the buttons open. */
  lists: { failing: number; expiring: number; free: number };
  /** Those with the most proxies first. */
  models: readonly ModelFigures[];
  providers: readonly ProviderFigures[];
  /** How many days `checks` goes back, in the order of time. */
  days: number;
  checks: readonly CheckFigures[];
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Every model with its proxies and free slots; those with the most proxies first. */
export function modelFigures({ accounts, uses }: CountedPool, limit: number): ModelFigures[] {
  return accounts
    .map((model) => {
      const own = uses.filter((use) => use.modelId === model.id);
      return {
        ...model,
        loads: loadsOf(own),
        freeSlots: sumOf(own.map((use) => use.freeSlots)),
        missing: Math.ceil(model.waiting / limit),
      };
    })
    .sort((a, b) => sumOf(b.loads) - sumOf(a.loads) || b.assigned - a.assigned);
}

/** Proxies that no model holds, and that could take accounts of any. */
export function unusedProxies(uses: readonly UseFigures[]): number {
  return sumOf(uses.map((use) => (use.modelId === null ? use.open : 0)));
}

/**
 * What is counted, put together.
 *
 * @param model the one model that was counted; null: all of them. Its loads are those of its own proxies.
 */
export function poolStats(
  counted: CountedPool,
  asked: Pick<PoolStats, 'model' | 'limit' | 'days' | 'checks'>,
): PoolStats {
  const models = modelFigures(counted, asked.limit);
  const own = asked.model ? counted.uses.filter((use) => use.modelId === asked.model?.id) : counted.uses;
  const overModels = (pick: (model: ModelFigures) => number) => sumOf(models.map(pick));
  return {
    ...asked,
    accounts: {
      assigned: overModels((model) => model.assigned),
      waiting: overModels((model) => model.waiting),
      held: overModels((model) => model.held),
    },
    loads: loadsOf(own),
    unused: unusedProxies(counted.uses),
    freeSlots: sumOf(counted.uses.map((use) => use.freeSlots)),
    missing: overModels((model) => model.missing),
    lists: {
      failing: sumOf(counted.healths.map((each) => each.failing)),
      expiring: sumOf(counted.healths.map((each) => each.expiring)),
      free: sumOf(own.map((use) => use.free)),
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
  const size = ({ health }: ProviderFigures) => sumOf(Object.values(health));
  return [...found.values()].sort((a, b) => size(b) - size(a));
}
