import type { Db, Tx } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import {
  type FailingAccount,
  insertAlertMoves,
  readFailingAccounts,
  readProviderAccounts,
} from '../../db/queries/alerts/failover.ts';
import { endAssignments, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { type RepeatableTx, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { failoverBudget, withinPace } from '../../domain/incidents/incident-failover.ts';
import type { MovePlan } from '../../domain/plan/moves/moves.ts';
import { planMovesNow } from '../assignments/plan-moves.ts';
import { writeAssignments } from '../assignments/write-assignments.ts';

const ACTOR: Actor = { id: 'system', name: 'Failover' };

const planOff = (db: Db | Tx, failing: readonly FailingAccount[]): Promise<MovePlan> =>
  planMovesNow(db, { accounts: failing, stranded: 'stays' });

/** The number of accounts on the failing proxies of an alert that other proxies could take. */
export async function countMovable(db: Db, alertId: number): Promise<number> {
  const failing = await readFailingAccounts(db, alertId);
  return failing.length === 0 ? 0 : (await planOff(db, failing)).moves.length;
}

/**
 * If failover is set to `auto`, moves accounts off failing proxies: at most a tenth of a provider's accounts per hour.
 * Accounts without an allowed proxy stay on theirs, flapping proxies are skipped, and no account moves back
 * automatically.
 *
 * @returns how many accounts were moved
 */
export async function runFailover(db: Db): Promise<number> {
  const { failover } = await readAlertSettings(db);
  if (failover !== 'auto' || (await readFailingAccounts(db)).length === 0) return 0;
  return transact(db, moveWithinPace);
}

async function moveWithinPace(tx: RepeatableTx): Promise<number> {
  await lockAssignments(tx);
  const failing = await readFailingAccounts(tx);
  const providers = await readProviderAccounts(tx);
  const hasBudget = new Set(providers.filter((each) => failoverBudget(each) > 0).map((each) => each.provider));
  // Planning a large pool is expensive, and usually the hour's moves are already used up.
  if (!failing.some((account) => hasBudget.has(account.provider))) return 0;
  const providerOf = new Map(failing.map((account) => [account.proxyId, account.provider]));
  const { moves } = await planOff(tx, failing);
  const allowed = withinPace(moves, providers, (proxyId) => providerOf.get(proxyId) ?? null);
  if (allowed.length === 0) return 0;
  const accountOf = new Map(failing.map((account) => [account.id, account]));
  const told = allowed.map((move) => {
    const account = accountOf.get(move.accountId);
    if (!account) throw new Error(`the failover moves an account that is on no failing proxy: ${move.accountId}`);
    return { ...move, alertId: account.alertId, provider: account.provider };
  });
  const { cooldownDays: days } = await readSettings(tx);
  for (const [alertId, of] of Map.groupBy(told, (move) => move.alertId)) {
    const accounts = of.map((move) => move.accountId);
    await endAssignments(tx, ACTOR, {
      accountIds: accounts,
      reason: `failover of alert ${alertId}`,
      cooldownDays: days,
    });
    await insertAudit(tx, ACTOR, {
      action: 'failover.move',
      entity: 'plan',
      entityId: `alert ${alertId}`,
      after: { moved: accounts.length },
    });
  }
  await writeAssignments(tx, ACTOR, allowed);
  await insertAlertMoves(tx, told);
  return allowed.length;
}
