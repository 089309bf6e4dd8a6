import type { Tx } from '../../db/client.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { countWaitingByModel, hasRoom, readPlanBasis, readWaiting } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { planBatch } from '../../domain/plan/batch.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import type { Pool } from '../../domain/plan/shared/pool.ts';
import { sumOf } from '../../domain/sum.ts';
import { FEW_ACCOUNTS, FEW_MODELS, placeOne, planAmongFew, readPoolOf } from './among-few.ts';
import { byVps } from './by-vps.ts';
import { readWholePool } from './whole-pool.ts';
import { writeAssignments } from './write-assignments.ts';

/** Up to this many unclaimed proxies are planned without reading the whole pool, however many accounts wait. */
const FEW_PROXIES = 1000;

/** An account that has joined the waiting accounts since their last run, in which none of them found a slot. */
export interface Newcomer {
  id: number;
  modelId: number;
}

/** Assigns waiting accounts, as one batch (R5, R10); accounts on hold are skipped. */
export async function assignWaiting(tx: RepeatableTx, actor: Actor, newcomer?: Newcomer): Promise<Assignment[]> {
  await lockAssignments(tx);
  const waiting = await countWaitingByModel(tx);
  if (waiting.length === 0) return [];
  const assignments = await byVps(tx, await planWaiting(tx, waiting, newcomer));
  if (assignments.length === 0) return [];
  await writeAssignments(tx, actor, assignments);
  await insertAudit(tx, actor, {
    action: 'assignment.serve',
    entity: 'plan',
    entityId: 'waiting',
    after: { count: assignments.length },
  });
  return assignments;
}

type WaitingOfModel = Awaited<ReturnType<typeof countWaitingByModel>>[number];

/** Whether the waiting accounts are planned among few proxies. */
export function areFewWaiting(waiting: readonly WaitingOfModel[]): boolean {
  return waiting.length <= FEW_MODELS && sumOf(waiting, ({ count }) => count) <= FEW_ACCOUNTS;
}

async function planWaiting(
  tx: Tx,
  waiting: readonly WaitingOfModel[],
  newcomer: Newcomer | undefined,
): Promise<Assignment[]> {
  const basis = await readPlanBasis(tx);
  const total = sumOf(waiting, ({ count }) => count);
  const alone = newcomer ?? (total === 1 ? (await readWaiting(tx, { withHeld: false }))[0] : undefined);
  if (alone) {
    const assignment = await placeOne(tx, basis, alone);
    if (!assignment) return [];
    const rivals = waiting.find(({ modelId }) => modelId === alone.modelId)?.count ?? 0;
    // Any model can get an unused proxy; a shared one is only for its own model.
    if ((assignment.reason.kind === 'unused' ? total : rivals) === 1) return [assignment];
  }
  if (areFewWaiting(waiting)) {
    const accounts = await readWaiting(tx, { withHeld: false });
    const plan = (pool: Pool) => planBatch(pool, accounts).assignments;
    return planAmongFew(tx, basis, { accounts, plan, made: (planned) => planned });
  }
  const few = waiting.length <= FEW_MODELS ? await readPoolOf(tx, basis, waiting, FEW_PROXIES) : undefined;
  if (!few && !(await hasRoom(tx, basis.now, basis.limit))) return [];
  const pool = few ?? (await readWholePool(tx, basis));
  return planBatch(pool, await readWaiting(tx, { withHeld: false })).assignments;
}
