import { UserError } from '../../base/errors.ts';
import type { Tx } from '../../db/client.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { classifyEditUndo, countEditUndo, findKeptProxies, writeEditUndo } from '../../db/queries/proxies/edit-undo.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { EditUndoCounts, EditUndoPreview } from '../../domain/proxies/edit-undo.ts';
import type { ProxyEdit } from '../../domain/proxies/pool-change.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { stamp } from '../shared/stored-plans.ts';
import { changePlans, type StoredChange } from './stored-change.ts';

const KEPT_NAMED = 10;

function editOf({ input: { change }, result }: StoredChange): ProxyEdit {
  if (change.kind === 'edit' && result) return change.edit;
  throw new UserError('nothing_to_do', 'This change cannot be undone: it is not an applied edit.');
}

/** The effect that undoing an edit would have now. */
export async function describeEditUndo(tx: Tx, stored: StoredChange): Promise<EditUndoPreview> {
  await classifyEditUndo(tx, stored.id, editOf(stored));
  return { planId: stored.id, ...(await countEditUndo(tx)), keptIds: await findKeptProxies(tx, KEPT_NAMED) };
}

/**
 * Undoes an edit, unless that was done before.
 *
 * @throws StalePreviewError if what was shown no longer holds
 * @throws UserError if the change exceeds the limit of the actor's role
 */
export async function undoEdit(
  tx: RepeatableTx,
  actor: Actor,
  { assignments, planId, shown }: { assignments: AssignmentService; planId: number; shown: EditUndoCounts },
): Promise<void> {
  const stored = await changePlans.lock(tx, planId);
  const edit = editOf(stored);
  if (!stored.result || stored.result.undo) return;
  await lockAssignments(tx);
  const { planId: _planId, keptIds, ...counts } = await describeEditUndo(tx, stored);
  assertStillShown(shown, counts);
  assertMayChange(actor, counts.restorable);
  await writeEditUndo(tx, { actor, planId, edit });
  const served = await assignments.assignWaitingIn(tx, actor);
  const undo = { ...counts, keptIds: [...keptIds], served, ...stamp(actor) };
  await changePlans.update(tx, planId, { result: { ...stored.result, undo } });
  await insertAudit(tx, actor, {
    action: 'pool.edit_undo',
    entity: 'plan',
    entityId: planId,
    after: { count: counts.restorable, kept: counts.kept },
  });
}
