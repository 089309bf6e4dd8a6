import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Tx } from '../../db/client.ts';
import { findModelId, namesOf } from '../../db/queries/accounts/models.ts';
import { insertAssignments, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { readPool, readWaiting } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findPlan, insertPlan, type PlanRow, updatePlan } from '../../db/queries/plans.ts';
import type { FillPreview } from '../../domain/accounts/account-view.ts';
import type { Actor } from '../../domain/actor.ts';
import { describeReason } from '../../domain/plan/assignment.ts';
import { type BatchPlan, planBatch } from '../../domain/plan/batch.ts';
import { UserError } from '../../errors.ts';
import { planBasis } from './waiting.ts';

const FILL = 'assignment.fill';
const SAMPLE = 5;

const fillInput = z.object({ modelId: z.number().optional(), basis: z.string() });
const fillResult = z.object({ count: z.number(), by: z.string(), at: z.string() });

/** Plans all waiting and held accounts, of one model or of all, and writes the plan down. */
export async function planFill(tx: Tx, actor: Actor, model?: string): Promise<FillPreview> {
  const modelId = model === undefined ? undefined : await findModelId(tx, model);
  if (model !== undefined && modelId === undefined) {
    throw new UserError('model_unknown', `There is no model “${model}”.`, 'Run /account models to see all.');
  }
  await lockAssignments(tx);
  const plan = await planAll(tx, modelId);
  const planId = await insertPlan(tx, actor, { kind: FILL, state: 'open', input: { modelId, basis: basisOf(plan) } });
  return describe(tx, { planId, state: 'open', plan, result: null });
}

/** Applies a plan where it would still be the same, once. */
export async function applyFill(
  tx: Tx,
  actor: Actor,
  planId: number,
): Promise<{ preview: FillPreview; isStale: boolean }> {
  const row = await findPlan(tx, FILL, planId, true);
  if (!row) throw new UserError('plan_unknown', 'This plan is no longer there.', 'Run /proxy fill again.');
  if (row.state !== 'open') return { preview: closedPreview(row), isStale: false };
  const input = fillInput.parse(row.input);
  await lockAssignments(tx);
  const plan = await planAll(tx, input.modelId);
  if (basisOf(plan) !== input.basis) {
    await updatePlan(tx, planId, { input: { ...input, basis: basisOf(plan) } });
    return { preview: await describe(tx, { planId, state: 'open', plan, result: null }), isStale: true };
  }
  await insertAssignments(tx, actor, plan.assignments);
  const result = { count: plan.assignments.length, by: actor.id, at: new Date().toISOString() };
  await updatePlan(tx, planId, { state: 'applied', result });
  await insertAudit(tx, actor, { action: FILL, entity: 'plan', entityId: planId, after: { count: result.count } });
  return { preview: await describe(tx, { planId, state: 'applied', plan, result }), isStale: false };
}

async function planAll(tx: Tx, modelId: number | undefined): Promise<BatchPlan> {
  const basis = await planBasis(tx);
  return planBatch(
    { ...basis, proxies: await readPool(tx, basis.now) },
    await readWaiting(tx, { modelId, withHeld: true }),
  );
}

/** A plan that is over, from its row alone. */
function closedPreview(row: PlanRow): FillPreview {
  const result = fillResult.safeParse(row.result);
  return {
    planId: row.id,
    state: row.state as FillPreview['state'],
    asked: result.data?.count ?? 0,
    placed: result.data?.count ?? 0,
    models: [],
    consolidations: [],
    sample: [],
    result: result.success ? result.data : null,
  };
}

async function describe(
  tx: Tx,
  { planId, state, plan, result }: Pick<FillPreview, 'planId' | 'state' | 'result'> & { plan: BatchPlan },
): Promise<FillPreview> {
  const shown = plan.assignments.slice(0, SAMPLE);
  const names = await namesOf(tx, shown);
  const nameOf = new Map(names.models.map((each) => [each.id, each.name]));
  return {
    planId,
    state,
    asked: plan.assignments.length + plan.waiting.length,
    placed: plan.assignments.length,
    models: plan.models.map(({ modelId, ...each }) => ({ ...each, name: nameOf.get(modelId) ?? '' })),
    consolidations: plan.consolidations.map((each) => ({ ...each, name: nameOf.get(each.modelId) ?? '' })),
    sample: names.pairs.map((each, index) => {
      const reason = shown[index]?.reason;
      return { ...each, reason: reason ? describeReason(reason) : '' };
    }),
    result,
  };
}

/** The same plan from the same pool: the planner is deterministic, so a plan is compared by what it would do. */
function basisOf(plan: BatchPlan): string {
  const hash = createHash('sha256');
  for (const { accountId, proxyId } of plan.assignments) hash.update(`${accountId}:${proxyId};`);
  return hash.update(String(plan.waiting.length)).digest('base64url');
}
