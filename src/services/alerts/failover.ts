import type { Db } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import { lockAlerts } from '../../db/queries/alerts/alerts.ts';
import {
  findUncounted,
  insertAlertMoves,
  readFailingAccounts,
  readProviderAccounts,
  writeMovable,
} from '../../db/queries/alerts/failover.ts';
import { insertEvents } from '../../db/queries/alerts/incident-events.ts';
import { endAssignments, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { type RepeatableTx, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { failoverBudget, withinPace } from '../../domain/incidents/incident-failover.ts';
import { planMoves } from '../../domain/plan/moves/moves.ts';
import { planMovesNow } from '../assignments/plan-moves.ts';
import { readWholePool } from '../assignments/whole-pool.ts';
import { writeAssignments } from '../assignments/write-assignments.ts';

const ACTOR: Actor = { id: 'system', name: 'Failover' };

/** Whether open incidents have changed since their movable accounts were counted. */
export async function isUncounted(db: Db): Promise<boolean> {
  const { failover } = await readAlertSettings(db);
  return failover !== 'off' && (await findUncounted(db)).length > 0;
}

/** Plans how many accounts of each changed incident another proxy can take, and stores the number for its message. */
export async function countMovable(db: Db): Promise<void> {
  const uncounted = await findUncounted(db);
  if (uncounted.length === 0) return;
  const pool = await readWholePool(db);
  for (const each of uncounted) {
    const failing = await readFailingAccounts(db, each.alertId);
    const movable = failing.length === 0 ? 0 : planMoves(pool, failing, 'stays').moves.length;
    await transact(db, async (tx) => {
      await lockAlerts(tx);
      await writeMovable(tx, each, movable);
    });
  }
}

/** Whether the failover is on and accounts are on failing proxies. */
export async function isFailoverDue(db: Db): Promise<boolean> {
  const { failover } = await readAlertSettings(db);
  return failover === 'auto' && (await readFailingAccounts(db)).length > 0;
}

/**
 * If failover is set to `auto`, moves accounts off failing proxies: at most a tenth of a provider's accounts per hour.
 * Accounts without an allowed proxy stay on theirs, flapping proxies are skipped, and no account moves back
 * automatically.
 *
 * @returns how many accounts were moved
 */
export async function runFailover(db: Db): Promise<number> {
  return (await isFailoverDue(db)) ? transact(db, moveWithinPace) : 0;
}

async function moveWithinPace(tx: RepeatableTx): Promise<number> {
  await lockAssignments(tx);
  const failing = await readFailingAccounts(tx);
  const providers = await readProviderAccounts(tx);
  const hasBudget = new Set(providers.filter((each) => failoverBudget(each) > 0).map((each) => each.provider));
  // Planning a large pool is expensive, and usually the hour's moves are already used up.
  if (!failing.some((account) => hasBudget.has(account.provider))) return 0;
  const providerOf = new Map(failing.map((account) => [account.proxyId, account.provider]));
  const { moves } = await planMovesNow(tx, { accounts: failing, stranded: 'stays' });
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
      reason: `failover of incident #${alertId}`,
      cooldownDays: days,
    });
    await insertAudit(tx, ACTOR, {
      action: 'failover.move',
      entity: 'plan',
      entityId: `incident #${alertId}`,
      after: { moved: accounts.length },
    });
    await insertEvents(tx, [{ alertId, kind: 'moved', count: accounts.length }]);
  }
  await writeAssignments(tx, ACTOR, allowed);
  await insertAlertMoves(tx, told);
  return allowed.length;
}
