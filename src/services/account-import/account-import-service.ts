import { notFound } from '../../base/not-found.ts';
import type { Db, Pool, Tx } from '../../db/client.ts';
import { analyzeAccountRows, classifyAccounts } from '../../db/queries/accounts/account-import-classes.ts';
import { findLeftOut } from '../../db/queries/accounts/account-import-plans.ts';
import { createNamedVps, takeAlike } from '../../db/queries/accounts/account-imports.ts';
import { classifyUndo, findKept } from '../../db/queries/accounts/account-undo.ts';
import { findRejections } from '../../db/queries/proxies/imports/rejections.ts';
import { findVpsId } from '../../db/queries/vps/vps.ts';
import { withCopy } from '../../db/transaction.ts';
import type { AccountImportPreview, ShownStep } from '../../domain/accounts/account-import.ts';
import type { AccountUndoPreview, KeptAccount, UndoCounts } from '../../domain/accounts/account-undo.ts';
import type { Actor } from '../../domain/actor.ts';
import { copyStatement } from '../../domain/parse/staged-rows.ts';
import type { RejectedLine } from '../../domain/proxies/proxy-import.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import type { FileWorkers } from '../file-worker/file-workers.ts';
import { cancelSteps, forgetSource } from '../shared/import-plans.ts';
import { assertStillShown, unlessStale } from '../shared/stale-preview.ts';
import type { Outcome } from '../shared/stored-plans.ts';
import {
  type AccountFile,
  type AccountImportInput,
  accountImportPlans,
  type StoredAccountImport,
} from './account-import-plan.ts';
import { openAccountFile } from './account-reader.ts';
import { applyStep, isStill, type StepRequest } from './apply-step.ts';
import { describeImport, summaryNow } from './describe-import.ts';
import { describeUndo, undoImport } from './undo-import.ts';

const REJECTIONS_LISTED = 20_000;

/**
 * Import of accounts. The file is parsed once, in a worker thread, and staged. The effect on each row, and the proxies
 * that the accounts get, are computed for the preview and again in the transaction that applies it.
 */
export class AccountImportService {
  readonly #db: Db;
  readonly #pool: Pool;
  readonly #workers: FileWorkers;
  readonly #assignments: AssignmentService;
  readonly #bulk: BulkRunner;

  /** @param deps.bulk plans and applies large imports */
  constructor(deps: { db: Db; pool: Pool; workers: FileWorkers; assignments: AssignmentService; bulk?: BulkRunner }) {
    this.#db = deps.db;
    this.#pool = deps.pool;
    this.#workers = deps.workers;
    this.#assignments = deps.assignments;
    this.#bulk = deps.bulk ?? runHere;
  }

  /**
   * Parses and stages a file; no account changes. A crash in between leaves an unopened plan, which is purged later.
   *
   * @throws UserError if the file cannot be read, or if the VPS for all rows is unknown
   */
  async stage(actor: Actor, file: AccountFile): Promise<AccountImportPreview> {
    const { vps } = file.defaults;
    if (vps !== undefined && (await findVpsId(this.#db, vps)) === undefined) {
      throw notFound('vps', vps);
    }
    await using read = await openAccountFile(this.#workers, file);
    const planId = await accountImportPlans.stage(this.#db, actor);
    await withCopy(this.#pool, async (tx, copy) => {
      const rows = await copy(copyStatement('account_import_rows'), read.pieces({ kind: 'rows', planId }));
      await copy(copyStatement('import_rejections'), read.pieces({ kind: 'rejections', planId }));
      const input: AccountImportInput = { fileName: file.name, source: file.source, rows, ...(await read.summary()) };
      await accountImportPlans.update(tx, planId, { state: 'open', input });
    });
    await analyzeAccountRows(this.#db);
    // Awaited here: a failure while the file is being closed would otherwise be an unhandled rejection, which ends the
    // process.
    return await this.preview(planId);
  }

  /** The preview for the current accounts and pool. @throws UserError if the import does not exist */
  preview(planId: number): Promise<AccountImportPreview> {
    return this.#bulk.run({ task: 'previewAccounts', args: [planId], rows: () => this.#rowsOf(planId) }, () =>
      this.#db.transaction(async (tx) => describeImport(tx, await accountImportPlans.find(tx, planId))),
    );
  }

  /** The skipped rows with their reasons; by default the first 20,000, which fit into a file for Discord. */
  async rejections(planId: number, most = REJECTIONS_LISTED): Promise<RejectedLine[]> {
    return this.#db.transaction(async (tx) => {
      const { state } = await accountImportPlans.find(tx, planId);
      const rejected = await findRejections(tx, { planId, reading: 1 }, most);
      if (state !== 'open') return rejected;
      await classifyAccounts(tx, planId);
      const leftOut = await findLeftOut(tx, planId, most);
      return [...rejected, ...leftOut].sort((a, b) => a.line - b.line).slice(0, most);
    });
  }

  /**
   * Adds the new accounts, restores removed ones and assigns proxies as far as slots are free, in one transaction,
   * once: the second call returns the first result.
   *
   * @param shown the figures of the preview; if they are stale, nothing is done. If omitted, the current state is
   * imported.
   */
  commit(actor: Actor, planId: number, shown?: ShownStep): Promise<Outcome<AccountImportPreview>> {
    const rows = () => this.#rowsOf(planId);
    return this.#bulk.run({ task: 'commitAccounts', args: [actor, planId, shown], rows }, () =>
      this.#apply(actor, planId, { step: 'import', shown }),
    );
  }

