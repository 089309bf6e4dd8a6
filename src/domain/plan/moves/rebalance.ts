import { sumOf } from '../../sum.ts';
import { fill } from '../fill.ts';
import { comparePlanned, type PlannedProxy } from '../shared/planned-proxy.ts';
import type { AssignedAccount, Pool } from '../shared/pool.ts';
import { NOBODY } from '../shared/queue.ts';
import { type ModelProxies, type Survey, surveyPool } from '../shared/survey.ts';
import type { Claimant } from '../unused/claimant.ts';
import { dealShared } from '../unused/deal-shared.ts';
import { allotUnused } from '../unused/unused.ts';
import { compact } from './compact.ts';
import { canTake, type Leaving } from './leaving.ts';
import { type Move, moveFrom } from './moves.ts';
import { spread } from './spread.ts';

export const REBALANCE_GOALS = ['spread', 'compact'] as const;
export type RebalanceGoal = (typeof REBALANCE_GOALS)[number];

export interface RebalancedModel {
  modelId: number;
  moves: number;
  proxiesBefore: number;
  proxiesAfter: number;
  /** Number of proxies that stay over the limit, because no other proxy has free slots. */
  overloaded: number;
}

export interface RebalancePlan {
  /** Moves off overloaded proxies come first. */
  moves: Move[];
  models: RebalancedModel[];
}

/**
 * The fewest moves that reach a goal, model by model; exact for one model. `spread`: no proxy carries 2 more than
 * another eligible one, including unused ones; `compact`: the fewest proxies. Overloaded proxies come down to the limit
 * first, as far as there are free slots. Several models share unused proxies as in a batch (rule R5).
 *
 * @param accounts all accounts that have a proxy, of the models to rebalance.
 */
export function planRebalance(pool: Pool, accounts: readonly AssignedAccount[], goal: RebalanceGoal): RebalancePlan {
  const survey = surveyPool(pool, new Set(accounts.map(({ modelId }) => modelId)));
  const unused = goal === 'spread' ? unusedToSpread(survey, pool.limit) : unusedToCompact(survey, pool.limit);
  const accountsOn = Map.groupBy(accounts, ({ proxyId }) => proxyId);
  const plannedOf = new Map(accounts.map((account) => [account.id, account]));
  const relieving: Move[] = [];
  const others: Move[] = [];
  const models = [...survey.models.values()].map((model) => {
    const plannedProxies = [...model.held, ...(unused.get(model.modelId) ?? [])];
    const leaving = goal === 'spread' ? spread(plannedProxies, pool.limit) : compact(plannedProxies, pool.limit);
    const isOver = new Set(plannedProxies.filter(({ load }) => load > pool.limit).map(({ proxy }) => proxy.id));
    const movers = takeOff(leaving, accountsOn, model);
    movers.sort(
      (a, b) => Number(isOver.has(b.proxyId)) - Number(isOver.has(a.proxyId)) || a.since - b.since || a.id - b.id,
    );
    const ids = movers.map(({ id }) => id);
    const moves = fill(leaving.takers, { ...model, limit: leaving.limit }, ids).map((made) =>
      moveFrom(plannedOf, made),
    );
    for (const move of moves) (isOver.has(move.fromProxyId) ? relieving : others).push(move);
    return {
      modelId: model.modelId,
      moves: moves.length,
      proxiesBefore: model.held.length,
      proxiesAfter: plannedProxies.filter(({ load }) => load > 0).length,
      overloaded: plannedProxies.filter(({ load }) => load > pool.limit).length,
    };
  });
  return { moves: [...relieving, ...others], models };
}

/** Removes the leaving accounts from their proxies, the latest arrivals first. */
function takeOff(
  { counts }: Leaving,
  accountsOn: ReadonlyMap<number, readonly AssignedAccount[]>,
  { carried }: ModelProxies,
): AssignedAccount[] {
  return [...counts].flatMap(([planned, count]) => {
    planned.load -= count;
    carried.add(planned.network, -count);
    const here = accountsOn.get(planned.id) ?? [];
    return here.toSorted((a, b) => b.since - a.since || b.id - a.id).slice(0, count);
  });
}

/** The number of unused proxies that each model can use, computed as if all accounts were placed again. */
function unusedToSpread(survey: Survey, limit: number): Map<number, PlannedProxy[]> {
  const claimants = [...survey.models.values()].map(({ modelId, held, unused, carried }): Claimant => {
    const demand = sumOf(held, ({ load }) => load);
    const levels = Array.from(
      { length: limit },
      (_, level) => unused.length + held.filter((planned) => canTake(planned) || planned.load > level).length,
    );
    return { modelId, demand, queue: NOBODY, shared: [], unused, levels, carried };
  });
  const { hands, free } = allotUnused(claimants, survey);
  dealShared(hands, free);
  return new Map(hands.map(({ claimant, dealt }) => [claimant.modelId, [...claimant.unused, ...dealt]]));
}

/** Unused proxies help only if those in use are ineligible or over the limit; overloaded ones come first. */
function unusedToCompact({ models, free, blocks }: Survey, limit: number): Map<number, PlannedProxy[]> {
  const left = [...free, ...blocks.flatMap((block) => block.free.slice(0, 1))].sort(comparePlanned);
  const over = ({ held }: ModelProxies) => sumOf(held, ({ load }) => Math.max(0, load - limit));
  const inTurn = [...models.values()].sort((a, b) => over(b) - over(a));
  return new Map(
    inTurn.map(({ modelId, held, unused }) => {
      const needed = Math.ceil(sumOf(held, ({ load }) => load) / limit) - held.filter(canTake).length - unused.length;
      return [modelId, [...unused, ...left.splice(0, Math.max(0, needed))]];
    }),
  );
}
