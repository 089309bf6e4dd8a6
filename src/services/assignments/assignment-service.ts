import type { Db, Tx } from '../../db/client.ts';
import { endCooldowns, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { countWaitingByModel, isAnybodyWaiting } from '../../db/queries/assignments/pool.ts';
import { notePlanServed } from '../../db/queries/plans.ts';
import { type RepeatableTx, snapshot, transact } from '../../db/transaction.ts';
import type { FillPreview } from '../../domain/accounts/account-view.ts';
import type { Actor } from '../../domain/actor.ts';
import { type Assignment, describeReason } from '../../domain/plan/shared/assignment.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import { unlessStale } from '../shared/stale-preview.ts';
import type { Outcome } from '../shared/stored-plans.ts';
import { applyFill, cancelFill, planFill } from './fill-plans.ts';
import { type AssignOptions, assignAccount, considerProxy, endIn, type Placed, unassignAccount } from './manual.ts';
import { areFewWaiting, assignWaiting, type Newcomer } from './waiting.ts';

/** Assigns and unassigns proxies within the rules. Writers are serialized. */
export class AssignmentService {
  readonly #db: Db;
  readonly #bulk: BulkRunner;

  /** @param deps.bulk plans and applies fills of a large pool */
  constructor(deps: { db: Db; bulk?: BulkRunner }) {
    this.#db = deps.db;
    this.#bulk = deps.bulk ?? runHere;
  }

  /** Plans all waiting accounts and accounts on hold, of one model or of all, and stores the plan. */
  planFill(actor: Actor, model?: string): Promise<FillPreview> {
    return this.#bulk.run({ task: 'planFill', args: [actor, model] }, () =>
      snapshot(this.#db, (tx) => planFill(tx, actor, model)),
    );
  }

  /**
   * Applies a plan once. If the pool or the accounts have changed so that the plan would differ now, nothing is done
   * and a new preview is returned.
   */
  applyFill(actor: Actor, planId: number): Promise<Outcome<FillPreview>> {
    return this.#bulk.run({ task: 'applyFill', args: [actor, planId] }, () => applyFill(this.#db, actor, planId));
  }

  /** Cancels a plan; an applied plan stays applied. */
  cancelFill(actor: Actor, planId: number): Promise<FillPreview> {
    return cancelFill(this.#db, actor, planId);
  }

  /**
   * Assigns waiting accounts in the transaction that freed slots (R10); accounts on hold are skipped.
   *
   * @param newcomer set if nothing has changed since the last run except this new account: it is then placed without
   * planning the others
   * @returns how many accounts got a proxy
   */
  async assignWaitingIn(tx: RepeatableTx, actor: Actor, newcomer?: Newcomer): Promise<number> {
    return (await assignWaiting(tx, actor, newcomer)).length;
  }

  /**
   * The same in its own transaction, for slots that time alone frees, such as at the end of a cooldown.
   *
   * @param tell announces the assignments in that transaction, if there are any
   */
  async assignWaiting(actor: Actor, tell?: (tx: Tx, served: readonly Assignment[]) => Promise<void>): Promise<number> {
    if (!(await isAnybodyWaiting(this.#db))) return 0;
    return transact(this.#db, async (tx) => {
      await lockAssignments(tx);
      await endCooldowns(tx);
      const served = await assignWaiting(tx, actor);
      if (served.length > 0) await tell?.(tx, served);
      return served.length;
    });
  }

  /**
   * Assigns waiting accounts after a step of an import, whose result gets their number. The step is committed before, so that no
   * other writer of assignments waits for it; if this fails, the scheduled job assigns them.
   */
  async assignAfterImport(actor: Actor, planId: number, step: string): Promise<number> {
    const waiting = await countWaitingByModel(this.#db);
    if (waiting.length === 0) return 0;
    const isFew = () => areFewWaiting(waiting);
    return this.#bulk.run({ task: 'assignAfterImport', args: [actor, planId, step], isFew }, () =>
      this.assignWaiting(actor, (tx, served) => notePlanServed(tx, planId, step, served.length)),
    );
  }

  /**
   * Assigns one account to the given proxy, or to the best one. An account that has a proxy moves only if `isMove` is
   * set.
   *
   * @param note writes what was done in the same transaction
   * @throws UserError naming the rule that forbids it; `AssignmentRefusal` if another proxy was chosen
   */
  assign(
    actor: Actor,
    accountId: number,
    options: AssignOptions = {},
    note?: (placed: Placed, tx: Tx) => Promise<void>,
  ): Promise<Placed> {
    return transact(this.#db, async (tx) => {
      const placed = await assignAccount(tx, actor, accountId, options);
      await note?.(placed, tx);
      return placed;
    });
  }

  /**
   * Assigns the given proxy, or the best one, to an account that is on the proxy that the question showed.
   *
   * @returns undefined if it is not on that proxy any more: then nothing is done
   * @throws UserError as `assign` does
   */
  async move(
    actor: Actor,
    accountId: number,
    options: { from: number | null; proxyId?: number | undefined },
  ): Promise<Placed | undefined> {
    const moved = await unlessStale(this.#db, (tx) =>
      assignAccount(tx, actor, accountId, { ...options, isMove: true }),
    );
    return moved?.done;
  }

  /** The same within a caller's transaction. */
  assignIn(tx: RepeatableTx, actor: Actor, accountId: number, options: AssignOptions): Promise<Placed> {
    return assignAccount(tx, actor, accountId, options);
  }

  /**
   * Checks whether an account that has a proxy may have the given one instead. Changes nothing.
   *
   * @returns the reason for the choice, as a sentence
   * @throws UserError as `assign` does
   */
  async consider(accountId: number, proxyId: number): Promise<string> {
    return describeReason(await snapshot(this.#db, (tx) => considerProxy(tx, accountId, proxyId)));
  }

  /**
   * Unassigns the proxy and puts the account on hold until it is assigned or filled again.
   *
   * @returns how many waiting accounts got a proxy in exchange
   */
  unassign(actor: Actor, accountId: number, reason: string): Promise<number> {
    return transact(this.#db, (tx) => unassignAccount(tx, actor, accountId, reason));
  }

  /** Ends assignments within a caller's transaction and starts the cooldowns of their proxies (R6). */
  endIn(tx: Tx, actor: Actor, accountIds: readonly number[], reason: string): Promise<void> {
    return endIn(tx, actor, accountIds, reason);
  }
}
