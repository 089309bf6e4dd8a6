import { insertAssignments } from '../../db/queries/assignments/assignments.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { type Assignment, describeReason } from '../../domain/plan/shared/assignment.ts';

/**
 * Writes planned assignments, with their reasons in the words that the history and the API show.
 *
 * @throws StalePlanError if the pool has changed since the plan was made
 */
export function writeAssignments(tx: RepeatableTx, actor: Actor, plan: readonly Assignment[]): Promise<void> {
  const worded = plan.map(({ accountId, proxyId, modelId, reason }) => ({
    accountId,
    proxyId,
    modelId,
    reason: describeReason(reason),
  }));
  return insertAssignments(tx, actor, worded);
}
