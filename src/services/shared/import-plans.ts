import type { Db, Tx } from '../../db/client.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import type { Actor } from '../../domain/actor.ts';
import type { AuditAction } from '../../domain/audit-view.ts';
import type { StoredPlan, StoredPlans } from './stored-plans.ts';

/** The message that contained a list, as stored with its import. */
interface Sourced {
  source: { channelId: string; messageId: string } | null;
}

/** The applied steps of an import, by name. */
interface Stepped {
  steps: Readonly<Record<string, unknown>>;
}

/** Called when the message with the list was deleted: the preview no longer offers to delete it. */
export async function forgetSource<I extends Sourced, R>(db: Db, plans: StoredPlans<I, R>, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { input } = await plans.lock(tx, id);
    await plans.update(tx, id, { input: { ...input, source: null } });
  });
}

/**
 * Cancels the remaining steps of an open import; applied steps stay, and `result` is shown from then on.
 *
 * @returns the import as it is then
 */
export async function cancelSteps<I, R extends Stepped>(
  tx: Tx,
  actor: Actor,
  { plans, plan, result, action }: { plans: StoredPlans<I, R>; plan: StoredPlan<I, R>; result: R; action: AuditAction },
): Promise<StoredPlan<I, R>> {
  if (Object.keys(result.steps).length === 0) await plans.cancel(tx, actor, plan, { result });
  else await plans.update(tx, plan.id, { state: 'applied', result });
  await insertAudit(tx, actor, { action, entity: 'plan', entityId: plan.id });
  return plans.find(tx, plan.id);
}
