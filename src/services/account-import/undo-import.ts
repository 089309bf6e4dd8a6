import type { Tx } from '../../db/client.ts';
import {
  classifyUndo,
  countUndo,
  findKept,
  findReturning,
  findUndoneAssigned,
  forgetUndone,
  removeBareVps,
  removeEmptyModels,
  writeUndo,
} from '../../db/queries/accounts/account-undo.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { AccountUndoPreview, UndoCounts } from '../../domain/accounts/account-undo.ts';
import type { Actor } from '../../domain/actor.ts';
import { planReturn } from '../../domain/plan/moves/return.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { readWholePool } from '../assignments/whole-pool.ts';
import { writeAssignments } from '../assignments/write-assignments.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { stamp } from '../shared/stored-plans.ts';
import { accountImportPlans, type StoredAccountImport } from './account-import-plan.ts';

const KEPT_NAMED = 5;

/** The effect that undoing an import would have now. */
export async function describeUndo(tx: Tx, planId: number): Promise<AccountUndoPreview> {
  await classifyUndo(tx, planId);
  return { planId, ...(await countUndo(tx)), kept: await findKept(tx, KEPT_NAMED) };
}

/**
 * Undoes an import, unless that was done before.
 *
 * @throws StalePreviewError if what was shown no longer holds
 * @throws UserError if the change exceeds the limit of the actor's role
 */
export async function undoImport(
  tx: RepeatableTx,
  actor: Actor,
  { assignments, planId, shown }: { assignments: AssignmentService; planId: number; shown: UndoCounts },
): Promise<void> {
  const plan = await accountImportPlans.lock(tx, planId);
  if (plan.result.undo || Object.keys(plan.result.steps).length === 0) return;
  await lockAssignments(tx);
  const { planId: _planId, kept, ...counts } = await describeUndo(tx, planId);
  assertStillShown(shown, counts);
  const { removable: removed, restorable: restored } = counts;
  assertMayChange(actor, removed + restored, 'accounts');
  const left = await findUndoneAssigned(tx);
  if (left.length > 0) await assignments.endIn(tx, actor, left, `import #${planId} was undone`);
  await writeUndo(tx, { actor, planId, left });
  await takeBack(tx, actor, planId);
  await forgetUndone(tx, planId);
  const served = await assignments.assignWaitingIn(tx, actor);
  const made = await removeCreated(tx, actor, plan);
  const keptCount = counts.changed + counts.used;
  const undo = { removed, restored, keptCount, kept: [...kept], ...made, served, ...stamp(actor) };
  await accountImportPlans.update(tx, planId, { state: 'applied', result: { ...plan.result, undo } });
  await insertAudit(tx, actor, {
    action: 'account.import_undo',
    entity: 'plan',
    entityId: planId,
    after: { count: removed + restored, removed, restored, kept: keptCount, ...made },
  });
}

/** Accounts that are of their former model again get their former proxies back if these are still free for them. */
async function takeBack(tx: RepeatableTx, actor: Actor, planId: number): Promise<void> {
  const returning = await findReturning(tx, planId);
  if (returning.length === 0) return;
  await writeAssignments(tx, actor, planReturn(await readWholePool(tx), returning));
}

/** Removes the models and VPS that the import created and that nothing uses. */
async function removeCreated(
  tx: Tx,
  actor: Actor,
  { input, result: { steps } }: StoredAccountImport,
): Promise<{ models: number; vps: number }> {
  const created = [steps.import, steps.update].flatMap((step) => step?.newModels ?? []);
  const models = created.length > 0 ? await removeEmptyModels(tx, created) : [];
  const vps = input.createdVps ? await removeBareVps(tx, input.createdVps) : [];
  for (const { id, name } of models) {
    await insertAudit(tx, actor, { action: 'model.remove', entity: 'model', entityId: id, before: { name } });
  }
  for (const { id, name } of vps) {
    await insertAudit(tx, actor, { action: 'vps.remove', entity: 'vps', entityId: id, before: { name } });
  }
  return { models: models.length, vps: vps.length };
}
