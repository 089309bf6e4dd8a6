import { createHash } from 'node:crypto';
import { z } from 'zod';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { findModelId, namesOf } from '../../db/queries/accounts/models.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { readWaiting } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { FillPreview } from '../../domain/accounts/account-view.ts';
import type { Actor } from '../../domain/actor.ts';
import { type BatchPlan, planBatch } from '../../domain/plan/batch.ts';
import { describeReason } from '../../domain/plan/shared/assignment.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { type Outcome, StoredPlans, stamp, stampShape } from '../shared/stored-plans.ts';
import { byVps } from './by-vps.ts';
import { readWholePool } from './whole-pool.ts';
import { writeAssignments } from './write-assignments.ts';

const SAMPLE = 5;

export const fills = new StoredPlans({
  kind: 'assignment.fill',
  called: 'plan',
  again: 'Run /proxy fill again.',
  input: z.strictObject({ modelId: z.int().optional(), basis: z.string() }),
  result: z.strictObject({ count: z.int(), ...stampShape }).nullable(),
  noResult: null,
});
type FillPlan = Awaited<ReturnType<typeof fills.find>>;

/** Plans all waiting accounts and accounts on hold, of one model or of all, and stores the plan. */
export async function planFill(tx: Tx, actor: Actor, model?: string): Promise<FillPreview> {
  const modelId = model === undefined ? undefined : await findModelId(tx, model);
  if (model !== undefined && modelId === undefined) {
    throw notFound('model', model);
  }
  const plan = await planAll(tx, modelId);
  const planId = await fills.insert(tx, actor, { modelId, basis: fillBasis(plan) });
  return describe(tx, { planId, state: 'open', plan, result: null });
}

/** Applies a plan once, if it would still assign the same accounts. */
export function applyFill(db: Db, actor: Actor, planId: number): Promise<Outcome<FillPreview>> {
  return fills.apply(db, planId, {
    closed: closedPreview,
    apply: (stored, tx) => writeFill(tx, actor, stored),
    async refresh({ input }, tx) {
      const plan = await planAll(tx, input.modelId);
      await fills.update(tx, planId, { input: { ...input, basis: fillBasis(plan) } });
      return describe(tx, { planId, state: 'open', plan, result: null });
    },
  });
}

/** Cancels a plan; an applied plan stays applied. */
export function cancelFill(db: Db, actor: Actor, planId: number): Promise<FillPreview> {
  const open = async (stored: FillPlan, tx: Tx) => closedPreview(await fills.cancel(tx, actor, stored));
  return db.transaction((tx) => fills.whileOpen(tx, planId, { open, closed: closedPreview }));
}

async function writeFill(tx: RepeatableTx, actor: Actor, { id: planId, input }: FillPlan): Promise<FillPreview> {
  await lockAssignments(tx);
  const plan = await planAll(tx, input.modelId);
  assertStillShown(input.basis, fillBasis(plan));
  assertMayChange(actor, plan.assignments.length, 'accounts');
  await writeAssignments(tx, actor, plan.assignments);
  const result = { count: plan.assignments.length, ...stamp(actor) };
  await fills.update(tx, planId, { state: 'applied', result });
  await insertAudit(tx, actor, {
    action: 'assignment.fill',
    entity: 'plan',
    entityId: planId,
    after: { count: result.count },
  });
  return describe(tx, { planId, state: 'applied', plan, result });
}

async function planAll(tx: Tx, modelId: number | undefined): Promise<BatchPlan> {
  const plan = planBatch(await readWholePool(tx), await readWaiting(tx, { modelId, withHeld: true }));
  return { ...plan, assignments: await byVps(tx, plan.assignments) };
}

/** The preview of a closed plan, from its row alone. */
function closedPreview({ id, state, cancelledBy, result }: FillPlan): FillPreview {
  return {
    planId: id,
    state,
    cancelledBy,
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
    cancelledBy: null,
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

/**
 * The assigned accounts and the number of waiting ones. The choice among equally good proxies is left out: it depends
 * on their speed, which each check changes.
 */
function fillBasis({ assignments, waiting }: BatchPlan): string {
  const ids = assignments.map(({ accountId }) => accountId).toSorted((one, other) => one - other);
  // Exactly the text that 0.1.0 hashed. With another text, an upgrade would make every open preview stale.
  const text = `${ids.map((id) => `${id};`).join('')}${waiting.length}`;
  return createHash('sha256').update(text).digest('base64url');
}
