import type { Db, Tx } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import {
  type FailingSeat,
  insertAlertMoves,
  readFailingSeats,
  readProviderAccounts,
} from '../../db/queries/alerts/failover.ts';
import { endAssignments, insertAssignments, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { readPool } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { type RepeatableTx, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { failoverBudget, withinPace } from '../../domain/incidents/incident-failover.ts';
import { type MovePlan, planMoves } from '../../domain/plan/moves/moves.ts';

const ACTOR: Actor = { id: 'system', name: 'Failover' };

async function planOff(db: Db | Tx, seats: readonly FailingSeat[]): Promise<MovePlan> {
  const now = Date.now();
  const { accountsPerProxy: limit } = await readSettings(db);
  return planMoves({ proxies: await readPool(db, now), limit, now }, seats, 'stays');
}

/** How many accounts on the failing proxies of an alert have a place elsewhere. */
export async function countMovable(db: Db, alertId: number): Promise<number> {
  const seats = await readFailingSeats(db, alertId);
  return seats.length === 0 ? 0 : (await planOff(db, seats)).moves.length;
}

/**
 * Where it is switched to `auto`, moves accounts off failing proxies, at most a tenth of a provider's accounts an hour. Accounts that
 * no other proxy can take stay where they are, flapping proxies are left alone, and nothing moves back by itself.
 *
 * @returns how many accounts were moved
 */
export async function runFailover(db: Db): Promise<number> {
  const { failover } = await readAlertSettings(db);
  if (failover !== 'auto' || (await readFailingSeats(db)).length === 0) return 0;
  return transact(db, moveWithinPace);
}

async function moveWithinPace(tx: RepeatableTx): Promise<number> {
  await lockAssignments(tx);
  const seats = await readFailingSeats(tx);
  const providers = await readProviderAccounts(tx);
  const hasBudget = new Set(providers.filter((each) => failoverBudget(each) > 0).map((each) => each.provider));
  // Planning a large pool is not free, and most of the time the hour's moves are made.
  if (!seats.some((seat) => hasBudget.has(seat.provider))) return 0;
  const providerOf = new Map(seats.map((seat) => [seat.proxyId, seat.provider]));
  const { moves } = await planOff(tx, seats);
  const allowed = withinPace(moves, providers, (proxyId) => providerOf.get(proxyId) ?? null);
  if (allowed.length === 0) return 0;
  const alertOf = new Map(seats.map((seat) => [seat.id, seat.alertId]));
  const told = allowed.map((move) => ({
    ...move,
    alertId: alertOf.get(move.accountId) ?? 0,
    provider: providerOf.get(move.fromProxyId) ?? null,
  }));
  const { modelCooldownDays: days } = await readSettings(tx);
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
  await insertAssignments(tx, ACTOR, allowed);
  await insertAlertMoves(tx, told);
  return allowed.length;
}
