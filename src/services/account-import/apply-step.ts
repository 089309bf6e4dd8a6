import type { Tx } from '../../db/client.ts';
import {
  addAccounts,
  changeAccounts,
  findAssignedRemodelled,
  rememberChanged,
  type WrittenStep,
} from '../../db/queries/accounts/account-imports.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import {
  type AccountImportPreview,
  type AccountImportStep,
  accountImportSteps,
  type ShownStep,
} from '../../domain/accounts/account-import.ts';
import type { Actor } from '../../domain/actor.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { stamp } from '../shared/stored-plans.ts';
import { accountImportPlans } from './account-import-plan.ts';
import { summaryNow } from './describe-import.ts';
import { placementAfter } from './plan-staged.ts';

export interface StepRequest {
  step: AccountImportStep;
  /** The figures of the preview; if left out, nothing is compared. */
  shown: ShownStep | undefined;
}

/** Applies one step of an import, once. @throws StalePreviewError if what was shown no longer holds */
export async function applyStep(
  tx: RepeatableTx,
  actor: Actor,
  planId: number,
  { assignments, step, shown }: StepRequest & { assignments: AssignmentService },
): Promise<void> {
  const plan = await accountImportPlans.lock(tx, planId);
  const steps = plan.result.steps;
  if (steps[step] || plan.state !== 'open') return;
  await lockAssignments(tx);
  const before = await summaryNow(tx, plan);
  const count = accountImportSteps.count(before.counts, step);
  assertStillShown(shown?.count, count);
  const written = step === 'import' ? await addAccounts(tx, planId) : await change(tx, actor, { assignments, planId });
  assertStillShown(count, written.count);
  await assignments.assignWaitingIn(tx, actor);
  const placement = await placementAfter(tx, planId, step);
  assertStillShown(shown?.placed, placement.placed);
  assertMayChange(actor, placement.placed, 'accounts');
  const counts = accountImportSteps.after(before.counts, step);
  const summary = { ...before, counts, newModels: { count: 0, names: [] } };
  const done = { ...placement, count, newModels: [...written.newModels], ...stamp(actor) };
  const isLast = accountImportSteps.isDone(summary.counts);
  await accountImportPlans.update(tx, planId, {
    result: { steps: { ...steps, [step]: done }, summary },
    ...(isLast && { state: 'applied' }),
  });
  await insertAudit(tx, actor, {
    action: step === 'import' ? 'account.import' : 'account.import_update',
    entity: 'plan',
    entityId: planId,
    after: { count, placed: placement.placed, file: plan.input.fileName },
  });
}

async function change(
  tx: Tx,
  actor: Actor,
  { assignments, planId }: { assignments: AssignmentService; planId: number },
): Promise<WrittenStep> {
  const leaving = await findAssignedRemodelled(tx);
  assertMayChange(actor, leaving.length, 'accounts');
  await rememberChanged(tx, planId);
  if (leaving.length > 0) await assignments.endIn(tx, actor, leaving, 'its model was changed');
  return changeAccounts(tx, actor, planId, leaving);
}

/** Whether the plan still equals the preview, even if applying it gave another result. */
export function isStill({ plan, moves, counts }: AccountImportPreview, { step, shown }: StepRequest): boolean {
  const placed = (step === 'import' ? plan : moves)?.placed ?? 0;
  return accountImportSteps.count(counts, step) === shown?.count && placed === shown.placed;
}
