import { UserError } from '../../base/errors.ts';
import type { Db, Tx } from '../../db/client.ts';
import {
  countLeftProxies,
  countPlacedTargets,
  leavingTargets,
  sampleAccountTargets,
  writeAccountsEdit,
  writeAccountsRemoval,
  writeHold,
  writeReleasedAccounts,
} from '../../db/queries/accounts/account-changes.ts';
import { ensureModel } from '../../db/queries/accounts/accounts.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { type RepeatableTx, snapshot } from '../../db/transaction.ts';
import {
  type AccountChange,
  type AccountChangePreview,
  type AccountChangeResult,
  unchangedAccounts,
} from '../../domain/accounts/account-change.ts';
import { readAccountEdit, type WrittenAccountEdit } from '../../domain/accounts/account-edit.ts';
import { readNewModel } from '../../domain/accounts/account-fields.ts';
import type { AccountFilter } from '../../domain/accounts/account-filter.ts';
import type { Actor } from '../../domain/actor.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import { readAccountFilter } from '../accounts/read-account-filter.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { type Outcome, stamp } from '../shared/stored-plans.ts';
import { type AccountChangePlan, fieldsOf, planAccountChange } from './plan-account-change.ts';
import { accountChanges, type StoredAccountChange } from './stored-account-change.ts';

const SAMPLE = 5;

/** The reason in the history of the accounts that leave their proxies. */
function reasonOf(change: AccountChange): string {
  if (change.kind === 'edit') return `its model was changed to ${change.edit.model}`;
  if (change.kind === 'remove') return 'account removed';
  return change.kind === 'hold' && change.reason ? change.reason : 'put on hold';
}

/** Changes of the accounts that a filter matches: planned and stored, previewed, then applied once by number in one transaction. */
export class AccountChangeService {
  readonly #db: Db;
  readonly #assignments: AssignmentService;
  readonly #bulk: BulkRunner;

  /** @param deps.bulk plans and applies changes of a large pool */
  constructor(deps: { db: Db; assignments: AssignmentService; bulk?: BulkRunner }) {
    this.#db = deps.db;
    this.#assignments = deps.assignments;
    this.#bulk = deps.bulk ?? runHere;
  }

  /** Plans new values for the accounts that a filter matches. @throws UserError as `plan` does, and for invalid values */
  planEdit(
    actor: Actor,
    filter: AccountFilter,
    { model, ...others }: WrittenAccountEdit & { model?: string | undefined },
  ): Promise<AccountChangePreview> {
    const edit = readAccountEdit(others);
    const name = readNewModel(model);
    const refusal = [edit, name].find((each) => each instanceof Refusal);
    if (refusal instanceof Refusal) throw new UserError('bad_field', refusal.reason, 'Nothing was changed.');
    const values = { ...(edit instanceof Refusal ? {} : edit), ...(typeof name === 'string' && { model: name }) };
    return this.plan(actor, { kind: 'edit', filter, edit: values });
  }

