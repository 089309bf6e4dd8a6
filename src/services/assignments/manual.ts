import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Tx } from '../../db/client.ts';
import { holdAccount } from '../../db/queries/accounts/accounts.ts';
import { endAssignments, findPlacement, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { type PlanBasis, readOneProxy, readPlanBasis } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { planOne } from '../../domain/plan/one.ts';
import { type Assignment, type AssignmentReason, describeReason } from '../../domain/plan/shared/assignment.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { besides, placeOne, readFull, readOpen, withNeighbours } from './among-few.ts';
import { AssignmentRefusal, ruleAgainst } from './refusal.ts';
import { assignWaiting } from './waiting.ts';
import { writeAssignments } from './write-assignments.ts';

export interface Placed {
  accountId: number;
  proxyId: number;
  reason: string;
  /** Number of waiting accounts that got a proxy in the same transaction. */
  served: number;
}

interface Wanted {
  id: number;
  username: string;
  modelId: number;
  model: string;
  /** The current proxy. */
  proxyId: number | null;
  isHeld: boolean;
}

export interface AssignOptions {
  /** The best proxy if absent. */
  proxyId?: number | undefined;
  /** An account that has a proxy moves only if this is set. */
  isMove?: boolean;
  /** The proxy of the account that the question showed, null for none; any if absent. */
  from?: number | null;
}

/**
 * Assigns the given proxy, or the best one, to one account.
 *
 * @throws StalePreviewError if the account has left the proxy that was shown
 */
export async function assignAccount(
  tx: RepeatableTx,
  actor: Actor,
  accountId: number,
  { proxyId, isMove, from }: AssignOptions,
): Promise<Placed> {
  await lockAssignments(tx);
  const account = await findWanted(tx, accountId);
  assertStillShown(from, account.proxyId);
  assertMayMove(account, proxyId, isMove === true);
  const basis = await readPlanBasis(tx);
  const assignment =
    proxyId === undefined ? await best(tx, basis, account) : await placeOn(tx, basis, account, proxyId);
  if (!assignment) {
    throw new UserError(
      'no_room',
      `No ${account.proxyId === null ? '' : 'other '}proxy has a free slot for ${account.model}.`,
      'Import proxies or free some.',
    );
  }
  if (account.proxyId !== null) await endIn(tx, actor, [accountId], `moved to #${assignment.proxyId}`);
  await writeAssignments(tx, actor, [assignment]);
  const reason = describeReason(assignment.reason);
  await insertAudit(tx, actor, {
    action: 'account.assign',
    entity: 'account',
    entityId: accountId,
    ...(account.proxyId !== null && { before: { proxy: account.proxyId } }),
    after: { proxy: assignment.proxyId },
    reason,
  });
  const served = account.proxyId === null ? [] : await assignWaiting(tx, actor);
  return { accountId, proxyId: assignment.proxyId, reason, served: served.length };
}

/** Explains why an account that has a proxy may have the given one instead. Changes nothing. */
export async function considerProxy(tx: Tx, accountId: number, proxyId: number): Promise<AssignmentReason> {
  const account = await findWanted(tx, accountId);
  assertMayMove(account, proxyId, true);
  return (await placeOn(tx, await readPlanBasis(tx), account, proxyId)).reason;
}

/** Unassigns the proxy and puts the account on hold. @returns how many waiting accounts got a proxy in exchange */
export async function unassignAccount(
  tx: RepeatableTx,
  actor: Actor,
  accountId: number,
  reason: string,
): Promise<number> {
  await lockAssignments(tx);
  const { username, proxyId, isHeld } = await findWanted(tx, accountId);
  if (isHeld) throw new UserError('held', `${username} is already on hold.`, 'Use /proxy assign to resume it.');
  await endIn(tx, actor, [accountId], reason);
  await holdAccount(tx, accountId);
  await insertAudit(tx, actor, {
    action: 'account.unassign',
    entity: 'account',
    entityId: accountId,
    before: { proxy: proxyId },
    reason,
  });
  return (await assignWaiting(tx, actor)).length;
}

/** Ends assignments and starts the cooldowns of their proxies (R6). */
export async function endIn(tx: Tx, actor: Actor, accountIds: readonly number[], reason: string): Promise<void> {
  const { cooldownDays: days } = await readSettings(tx);
  await endAssignments(tx, actor, { accountIds, reason, cooldownDays: days });
}

async function findWanted(tx: Tx, id: number): Promise<Wanted> {
  const account = await findPlacement(tx, id);
  if (!account || account.isRemoved) throw notFound('account');
  return { ...account, id };
}

function assertMayMove({ username, proxyId: now }: Wanted, wanted: number | undefined, isMove: boolean): void {
  if (now === null) return;
  if (!isMove) throw new UserError('has_proxy', `${username} already has proxy #${now}.`, 'Press Reassign to move it.');
  if (wanted === now) throw new UserError('has_proxy', `${username} is already on proxy #${now}.`);
}

const best = (tx: Tx, basis: PlanBasis, account: Wanted): Promise<Assignment | null> =>
  placeOne(tx, basis, account, { left: account.proxyId });

/** Places an account on a chosen proxy, only if the planner could choose that proxy too. */
async function placeOn(tx: Tx, basis: PlanBasis, account: Wanted, proxyId: number): Promise<Assignment> {
  const proxy = await readOneProxy(tx, basis.now, proxyId);
  if (!proxy) {
    throw notFound('proxy', proxyId);
  }
  const rule = await ruleAgainst(tx, basis, proxy, account);
  const around = await withNeighbours(tx, basis.now, [...(await readOpen(tx, basis, [account])), proxy]);
  // The other proxies of the model are not candidates, but they still count for their networks and addresses.
  const proxies = around.map((each) => (each.id === proxyId ? each : { ...each, eligible: false }));
  const full = besides(await readFull(tx, basis, [account]), around);
  const assignment = rule === undefined ? planOne({ ...basis, proxies, full }, account) : null;
  if (assignment) return assignment;
  const nearest = await best(tx, basis, account);
  throw new AssignmentRefusal(rule ?? `#${proxyId} is not available for ${account.model} now.`, {
    accountId: account.id,
    nearestId: nearest?.proxyId,
    fromId: account.proxyId,
  });
}
