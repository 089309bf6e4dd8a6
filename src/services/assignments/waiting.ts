import type { Tx } from '../../db/client.ts';
import { endCooldowns, insertAssignments, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { countWaitingByModel, hasRoom, readPool, readWaiting } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { planBatch } from '../../domain/plan/batch.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import { type PlanBasis, placeOne, readPoolOf } from './place-one.ts';

/** As many models, and as many unclaimed proxies, are planned for without reading the whole pool. */
const FEW_MODELS = 10;
const FEW_PROXIES = 1000;

/** An account that has come to those who wait since they were last served, all of whom found no room then. */
export interface Newcomer {
  id: number;
  modelId: number;
}

/** The moment and the limit of a plan; cool-downs that are over by then are ended. */
export async function planBasis(tx: Tx): Promise<PlanBasis> {
  const now = Date.now();
  await endCooldowns(tx, now);
  const { accountsPerProxy: limit } = await readSettings(tx);
  return { limit, now };
}

/** Serves whoever waits, as one batch (R5, R10); held accounts are left alone. */
export async function serveWaiting(tx: RepeatableTx, actor: Actor, newcomer?: Newcomer): Promise<Assignment[]> {
  await lockAssignments(tx);
  const waiting = await countWaitingByModel(tx);
  if (waiting.length === 0) return [];
  const assignments = await planWaiting(tx, waiting, newcomer);
  if (assignments.length === 0) return [];
  await insertAssignments(tx, actor, assignments);
  await insertAudit(tx, actor, {
    action: 'assignment.serve',
    entity: 'plan',
    entityId: 'waiting',
    after: { count: assignments.length },
  });
  return assignments;
}

async function planWaiting(
  tx: Tx,
  waiting: readonly { modelId: number; count: number }[],
  newcomer: Newcomer | undefined,
): Promise<Assignment[]> {
  const basis = await planBasis(tx);
  const total = waiting.reduce((sum, { count }) => sum + count, 0);
  const alone = newcomer ?? (total === 1 ? (await readWaiting(tx, { withHeld: false }))[0] : undefined);
  if (alone) {
    const assignment = await placeOne(tx, basis, alone);
    if (!assignment) return [];
    const rivals = waiting.find(({ modelId }) => modelId === alone.modelId)?.count ?? 0;
    // An unused proxy can be had by any model, a shared one by its own alone.
    if ((assignment.reason.kind === 'unused' ? total : rivals) === 1) return [assignment];
  }
  const few =
    waiting.length <= FEW_MODELS
      ? await readPoolOf(
          tx,
          basis.now,
          waiting.map(({ modelId }) => modelId),
          FEW_PROXIES,
        )
      : undefined;
  if (!few && !(await hasRoom(tx, basis.now, basis.limit))) return [];
  const proxies = few ?? (await readPool(tx, basis.now));
  return planBatch({ ...basis, proxies }, await readWaiting(tx, { withHeld: false })).assignments;
}
