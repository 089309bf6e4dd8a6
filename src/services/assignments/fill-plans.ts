import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import type { Tx } from '../../db/client.ts';
import { findModelId, namesOf } from '../../db/queries/accounts/models.ts';
import { insertAssignments, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { readPool, readWaiting } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { FillPreview } from '../../domain/accounts/account-view.ts';
import type { Actor } from '../../domain/actor.ts';
import { type BatchPlan, planBatch } from '../../domain/plan/batch.ts';
import { describeReason } from '../../domain/plan/shared/assignment.ts';
import { type Outcome, StoredPlans, stamp, stampShape } from '../shared/stored-plans.ts';
import { planBasis } from './waiting.ts';

const SAMPLE = 5;

const fills = new StoredPlans({
  kind: 'assignment.fill',
  called: 'plan',
  again: 'Run /proxy fill again.',
  input: z.object({ modelId: z.number().optional(), basis: z.string() }),
  result: z
    .object({ count: z.number(), ...stampShape })
    .nullable()
    .catch(null),
});
type FillPlan = Awaited<ReturnType<typeof fills.find>>;

/** Plans all waiting and held accounts, of one model or of all, and writes the plan down. */
export async function planFill(tx: Tx, actor: Actor, model?: string): Promise<FillPreview> {
  const modelId = model === undefined ? undefined : await findModelId(tx, model);
  if (model !== undefined && modelId === undefined) {
    throw new UserError('model_unknown', `There is no model “${model}”.`, 'Run /account models to see all.');
  }
  await lockAssignments(tx);
  const plan = await planAll(tx, modelId);
  const planId = await fills.insert(tx, actor, { modelId, basis: basisOf(plan) });
  return describe(tx, { planId, state: 'open', plan, result: null });
}

/** Applies a plan where it would still be the same, once. */
export async function applyFill(tx: RepeatableTx, actor: Actor, planId: number): Promise<Outcome<FillPreview>> {
  const stored = await fills.lock(tx, planId);
  if (stored.state !== 'open') return { preview: closedPreview(stored), isStale: false };
  const { input } = stored;
  await lockAssignments(tx);
  const plan = await planAll(tx, input.modelId);
  if (basisOf(plan) !== input.basis) {
    await fills.update(tx, planId, { input: { ...input, basis: basisOf(plan) } });
    return { preview: await describe(tx, { planId, state: 'open', plan, result: null }), isStale: true };
  }
  await insertAssignments(tx, actor, plan.assignments);
  const result = { count: plan.assignments.length, ...stamp(actor) };
  await fills.update(tx, planId, { state: 'applied', result });
  await insertAudit(tx, actor, {
    action: fills.kind,
    entity: 'plan',
    entityId: planId,
    after: { count: result.count },
  });
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
function closedPreview({ id, state, result }: FillPlan): FillPreview {
  return {
    planId: id,
    state,
    asked: result?.count ?? 0,
    placed: result?.count ?? 0,
    models: [],
    consolidations: [],
    sample: [],
    result,
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

/** Who gets a proxy and how many wait; which of equally good proxies it is goes by their speed, which each check changes. */
function basisOf(plan: BatchPlan): string {
  const hash = createHash('sha256');
  for (const id of plan.assignments.map(({ accountId }) => accountId).toSorted((a, b) => a - b)) hash.update(`${id};`);
  return hash.update(String(plan.waiting.length)).digest('base64url');
}
