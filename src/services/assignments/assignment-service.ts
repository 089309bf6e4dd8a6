import type { Db, Tx } from '../../db/client.ts';
import { endCooldowns, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { isAnybodyWaiting } from '../../db/queries/assignments/pool.ts';
import { type RepeatableTx, snapshot, transact } from '../../db/transaction.ts';
import type { FillPreview } from '../../domain/accounts/account-view.ts';
import type { Actor } from '../../domain/actor.ts';
import { type Assignment, describeReason } from '../../domain/plan/shared/assignment.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import type { Outcome } from '../shared/stored-plans.ts';
import { applyFill, planFill } from './fill-plans.ts';
import { assignAccount, considerProxy, endIn, type Placed, unassignAccount } from './manual.ts';
import { assignWaiting, type Newcomer } from './waiting.ts';

/** Gives proxies to accounts and takes them away, within the rules; one writer at a time. */
export class AssignmentService {
  readonly #db: Db;
  readonly #bulk: BulkRunner;

  /** @param deps.bulk plans and applies fills of a large pool, where there is one */
  constructor(deps: { db: Db; bulk?: BulkRunner }) {
    this.#db = deps.db;
    this.#bulk = deps.bulk ?? runHere;
  }

  /** Plans all waiting and held accounts, of one model or of all, and writes the plan down. */
  planFill(actor: Actor, model?: string): Promise<FillPreview> {
    return this.#bulk.run({ task: 'planFill', args: [actor, model] }, () =>
      snapshot(this.#db, (tx) => planFill(tx, actor, model)),
    );
  }

  /**
   * Applies a plan, once. Where the pool or the accounts have changed so that the plan would be another one now, nothing is done
   * and a fresh preview comes back.
   */
  applyFill(actor: Actor, planId: number): Promise<Outcome<FillPreview>> {
    return this.#bulk.run({ task: 'applyFill', args: [actor, planId] }, () => applyFill(this.#db, actor, planId));
  }

  /**
   * Serves whoever waits, in the transaction that made room (R10); held accounts are left alone.
   *
   * @param newcomer where nothing but this account has changed since the others were served: then it is placed without a look at them
   * @returns how many accounts got a proxy
   */
  async assignWaitingIn(tx: RepeatableTx, actor: Actor, newcomer?: Newcomer): Promise<number> {
    return (await assignWaiting(tx, actor, newcomer)).length;
  }

  /**
   * The same in a transaction of its own: for what time makes eligible, such as the end of a cool-down.
   *
   * @param tell says so in that transaction, where anybody was served
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
   * Gives one account a proxy: the named one, or the best there is. An account that has one is moved only where `isMove` says so.
   *
   * @throws UserError with the rule that stands against it, in plain words; `AssignmentRefusal` where another proxy was named
   */
  assign(actor: Actor, accountId: number, options: { proxyId?: number; isMove?: boolean } = {}): Promise<Placed> {
    return transact(this.#db, (tx) => assignAccount(tx, actor, accountId, options));
  }

  /** The same within a caller's transaction. */
  assignIn(
    tx: RepeatableTx,
    actor: Actor,
    accountId: number,
    options: { proxyId?: number; isMove?: boolean },
  ): Promise<Placed> {
    return assignAccount(tx, actor, accountId, options);
  }

  /**
   * Whether an account that has a proxy may have the named one instead, with nothing changed.
   *
   * @returns why it may, in words
   * @throws UserError as `assign` does
   */
  async consider(accountId: number, proxyId: number): Promise<string> {
    return describeReason(await snapshot(this.#db, (tx) => considerProxy(tx, accountId, proxyId)));
  }

  /**
   * Takes the proxy away and holds the account, until somebody assigns or fills again.
   *
   * @returns how many waiting accounts got a proxy by it
   */
  unassign(actor: Actor, accountId: number, reason: string): Promise<number> {
    return transact(this.#db, (tx) => unassignAccount(tx, actor, accountId, reason));
  }

  /** Ends assignments within a caller's transaction; their proxies cool down as R6 says. */
  endIn(tx: Tx, actor: Actor, accountIds: readonly number[], reason: string): Promise<void> {
    return endIn(tx, actor, accountIds, reason);
  }
}
