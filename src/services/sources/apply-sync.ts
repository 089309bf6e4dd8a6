import type { Tx } from '../../db/client.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { applyTaken } from '../../db/queries/sources/apply-sync.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { SyncCounts } from '../../domain/sources/source.ts';
import { stamp } from '../shared/stored-plans.ts';
import { type SyncInput, syncPlans } from './sync-plan.ts';

/** Applies the entries of a plan that `takeRows` has taken, and closes the plan. The caller holds the locks of `applyTaken`. */
export async function writeSync(
  tx: RepeatableTx,
  actor: Actor,
  { planId, input: { sourceId }, counts }: { planId: number; input: SyncInput; counts: SyncCounts },
): Promise<void> {
  const moved = await applyTaken(tx, { actor, planId, sourceId });
  await syncPlans.update(tx, planId, { state: 'applied', result: { ...stamp(actor), counts, moved } });
  await auditSync(tx, actor, { planId, sourceId, after: { ...counts, moved } });
}

async function auditSync(
  tx: Tx,
  actor: Actor,
  { planId, sourceId, after }: { planId: number; sourceId: number; after: object },
): Promise<void> {
  const entry = { action: 'source.apply', entity: 'source', entityId: sourceId } as const;
  await insertAudit(tx, actor, { ...entry, after: { ...after, plan: planId } });
}
