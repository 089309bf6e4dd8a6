import { fill } from './fill.ts';
import { type Consolidation, findConsolidations } from './moves/consolidation.ts';
import type { Assignment } from './shared/assignment.ts';
import type { Pool, WaitingAccount } from './shared/pool.ts';
import { NOBODY, type Queue, queuesByModel } from './shared/queue.ts';
import { type ModelSeats, surveyPool } from './shared/survey.ts';
import { type Claimant, levelsOf } from './unused/claimant.ts';
import { allotUnused, dealUnused } from './unused/unused.ts';

export interface ModelOutcome {
  modelId: number;
  placed: number;
  waiting: number;
  /** How many more proxies would serve all that wait. */
  missingProxies: number;
}

export interface BatchPlan {
  /** By model, in the order of their numbers; the longest waiting first. */
  assignments: Assignment[];
  /** The accounts that get no proxy, in the same order. */
  waiting: number[];
  /** Every model that has an account in the batch. */
  models: ModelOutcome[];
  /** What would free proxies for those who wait, the most first; empty where nobody waits. */
  consolidations: Consolidation[];
}

/**
 * Plans a batch as a whole (rule R5) within R1, R2, R6, R7 and R8. Exhaustion is an answer: who waits, and what is missing.
 *
 * First it is settled how many unused proxies each model gets; where two gain alike by the next one, the model has it
 * whose next account has waited longer. Then which these are, and who shares: health, speed, network, age. The same pool
 * and accounts give the same plan, in whatever order they come. O(n log n) over proxies and accounts.
 */
export function planBatch(pool: Pool, accounts: readonly WaitingAccount[]): BatchPlan {
  const queues = queuesByModel(accounts);
  const survey = surveyPool(pool, queues.keys());
  const claimants = [...survey.models.values()].map((model) =>
    claimantOf(model, queues.get(model.modelId) ?? NOBODY, pool.limit),
  );
  const unused = dealUnused(allotUnused(claimants, survey));
  const made = claimants.map(({ modelId, queue, shared, carried }) =>
    fill([...shared, ...(unused.get(modelId) ?? [])], { modelId, carried, limit: pool.limit }, queue.ids),
  );
  const assignments = made.flat();
  const waiting = claimants.flatMap(({ queue }, at) => queue.ids.slice(made[at]?.length));
  const models = claimants.map(({ modelId, demand }, at) =>
    outcomeOf(modelId, made[at]?.length ?? 0, demand, pool.limit),
  );
  return {
    assignments,
    waiting,
    models,
    consolidations: waiting.length > 0 ? findConsolidations(pool, assignments) : [],
  };
}

function claimantOf({ modelId, held, unused, carried }: ModelSeats, queue: Queue, limit: number): Claimant {
  const shared = held.filter((seat) => seat.proxy.eligible && seat.load < limit);
  const levels = levelsOf([...shared, ...unused], limit);
  return { modelId, demand: queue.ids.length, queue, shared, unused, levels, carried };
}

function outcomeOf(modelId: number, placed: number, asked: number, limit: number): ModelOutcome {
  const waiting = asked - placed;
  return { modelId, placed, waiting, missingProxies: Math.ceil(waiting / limit) };
}
