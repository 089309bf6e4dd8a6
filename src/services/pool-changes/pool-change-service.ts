import { UserError } from '../../base/errors.ts';
import { noProxyMatches, notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { findModel, namesOf } from '../../db/queries/accounts/models.ts';
import { insertEvents } from '../../db/queries/alerts/incident-events.ts';
import { endAssignments, lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { countWaitingByModel } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { sampleTargets } from '../../db/queries/proxies/change-targets.ts';
import { readMoves, writeMoves } from '../../db/queries/proxies/pool-changes.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { type RepeatableTx, snapshot, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { plural } from '../../domain/counted.ts';
import { describeReason } from '../../domain/plan/shared/assignment.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
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
import { writeAssignments } from '../assignments/write-assignments.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import { readKnownFilter } from '../proxies/read-filter.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { assertStillShown, unlessStale } from '../shared/stale-preview.ts';
import { type Outcome, stamp } from '../shared/stored-plans.ts';
import { kindOf } from './change-kinds.ts';
import { type ChangePlan, isOfFew, planPoolChange } from './change-plan.ts';
import { changePlans, type StoredChange } from './stored-change.ts';
import { describeEditUndo, undoEdit } from './undo-edit.ts';

const SAMPLE = 5;

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
        return describe(tx, { planId, state: 'open', change, plan, only, result: null });
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
        const result = await this.#write(tx, actor, { planId, change, plan, only });
        await changePlans.update(tx, planId, { state: 'applied', result });
        return describe(tx, { planId, state: 'applied', change, plan, only, result });
      },
      refresh: async ({ input: { change } }, tx) => {
        const plan = await planPoolChange(tx, change);
        const only = await onlyTarget(tx, change, plan);
        await changePlans.update(tx, planId, { input: inputOf(change, plan, only) });
        return describe(tx, { planId, state: 'open', change, plan, only, result: null });
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
    const result = await this.#write(tx, actor, { planId, change, plan, only });
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

  /** The effect that `undo` would have now. */
  undoPreview(planId: number): Promise<EditUndoPreview> {
    return this.#db.transaction(async (tx) => describeEditUndo(tx, await changePlans.find(tx, planId)));
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

  async #write(
    tx: RepeatableTx,
    actor: Actor,
    {
      planId,
      change,
      plan,
      only,
    }: { planId: number; change: PoolChange; plan: ChangePlan; only: ChangePreview['only'] },
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
    const served = kind.makesRoom ? await this.#assignments.assignWaitingIn(tx, actor) : 0;
    const counts = { count: changedBy(change, plan), moved: plan.moves.length, stranded: plan.stranded.length, served };
    if ('incidentId' in change && change.incidentId !== undefined) {
      const event =
        change.kind === 'move'
          ? { kind: 'moved' as const, count: counts.moved }
          : { kind: 'deactivated' as const, count: counts.count };
      await insertEvents(tx, [{ ...event, alertId: change.incidentId, actorId: actor.id }]);
    }
    await insertAudit(tx, actor, {
      action: `pool.${change.kind}`,
      entity: 'plan',
      entityId: planId,
      after: {
        ...counts,
        ...('target' in change && 'filter' in change.target && { filter: change.target.filter }),
        ...(only && { proxy: only.id }),
        ...(change.kind === 'deactivate' && { isBlocked: change.isBlocked }),
        ...(change.kind === 'edit' && { edit: change.edit }),
      },
      ...('reason' in change && change.reason !== undefined && { reason: change.reason }),
    });
    return { ...stamp(actor), ...counts };
  }
}

/** The accounts that lose their proxy. */
const leavers = (change: PoolChange, plan: ChangePlan) => (staysPut(change) ? [] : plan.stranded);

/** If accounts may stay on their proxies, only the proxies that an account has left are changed. */
const changedBy = (change: PoolChange, { count, moves }: ChangePlan) =>
  staysPut(change) ? new Set(moves.map(({ fromProxyId }) => fromProxyId)).size : count;

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

/** The preview of a closed plan, from its row alone. */
function closedPreview({ id, state, cancelledBy, input, result }: StoredChange): ChangePreview {
  const { change, shown } = input;
  return {
    planId: id,
    ...{ state, cancelledBy, change },
    count: result?.count ?? shown?.count ?? 0,
    only: shown?.only ?? null,
    unchanged: 0,
    former: shown?.former ?? {},
    sample: [],
    moved: result?.moved ?? shown?.moved ?? 0,
    stranded: result?.stranded ?? 0,
    models: [],
    waiting: 0,
    moves: [],
    result,
  };
}

/** The proxy that a change of one proxy concerns. */
async function onlyTarget(tx: Tx, change: PoolChange, { count }: ChangePlan): Promise<ChangePreview['only']> {
  if (change.kind === 'rebalance' || count !== 1) return null;
  const [target] = await sampleTargets(tx, 1);
  return target ? { id: target.id, address: formatAddress(target.host, target.port) } : null;
}

const inputOf = (change: PoolChange, { basis, count, moves, former }: ChangePlan, only: ChangePreview['only']) => ({
  ...{ change, basis },
  shown: { count, moved: moves.length, only, ...(change.kind === 'edit' && { former }) },
});

async function describe(
  tx: Tx,
  {
    planId,
    state,
    change,
    plan,
    only,
    result,
  }: Pick<ChangePreview, 'planId' | 'state' | 'change' | 'only' | 'result'> & { plan: ChangePlan },
): Promise<ChangePreview> {
  const shown = plan.moves.slice(0, SAMPLE);
  const names = await namesOf(tx, shown);
  const nameOf = new Map(names.models.map((model) => [model.id, model.name]));
  const sample = change.kind === 'rebalance' || state !== 'open' ? [] : await sampleTargets(tx, SAMPLE);
  const opensSlots = change.kind === 'activate' || change.kind === 'release';
  const waiting = state === 'open' && opensSlots ? await countWaitingByModel(tx) : [];
  return {
    planId,
    state,
    cancelledBy: null,
    change,
    count: plan.count,
    only,
    waiting: sumOf(waiting, (model) => model.count),
    unchanged: plan.unchanged,
    former: plan.former,
    sample: sample.map(({ id, host, port, load }) => ({ id, load, address: formatAddress(host, port) })),
    moved: plan.moves.length,
    stranded: plan.stranded.length,
    models: plan.models.map(({ modelId, ...each }) => ({ ...each, name: nameOf.get(modelId) ?? '' })),
    moves: shown.flatMap((move, index) => {
      const pair = names.pairs[index];
      if (!pair) return [];
      const { username, model } = pair;
      return {
        username,
        model,
        fromProxyId: move.fromProxyId,
        toProxyId: move.proxyId,
        reason: describeReason(move.reason),
      };
    }),
    result,
  };
}