  /**
   * Updates known accounts from the file, in the same way. A changed model also changes the proxy (R2).
   *
   * @throws UserError if the change exceeds the limit of the actor's role
   */
  update(actor: Actor, planId: number, shown?: ShownStep): Promise<Outcome<AccountImportPreview>> {
    const rows = () => this.#rowsOf(planId);
    return this.#bulk.run({ task: 'updateAccounts', args: [actor, planId, shown], rows }, () =>
      this.#apply(actor, planId, { step: 'update', shown }),
    );
  }

  /**
   * Creates the VPS that the file names and that do not exist, so that their rows can be imported.
   *
   * @param shown the number on the button; if it no longer holds, nothing is done
   */
  async createVps(actor: Actor, planId: number, shown: number): Promise<Outcome<AccountImportPreview>> {
    const created = await unlessStale(this.#db, async (tx) => {
      const plan = await accountImportPlans.lock(tx, planId);
      if (plan.state !== 'open') return;
      const { missingVpsCount = 0 } = await summaryNow(tx, plan);
      assertStillShown(shown, missingVpsCount);
      const createdVps = [...(plan.input.createdVps ?? []), ...(await createNamedVps(tx, actor, planId))];
      await accountImportPlans.update(tx, planId, { input: { ...plan.input, createdVps } });
    });
    return { preview: await this.preview(planId), isStale: !created };
  }

  /**
   * Puts the rows of a new model to the existing one that it looks like.
   *
   * @param line the first row that names the new model
   */
  async takeModel(planId: number, line: number): Promise<AccountImportPreview> {
    await this.#db.transaction(async (tx) => {
      const { state } = await accountImportPlans.lock(tx, planId);
      if (state === 'open') await takeAlike(tx, planId, line);
    });
    return this.preview(planId);
  }

  /** Cancels the remaining steps of an import; applied steps stay. */
  async cancel(actor: Actor, planId: number): Promise<AccountImportPreview> {
    const open = async (plan: StoredAccountImport, tx: Tx) => {
      const result = { steps: plan.result.steps, summary: await summaryNow(tx, plan) };
      const action = 'account.import_cancel';
      return describeImport(tx, await cancelSteps(tx, actor, { plans: accountImportPlans, plan, result, action }));
    };
    const closed = (plan: StoredAccountImport, tx: Tx) => describeImport(tx, plan);
    return this.#db.transaction((tx) => accountImportPlans.whileOpen(tx, planId, { open, closed }));
  }

  /** The effect that `undo` would have now; undefined if the import is undone. Waits for an undo in progress. */
  undoPreview(planId: number): Promise<AccountUndoPreview | undefined> {
    return this.#db.transaction(async (tx) => {
      const { result } = await accountImportPlans.lock(tx, planId);
      return result.undo ? undefined : describeUndo(tx, planId);
    });
  }

  /** The accounts that an undo leaves, or has left, as they are. */
  kept(planId: number): Promise<KeptAccount[]> {
    return this.#db.transaction(async (tx) => {
      await classifyUndo(tx, planId);
      return findKept(tx, REJECTIONS_LISTED);
    });
  }

  /**
   * Undoes an import, once: removes the accounts that it added, gives those that it updated their former values back, and leaves those
   * that were changed or used since.
   *
   * @param shown the effect that the question showed; if it is stale, nothing is done
   * @returns whether it was done
   * @throws UserError if the change exceeds the limit of the actor's role
   */
  undo(actor: Actor, planId: number, shown: UndoCounts): Promise<boolean> {
    const rows = () => this.#rowsOf(planId);
    return this.#bulk.run({ task: 'undoAccounts', args: [actor, planId, shown], rows }, async () => {
      const assignments = this.#assignments;
      const undone = await unlessStale(this.#db, (tx) => undoImport(tx, actor, { assignments, planId, shown }));
      return undone !== undefined;
    });
  }

  /** Called when the message with the list was deleted: the preview no longer offers to delete it. */
  async forgetSource(planId: number): Promise<AccountImportPreview> {
    await forgetSource(this.#db, accountImportPlans, planId);
    return this.preview(planId);
  }

  async #rowsOf(planId: number): Promise<number> {
    return (await accountImportPlans.find(this.#db, planId)).input.rows;
  }

  async #apply(actor: Actor, planId: number, request: StepRequest): Promise<Outcome<AccountImportPreview>> {
    const applied = await unlessStale(this.#db, (tx) =>
      applyStep(tx, actor, planId, { ...request, assignments: this.#assignments }),
    );
    const preview = await this.preview(planId);
    if (applied) return { preview, isStale: false };
    if (!isStill(preview, request)) return { preview, isStale: true };
    // Applying may assign fewer accounts than planned, by one group of proxies on an address (R8). The result is then
    // what is possible.
    return this.#apply(actor, planId, { ...request, shown: undefined });
  }
}
