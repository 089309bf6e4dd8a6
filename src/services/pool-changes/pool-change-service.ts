import { UserError } from '../../base/errors.ts';
import { noProxyMatches, notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { findModel } from '../../db/queries/accounts/models.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { readMoves } from '../../db/queries/proxies/pool-changes.ts';
import { type RepeatableTx, snapshot, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { plural } from '../../domain/counted.ts';
import type { EditUndoCounts, EditUndoPreview } from '../../domain/proxies/edit-undo.ts';
import {
  type ChangePreview,
  type ChangeResult,
  type MovedAccount,
  type PoolChange,
  staysPut,
  unchangedReason,
} from '../../domain/proxies/pool-change.ts';
import { sumOf } from '../../domain/sum.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import { readKnownFilter } from '../proxies/read-filter.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { assertStillShown, unlessStale } from '../shared/stale-preview.ts';
import { type Outcome, stamp } from '../shared/stored-plans.ts';
import { type ChangePlan, isOfFew, planPoolChange } from './change-plan.ts';
import { closedPreview, describeChange, inputOf, onlyTarget } from './change-preview.ts';
import { changePlans, type StoredChange } from './stored-change.ts';
import { describeEditUndo, undoEdit } from './undo-edit.ts';
import { writeChange } from './write-change.ts';

/** Changes of more than one proxy: planned and stored, previewed, then applied once by number in one transaction. */
export class PoolChangeService {
  readonly #db: Db;
  readonly #assignments: AssignmentService;
  readonly #bulk: BulkRunner;

  /** @param deps.bulk plans and applies changes of a large pool */
  constructor(deps: { db: Db; assignments: AssignmentService; bulk?: BulkRunner }) {
    this.#db = deps.db;
    this.#assignments = deps.assignments;
    this.#bulk = deps.bulk ?? runHere;
  }

  /**
   * Plans a change and stores the plan; nothing is changed yet.
   *
   * @throws UserError if the filter is empty or matches nothing that would change
   */
  plan(actor: Actor, asked: PoolChange): Promise<ChangePreview> {
    return this.#bulk.run({ task: 'planChange', args: [actor, asked], isFew: () => isOfFew(asked) }, () =>
      snapshot(this.#db, async (tx) => {
        const change = await readable(tx, asked);
        const plan = await planPoolChange(tx, change);
        assertFinds(change, plan);
        const only = await onlyTarget(tx, change, plan);
        const planId = await changePlans.insert(tx, actor, inputOf(change, plan, only));
        return describeChange(tx, { planId, state: 'open', change, plan, only, result: null });
      }),
    );
  }

  /**
   * Applies a plan once; the second call returns the first result. If the change would have another effect now, nothing
   * is done and a new preview is returned.
   *
   * @throws UserError if the change exceeds the limit of the actor's role
   */
  apply(actor: Actor, planId: number): Promise<Outcome<ChangePreview>> {
    const isFew = async (db: Db) => isOfFew((await changePlans.find(db, planId)).input.change);
    return this.#bulk.run({ task: 'applyChange', args: [actor, planId], isFew }, () => this.#apply(actor, planId));
  }

  #apply(actor: Actor, planId: number): Promise<Outcome<ChangePreview>> {
    return changePlans.apply(this.#db, planId, {
      closed: closedPreview,
      apply: async ({ input: { change, basis } }, tx) => {
        await lockAssignments(tx);
        const plan = await planPoolChange(tx, change);
        assertStillShown(basis, plan.basis);
        assertMayChange(actor, plan.count);
        const only = await onlyTarget(tx, change, plan);
        const result = await writeChange(tx, actor, { assignments: this.#assignments, planId, change, plan, only });
        await changePlans.update(tx, planId, { state: 'applied', result });
        return describeChange(tx, { planId, state: 'applied', change, plan, only, result });
      },
      refresh: async ({ input: { change } }, tx) => {
        const plan = await planPoolChange(tx, change);
        const only = await onlyTarget(tx, change, plan);
        await changePlans.update(tx, planId, { input: inputOf(change, plan, only) });
        return describeChange(tx, { planId, state: 'open', change, plan, only, result: null });
      },
    });
  }

  /**
   * Applies changes of few proxies without a preview, in order: all of them or none. A change that is already in effect
   * does nothing.
   *
   * @throws UserError if a proxy does not exist
   */
  async now(actor: Actor, asked: readonly PoolChange[]): Promise<ChangeResult[]> {
    return transact(this.#db, async (tx) => {
      const results: ChangeResult[] = [];
      for (const each of asked) results.push(await this.nowIn(tx, actor, each));
      return results;
    });
  }

  /** The same for one change, within a caller's transaction. */
  async nowIn(tx: RepeatableTx, actor: Actor, asked: PoolChange): Promise<ChangeResult> {
    const change = await readable(tx, asked);
    await lockAssignments(tx);
    const plan = await planPoolChange(tx, change);
    if (plan.count + plan.unchanged === 0) assertFinds(change, plan);
    if (plan.count === 0) return { ...stamp(actor), count: 0, moved: 0, stranded: 0, served: 0 };
    const only = await onlyTarget(tx, change, plan);
    const planId = await changePlans.insert(tx, actor, inputOf(change, plan, only));
    const result = await writeChange(tx, actor, { assignments: this.#assignments, planId, change, plan, only });
    await changePlans.update(tx, planId, { state: 'applied', result });
    return result;
  }

  /** Cancels a plan; an applied plan stays applied. */
  async cancel(actor: Actor, planId: number): Promise<ChangePreview> {
    const open = async (stored: StoredChange, tx: Tx) => closedPreview(await changePlans.cancel(tx, actor, stored));
    return this.#db.transaction((tx) => changePlans.whileOpen(tx, planId, { open, closed: closedPreview }));
  }

  /** A plan that was applied or cancelled. */
  async closed(planId: number): Promise<ChangePreview> {
    return closedPreview(await changePlans.find(this.#db, planId));
  }

  /** The effect that `undo` would have now; undefined if the edit is undone. Waits for an undo in progress. */
  undoPreview(planId: number): Promise<EditUndoPreview | undefined> {
    return this.#db.transaction(async (tx) => {
      const stored = await changePlans.lock(tx, planId);
      return stored.result?.undo ? undefined : describeEditUndo(tx, stored);
    });
  }

  /**
   * Undoes an edit, once: proxies that still have what it set get their former values back.
   *
   * @param shown the effect that the question showed; if it is stale, nothing is done
   * @returns whether it was done
   * @throws UserError if the change exceeds the limit of the actor's role
   */
  undo(actor: Actor, planId: number, shown: EditUndoCounts): Promise<boolean> {
    return this.#bulk.run({ task: 'undoChange', args: [actor, planId, shown] }, async () => {
      const assignments = this.#assignments;
      const undone = await unlessStale(this.#db, (tx) => undoEdit(tx, actor, { assignments, planId, shown }));
      return undone !== undefined;
    });
  }

  /** The new proxy of each account after a plan was applied. */
  moves(planId: number): Promise<MovedAccount[]> {
    return readMoves(this.#db, planId);
  }
}

/** Converts filters and models to the form in which they are compared. */
async function readable(tx: Tx, change: PoolChange): Promise<PoolChange> {
  if (change.kind === 'rebalance') {
    const named = change.modelId ?? change.model;
    if (named === undefined) return change;
    const model = await findModel(tx, named);
    if (!model) {
      const which = change.model ?? `number ${change.modelId}`;
      throw notFound('model', which);
    }
    return { ...change, modelId: model.id, model: change.model ?? model.name };
  }
  if (!('filter' in change.target)) return change;
  return { ...change, target: { filter: await readKnownFilter(tx, change.target.filter) } };
}

function assertFinds(change: PoolChange, { count, unchanged, moves, stranded, models }: ChangePlan): void {
  if (staysPut(change) && stranded.length > 0 && moves.length === 0) {
    const missing = sumOf(models, (model) => model.missingProxies);
    throw new UserError(
      'no_room',
      stranded.length === 1
        ? 'No other proxy has a free slot for the account.'
        : `No other proxy has a free slot for any of the ${plural(stranded.length, 'account')}.`,
      `${plural(missing, 'more proxy', 'more proxies')} needed. Nothing was changed.`,
    );
  }
  if (count > 0) return;
  if (change.kind === 'rebalance') {
    const what = change.goal === 'spread' ? 'distributed as evenly as possible' : 'on as few proxies as possible';
    throw new UserError('nothing_to_do', `Nothing to move: the accounts are already ${what}.`);
  }
  if (unchanged === 0) {
    const isFilter = 'filter' in change.target;
    throw isFilter ? noProxyMatches() : notFound('proxy');
  }
  throw new UserError('nothing_to_do', `Nothing to change: ${unchangedReason(change, unchanged)}.`);
}
