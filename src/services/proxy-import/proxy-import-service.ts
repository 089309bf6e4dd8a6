import { UserError, userErrorIn } from '../../base/errors.ts';
import type { Db, Pool, Tx } from '../../db/client.ts';
import { isConnectionError } from '../../db/errors.ts';
import type { Keyring } from '../../db/keyring.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findBrought, stageProvider } from '../../db/queries/proxies/imports/brought.ts';
import { lockIdentities } from '../../db/queries/proxies/imports/changes.ts';
import { analyzeStagedRows, classifyBatch } from '../../db/queries/proxies/imports/classes.ts';
import { findRejections } from '../../db/queries/proxies/imports/rejections.ts';
import { findLacking, findSettable } from '../../db/queries/proxies/imports/settable.ts';
import { summarizeUndo, undoImport } from '../../db/queries/proxies/imports/undo.ts';
import { type RepeatableTx, withCopy } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import { copyStatement } from '../../domain/parse/staged-rows.ts';
import { detail } from '../../domain/proxies/fields.ts';
import { readEdit } from '../../domain/proxies/proxy-edit.ts';
import {
  type ImportPreview,
  importSteps,
  type RejectedLine,
  type SettableKey,
  stayingProxies,
  type TakingStep,
  type UndoPreview,
} from '../../domain/proxies/proxy-import.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { cancelSteps, forgetSource } from '../shared/import-plans.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { type Outcome, stamp } from '../shared/stored-plans.ts';
import { applyRows } from './apply-rows.ts';
import { countServed, describeImport, summaryNow, viewImport } from './describe-import.ts';
import {
  batchOf,
  type ImportFile,
  type ImportInput,
  importPlans,
  isUntouched,
  type StoredImport,
} from './import-plan.ts';
import type { ImportReader } from './import-reader.ts';

const REJECTIONS_LISTED = 20_000;

/**
 * Import of proxies. The file is parsed once, in a worker thread, and staged. The database decides the effect on each
 * line, for the preview and again, under a lock, when a step is applied.
 */
export class ProxyImportService {
  readonly #db: Db;
  readonly #pool: Pool;
  readonly #keyring: Keyring;
  readonly #reader: ImportReader;
  readonly #assignments: AssignmentService;

  constructor(deps: { db: Db; pool: Pool; keyring: Keyring; reader: ImportReader; assignments: AssignmentService }) {
    this.#db = deps.db;
    this.#pool = deps.pool;
    this.#keyring = deps.keyring;
    this.#reader = deps.reader;
    this.#assignments = deps.assignments;
  }

