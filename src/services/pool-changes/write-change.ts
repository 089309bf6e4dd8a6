import { insertEvents } from '../../db/queries/alerts/incident-events.ts';
import { endAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { writeMoves } from '../../db/queries/proxies/pool-changes.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { type ChangePreview, type ChangeResult, type PoolChange, staysPut } from '../../domain/proxies/pool-change.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { writeAssignments } from '../assignments/write-assignments.ts';
import { stamp } from '../shared/stored-plans.ts';
import { kindOf } from './change-kinds.ts';
import type { ChangePlan } from './change-plan.ts';

interface PlannedChange {
  assignments: AssignmentService;
  planId: number;
  change: PoolChange;
  plan: ChangePlan;
  only: ChangePreview['only'];
}

/** Writes a plan that holds, with its audit entry. The caller holds the lock of assignments. */
export async function writeChange(
  tx: RepeatableTx,
  actor: Actor,
  { assignments, planId, change, plan, only }: PlannedChange,
): Promise<ChangeResult> {
  const kind = kindOf(change);
  const leaving = [...plan.moves.map((move) => move.accountId), ...leavers(change, plan).map(({ id }) => id)];
  if (leaving.length > 0) {
    const { cooldownDays: days } = await readSettings(tx);
    await endAssignments(tx, actor, { accountIds: leaving, reason: kind.why(change), cooldownDays: days });
    await writeAssignments(tx, actor, plan.moves);
    await writeMoves(tx, planId, plan.moves, leavers(change, plan));
  }
  await kind.write(tx, { actor, planId }, change);
  const served = kind.makesRoom ? await assignments.assignWaitingIn(tx, actor) : 0;
  const counts = { count: changedBy(change, plan), moved: plan.moves.length, stranded: plan.stranded.length, served };
  await noteOnIncident(tx, actor, change, counts);
  await insertAudit(tx, actor, {
    action: `pool.${change.kind}`,
    entity: 'plan',
    entityId: planId,
    ...entryOf(change, { counts, only }),
  });
  return { ...stamp(actor), ...counts };
}

/** The accounts that lose their proxy. */
const leavers = (change: PoolChange, plan: ChangePlan) => (staysPut(change) ? [] : plan.stranded);

/** If accounts may stay on their proxies, only the proxies that an account has left are changed. */
const changedBy = (change: PoolChange, { count, moves }: ChangePlan) =>
  staysPut(change) ? new Set(moves.map(({ fromProxyId }) => fromProxyId)).size : count;

/** A change that was started from an incident is an entry of its timeline. */
async function noteOnIncident(
  tx: RepeatableTx,
  actor: Actor,
  change: PoolChange,
  { count, moved }: { count: number; moved: number },
): Promise<void> {
  if (!('incidentId' in change) || change.incidentId === undefined) return;
  const event =
    change.kind === 'move' ? { kind: 'moved' as const, count: moved } : { kind: 'deactivated' as const, count };
  await insertEvents(tx, [{ ...event, alertId: change.incidentId, actorId: actor.id }]);
}

/** The audit entry's account of what was asked for and what was done. */
const entryOf = (change: PoolChange, { counts, only }: { counts: object; only: ChangePreview['only'] }) => ({
  after: {
    ...counts,
    ...('target' in change && 'filter' in change.target && { filter: change.target.filter }),
    ...(only && { proxy: only.id }),
    ...(change.kind === 'deactivate' && { isBlocked: change.isBlocked }),
    ...(change.kind === 'edit' && { edit: change.edit }),
  },
  ...('reason' in change && change.reason !== undefined && { reason: change.reason }),
});