  /**
   * Plans a change and stores the plan; nothing is changed yet.
   *
   * @throws UserError if the filter is empty, names what does not exist, or matches nothing that would change
   */
  plan(actor: Actor, asked: AccountChange): Promise<AccountChangePreview> {
    return this.#bulk.run({ task: 'planAccountChange', args: [actor, asked] }, () =>
      snapshot(this.#db, async (tx) => {
        const change = { ...asked, filter: await readAccountFilter(tx, asked.filter) };
        const plan = await planAccountChange(tx, change);
        assertFinds(change, plan);
        const planId = await accountChanges.insert(tx, actor, inputOf(change, plan));
        return describe(tx, { planId, state: 'open', change, plan, result: null });
      }),
    );
  }

  /**
   * Applies a plan once; the second call returns the first result. If the change would have another effect now, nothing is done and a
   * new preview is returned.
   *
   * @throws UserError if the change exceeds the limit of the actor's role
   */
  apply(actor: Actor, planId: number): Promise<Outcome<AccountChangePreview>> {
    return this.#bulk.run({ task: 'applyAccountChange', args: [actor, planId] }, () =>
      accountChanges.apply(this.#db, planId, {
        closed: closedPreview,
        apply: async ({ input: { change, basis } }, tx) => {
          await lockAssignments(tx);
          const plan = await planAccountChange(tx, change);
          assertStillShown(basis, plan.basis);
          assertMayChange(actor, plan.count, 'accounts');
          const result = await this.#write(tx, actor, { planId, change, plan });
          await accountChanges.update(tx, planId, { state: 'applied', result });
          return describe(tx, { planId, state: 'applied', change, plan, result });
        },
        refresh: ({ input }, tx) => this.#replan(tx, planId, input.change),
      }),
    );
  }

  /** Plans an open edit again, with the existing model that its new one looks like. */
  async takeModel(planId: number): Promise<AccountChangePreview> {
    return this.#db.transaction((tx) =>
      accountChanges.whileOpen(tx, planId, {
        closed: closedPreview,
        open: async ({ input: { change } }) => {
          const { newModel } = await planAccountChange(tx, change);
          const name = newModel?.like?.name;
          const taken =
            change.kind === 'edit' && name !== undefined
              ? { ...change, edit: { ...change.edit, model: name } }
              : change;
          return this.#replan(tx, planId, taken);
        },
      }),
    );
  }

  /** Cancels a plan; an applied plan stays applied. */
  async cancel(actor: Actor, planId: number): Promise<AccountChangePreview> {
    const open = async (stored: StoredAccountChange, tx: Tx) =>
      closedPreview(await accountChanges.cancel(tx, actor, stored));
    return this.#db.transaction((tx) => accountChanges.whileOpen(tx, planId, { open, closed: closedPreview }));
  }

  async #replan(tx: Tx, planId: number, change: AccountChange): Promise<AccountChangePreview> {
    const plan = await planAccountChange(tx, change);
    await accountChanges.update(tx, planId, { input: inputOf(change, plan) });
    return describe(tx, { planId, state: 'open', change, plan, result: null });
  }

  async #write(
    tx: RepeatableTx,
    actor: Actor,
    { planId, change, plan }: { planId: number; change: AccountChange; plan: AccountChangePlan },
  ): Promise<AccountChangeResult> {
    const author = { actor, planId };
    if (plan.left > 0) await this.#assignments.endIn(tx, actor, await leavingTargets(tx), reasonOf(change));
    if (change.kind === 'edit') {
      const { model } = change.edit;
      const modelId = model === undefined ? undefined : await ensureModel(tx, model);
      const after = Object.fromEntries(fieldsOf(change).map((field) => [field, change.edit[field] ?? null]));
      await writeAccountsEdit(tx, author, { ...plan.written, modelId }, after);
    }
    if (change.kind === 'hold') await writeHold(tx, author, change.reason);
    if (change.kind === 'release') await writeReleasedAccounts(tx, author);
    if (change.kind === 'remove') await writeAccountsRemoval(tx, author);
    const served = plan.left > 0 || plan.placement ? await this.#assignments.assignWaitingIn(tx, actor) : 0;
    const its = plan.placement ? await countPlacedTargets(tx) : { placed: 0, waiting: 0 };
    const counts = { count: plan.count, left: plan.left, ...its, served: Math.max(0, served - its.placed) };
    const result = { ...stamp(actor), ...counts, ...(await countLeftProxies(tx)) };
    await insertAudit(tx, actor, {
      action: `accounts.${change.kind}`,
      entity: 'plan',
      entityId: planId,
      after: { ...counts, filter: change.filter, ...(change.kind === 'edit' && { edit: change.edit }) },
      ...(change.kind === 'hold' && change.reason !== undefined && { reason: change.reason }),
    });
    return result;
  }
}

function assertFinds(change: AccountChange, { count, unchanged }: AccountChangePlan): void {
  if (count > 0) return;
  if (unchanged === 0) {
    throw new UserError('nothing_found', 'No accounts match.', 'Run /account list with the same filter to check it.');
  }
  throw new UserError('nothing_to_do', `Nothing to change: ${unchangedAccounts(change, unchanged)}.`);
}

const inputOf = (change: AccountChange, { basis, count, left, proxies, former }: AccountChangePlan) => ({
  change,
  basis,
  shown: { count, left, proxies, former },
});

/** The preview of a closed plan, from its row alone. */
function closedPreview({ id, state, cancelledBy, input, result }: StoredAccountChange): AccountChangePreview {
  const { change, shown } = input;
  return {
    planId: id,
    state,
    cancelledBy,
    change,
    ...shown,
    result,
    unchanged: 0,
    placement: null,
    newModel: null,
    sample: [],
  };
}

async function describe(
  tx: Tx,
  { plan, ...of }: Pick<AccountChangePreview, 'planId' | 'state' | 'change' | 'result'> & { plan: AccountChangePlan },
): Promise<AccountChangePreview> {
  const { basis: _basis, written: _written, ...shown } = plan;
  const sample = of.state === 'open' ? await sampleAccountTargets(tx, SAMPLE) : [];
  return { ...of, ...shown, cancelledBy: null, sample };
}