  /**
   * Parses and stages a file; the pool does not change. A crash in between, or an error far down in the file, leaves an unopened plan,
   * which is purged later.
   *
   * @throws UserError if the file cannot be read
   */
  async stage(actor: Actor, file: ImportFile): Promise<ImportPreview> {
    await using read = await this.#reader.open(file);
    const planId = await importPlans.stage(this.#db, actor);
    await withCopy(this.#pool, async (tx, copy) => {
      // The lock on the key keeps a key rotation from ending before these rows exist, since it has to encrypt them
      // again.
      const key = await this.#keyring.current(tx);
      await copy(copyStatement('import_rows'), read.rows(planId, key));
      await copy(copyStatement('import_rejections'), read.rejections(planId));
      const input: ImportInput = { fileName: file.name, source: file.source, ...(await read.summary()) };
      await importPlans.update(tx, planId, { state: 'open', input });
    });
    // A large file takes a while to be closed, and is not needed any more.
    const [preview] = await Promise.all([this.#firstPreview(planId), read[Symbol.asyncDispose]()]);
    return preview;
  }

  async #firstPreview(planId: number): Promise<ImportPreview> {
    await analyzeStagedRows(this.#db);
    return this.preview(planId);
  }

  /** The preview for the current pool. @throws UserError if the import does not exist */
  async preview(planId: number): Promise<ImportPreview> {
    return this.#db.transaction(async (tx) => describeImport(tx, await importPlans.find(tx, planId)));
  }

  /** The rejected lines in the selected reading; by default the first 20,000, which fit into a file for Discord. */
  async rejections(planId: number, most = REJECTIONS_LISTED): Promise<RejectedLine[]> {
    return findRejections(this.#db, batchOf(await importPlans.find(this.#db, planId)), most);
  }

  /** Selects a reading of an ambiguous batch, as long as no step was applied. */
  async takeReading(planId: number, taken: 'first' | 'second'): Promise<ImportPreview> {
    await this.#db.transaction(async (tx) => {
      const plan = await importPlans.lock(tx, planId);
      const { choice, ...rest } = plan.input;
      if (plan.state === 'open' && choice && isUntouched(plan)) {
        await importPlans.update(tx, planId, { input: { ...rest, choice: { ...choice, taken } } });
      }
    });
    return this.preview(planId);
  }

  /**
   * Applies one step of the import, once: a second click gets the first result. If the number on the button is stale,
   * nothing is done.
   *
   * @param expected the number on the button
   */
  async apply(actor: Actor, planId: number, step: TakingStep, expected: number): Promise<Outcome<ImportPreview>> {
    let isDone = false;
    const outcome = await importPlans.apply(this.#db, planId, {
      closed: (plan, tx) => describeImport(tx, plan),
      apply: async (plan, tx) => {
        isDone = !plan.result.steps[step];
        return isDone ? this.#step(tx, actor, plan, { step, expected }) : describeImport(tx, plan);
      },
      refresh: (plan, tx) => describeImport(tx, plan),
    });
    return isDone && !outcome.isStale
      ? { ...outcome, preview: await this.#assign(actor, outcome.preview, step) }
      : outcome;
  }

  /** Waiting accounts get the new proxies (R10). If that is not possible now, the import is done all the same. */
  async #assign(actor: Actor, preview: ImportPreview, step: TakingStep): Promise<ImportPreview> {
    const done = preview.results[step];
    if (!done) return preview;
    try {
      const served = await this.#assignments.assignAfterImport(actor, preview.planId, step);
      const waiting = await countServed(this.#db, preview.counts);
      return { ...preview, waiting, results: { ...preview.results, [step]: { ...done, served } } };
    } catch (error) {
      if (userErrorIn(error) || isConnectionError(error)) return preview;
      throw error;
    }
  }

  /** Whether nothing of an import was applied yet. */
  async isUntouched(planId: number): Promise<boolean> {
    return isUntouched(await importPlans.find(this.#db, planId));
  }

  /**
   * Sets the provider of the lines that name none, as long as nothing was imported.
   *
   * @throws UserError if it is not a valid name
   */
  async setProvider(planId: number, written: string): Promise<ImportPreview> {
    const edit = readEdit({ provider: written }, new Date());
    if (edit instanceof Refusal) throw new UserError('bad_field', edit.reason, 'Nothing was changed.');
    await this.#db.transaction(async (tx) => {
      const plan = await importPlans.lock(tx, planId);
      if (plan.state === 'open' && isUntouched(plan) && edit.provider) await stageProvider(tx, planId, edit.provider);
    });
    return this.preview(planId);
  }

  /**
   * The proxies that an import brought into the pool, and that are still there.
   *
   * @throws UserError if there are none
   */
  async brought(planId: number, which: 'all' | 'withoutProvider'): Promise<number[]> {
    await importPlans.find(this.#db, planId);
    const ids = await findBrought(this.#db, planId, which);
    if (ids.length > 0) return ids;
    const what = which === 'all' ? 'in the pool' : 'without a provider';
    throw new UserError('nothing_to_do', `No proxy of this import is ${what} any more.`);
  }

  /**
   * The known proxies that lack the value of the file that the preview names for a field.
   *
   * @throws UserError if there are none any more
   */
  lacking(planId: number, key: SettableKey): Promise<{ value: string; ids: number[] }> {
    return this.#db.transaction(async (tx) => {
      const batch = batchOf(await importPlans.find(tx, planId));
      await classifyBatch(tx, batch);
      const found = (await findSettable(tx, batch)).find((each) => each.key === key);
      if (found) return { value: found.value, ids: await findLacking(tx, batch, found) };
      throw new UserError(
        'nothing_to_do',
        `No proxy of this import lacks its ${detail(key).label.toLowerCase()} any more.`,
      );
    });
  }

  /** Cancels the remaining steps of an import; applied steps stay. */
  async cancel(actor: Actor, planId: number): Promise<ImportPreview> {
    const open = async (plan: StoredImport, tx: Tx) => {
      const summary = await summaryNow(tx, plan);
      const result = { steps: plan.result.steps, summary };
      const action = 'proxy.import_cancel';
      return viewImport(tx, await cancelSteps(tx, actor, { plans: importPlans, plan, result, action }), summary);
    };
    const closed = (plan: StoredImport, tx: Tx) => describeImport(tx, plan);
    return this.#db.transaction((tx) => importPlans.whileOpen(tx, planId, { open, closed }));
  }

  /** Called when the message with the list was deleted: the preview no longer offers to delete it. */
  async forgetSource(planId: number): Promise<ImportPreview> {
    await forgetSource(this.#db, importPlans, planId);
    return this.preview(planId);
  }

  /**
   * The effect that `undo` would have now; undefined if the import is undone. Waits for an undo in progress.
   *
   * @throws UserError if all that the import brought has accounts and stays
   */
  async undoPreview(planId: number): Promise<UndoPreview | undefined> {
    const preview = await this.#db.transaction(async (tx) => {
      const { result } = await importPlans.lock(tx, planId);
      return result.steps.undo ? undefined : { planId, ...(await summarizeUndo(tx, planId)) };
    });
    if (!preview || preview.carrying === 0 || preview.removable + preview.restorable > 0) return preview;
    throw new UserError(
      'nothing_to_do',
      `Nothing of import #${planId} can be undone: ${stayingProxies(preview)}.`,
      '`/proxy remove` moves the accounts of a proxy to another one, and removes it.',
    );
  }

