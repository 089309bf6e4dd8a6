import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import {
  type EditedAccount,
  findEditedAccount,
  writeAccountEdit,
  writeModel,
} from '../../db/queries/accounts/account-edits.ts';
import { ensureModel } from '../../db/queries/accounts/accounts.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findVpsId } from '../../db/queries/vps/vps.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import {
  type ModelMove,
  type ModelMovePreview,
  readAccountEdit,
  type WrittenAccountEdit,
} from '../../domain/accounts/account-edit.ts';
import { readNewModel } from '../../domain/accounts/account-fields.ts';
import type { Actor } from '../../domain/actor.ts';
import { nameKey } from '../../domain/names.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { type Outcome, stamp } from '../shared/stored-plans.ts';
import { modelMoves, moveBasis, planModelMove, reasonOf } from './model-move.ts';

type StoredMove = Awaited<ReturnType<typeof modelMoves.find>>;

/** Edits one account: label, notes and VPS directly, and the model, which also changes the proxy, by a plan. */
export class AccountEditService {
  readonly #db: Db;
  readonly #assignments: AssignmentService;

  constructor(deps: { db: Db; assignments: AssignmentService }) {
    this.#db = deps.db;
    this.#assignments = deps.assignments;
  }

  /**
   * Applies the edits that move no proxy.
   *
   * @returns whether any value changed
   * @throws UserError for invalid values and an unknown VPS
   */
  async edit(actor: Actor, id: number, written: WrittenAccountEdit): Promise<boolean> {
    const edit = readAccountEdit(written);
    if (edit instanceof Refusal) throw new UserError('bad_field', edit.reason, 'Nothing was changed.');
    return this.#db.transaction(async (tx) => {
      const account = await this.#account(tx, id, true);
      const vpsId = typeof edit.vps === 'string' ? await findVpsId(tx, edit.vps) : edit.vps;
      if (typeof edit.vps === 'string' && vpsId === undefined) {
        throw notFound('vps', edit.vps);
      }
      await writeAccountEdit(tx, id, edit, vpsId);
      const after = await this.#account(tx, id);
      const changed = (['vps', 'label', 'notes'] as const).filter((key) => account[key] !== after[key]);
      if (changed.length === 0) return false;
      const pick = (of: EditedAccount) => Object.fromEntries(changed.map((key) => [key, of[key]]));
      await insertAudit(tx, actor, {
        action: 'account.edit',
        entity: 'account',
        entityId: id,
        before: pick(account),
        after: pick(after),
      });
      return true;
    });
  }

  /**
   * Plans a change of model and stores the plan: the proxy that the account leaves and the one that it gets.
   *
   * @returns undefined if the account already belongs to the model
   */
  async planModel(actor: Actor, id: number, model: string): Promise<ModelMovePreview | undefined> {
    const name = readNewModel(model);
    if (name === undefined) return undefined;
    if (name instanceof Refusal) throw new UserError('bad_field', name.reason, 'Nothing was changed.');
    return this.#db.transaction(async (tx) => {
      const account = await this.#account(tx, id);
      if (nameKey(account.model) === nameKey(name)) return undefined;
      const move = await planModelMove(tx, account, name);
      const planId = await modelMoves.insert(tx, actor, { accountId: id, move });
      return { ...move, planId, accountId: id, state: 'open', cancelledBy: null, result: null };
    });
  }

  /**
   * Applies a change of model once; the second call returns the first result. If the account would now leave or get
   * another proxy, nothing is done and a new preview is returned.
   */
  async applyModel(actor: Actor, planId: number): Promise<Outcome<ModelMovePreview>> {
    return modelMoves.apply(this.#db, planId, {
      closed: previewOf,
      apply: (plan, tx) => this.#apply(tx, actor, plan),
      refresh: (plan, tx) => this.#replan(tx, plan),
    });
  }

  /** Plans an open change again, with the existing model that its new one looks like. */
  async takeModel(planId: number): Promise<ModelMovePreview> {
    const open = (plan: StoredMove, tx: Tx) => this.#replan(tx, plan, plan.input.move.like?.name);
    return this.#db.transaction((tx) => modelMoves.whileOpen(tx, planId, { open, closed: previewOf }));
  }

  /** Cancels a plan; an applied plan stays applied. */
  async cancelModel(actor: Actor, planId: number): Promise<ModelMovePreview> {
    const open = async (plan: StoredMove, tx: Tx) => previewOf(await modelMoves.cancel(tx, actor, plan));
    return this.#db.transaction((tx) => modelMoves.whileOpen(tx, planId, { open, closed: previewOf }));
  }

  async #apply(tx: RepeatableTx, actor: Actor, plan: StoredMove): Promise<ModelMovePreview> {
    const { accountId, move: shown } = plan.input;
    await lockAssignments(tx);
    const account = await this.#account(tx, accountId, true);
    // An unchanged pool with unchanged accounts gives the same plan, so a difference means that something was changed
    // since the preview.
    assertStillShown(moveBasis(shown), moveBasis(await planModelMove(tx, account, shown.to)));
    if (account.assignment) await this.#assignments.endIn(tx, actor, [accountId], reasonOf(shown));
    await writeModel(tx, accountId, await ensureModel(tx, shown.to), account.assignment !== null);
    await this.#assignments.assignWaitingIn(tx, actor);
    const { assignment } = await this.#account(tx, accountId);
    const reason = shown.gets?.reason ?? '';
    const move: ModelMove = {
      ...shown,
      gets: assignment && { id: assignment.proxyId, address: assignment.address, reason },
    };
    const done = { state: 'applied' as const, input: { accountId, move }, result: stamp(actor) };
    await modelMoves.update(tx, plan.id, done);
    await insertAudit(tx, actor, {
      action: 'account.edit',
      entity: 'account',
      entityId: accountId,
      before: { model: shown.from, proxy: shown.leaves?.id ?? null },
      after: { model: shown.to, proxy: assignment?.proxyId ?? null },
    });
    return previewOf({ ...plan, ...done });
  }

  async #replan(tx: Tx, plan: StoredMove, to = plan.input.move.to): Promise<ModelMovePreview> {
    const { accountId } = plan.input;
    const input = { accountId, move: await planModelMove(tx, await this.#account(tx, accountId), to) };
    await modelMoves.update(tx, plan.id, { input });
    return previewOf({ ...plan, input });
  }

  async #account(tx: Tx, id: number, lock = false): Promise<EditedAccount> {
    const account = await findEditedAccount(tx, id, lock);
    if (!account || account.isRemoved) throw notFound('account');
    return account;
  }
}

function previewOf({ id, state, cancelledBy, input, result }: StoredMove): ModelMovePreview {
  return { ...input.move, planId: id, accountId: input.accountId, state, cancelledBy, result };
}