  /**
   * Undoes an import, once: removes the proxies that it added and that have no accounts, and restores the credentials
   * and the type of those that it updated.
   */
  async undo(actor: Actor, planId: number): Promise<ImportPreview> {
    return this.#db.transaction(async (tx) => {
      const plan = await importPlans.lock(tx, planId);
      const { steps, summary } = plan.result;
      if (steps.undo || Object.keys(steps).length === 0) return describeImport(tx, plan);
      await lockIdentities(tx);
      // A proxy must not be assigned while it is being removed.
      await lockAssignments(tx);
      const { removed, restored } = await undoImport(tx, planId);
      assertMayChange(actor, removed + restored);
      const result = { steps: { ...steps, undo: { count: removed + restored, ...stamp(actor) } }, summary };
      await importPlans.update(tx, planId, { result, state: 'applied' });
      await insertAudit(tx, actor, {
        action: 'proxy.import_undo',
        entity: 'plan',
        entityId: planId,
        after: { removed, restored },
      });
      return describeImport(tx, await importPlans.find(tx, planId));
    });
  }

  async #step(
    tx: RepeatableTx,
    actor: Actor,
    plan: StoredImport,
    { step, expected }: { step: TakingStep; expected: number },
  ): Promise<ImportPreview> {
    const { steps } = plan.result;
    await lockIdentities(tx);
    const before = await summaryNow(tx, plan);
    assertStillShown(expected, importSteps.count(before.counts, step));
    if (step === 'update') assertMayChange(actor, expected);
    await applyRows(tx, actor, { keyring: this.#keyring, batch: batchOf(plan), step, counts: before.counts });
    const summary = { ...before, counts: importSteps.after(before.counts, step) };
    const result = { steps: { ...steps, [step]: { count: expected, ...stamp(actor) } }, summary };
    const isDone = importSteps.isDone(summary.counts);
    await importPlans.update(tx, plan.id, { result, ...(isDone && { state: 'applied' }) });
    await insertAudit(tx, actor, {
      action: step === 'import' ? 'proxy.import' : `proxy.import_${step}`,
      entity: 'plan',
      entityId: plan.id,
      after: { count: expected, file: plan.input.fileName },
    });
    return viewImport(tx, await importPlans.find(tx, plan.id), summary);
  }
}
