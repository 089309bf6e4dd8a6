import type { Db, Pool, Tx } from '../../db/client.ts';
import { copyInto } from '../../db/copy.ts';
import type { Keyring } from '../../db/keyring.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { countWaitingByModel } from '../../db/queries/assignments/pool.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import {
  analyzeStagedRows,
  type Batch,
  type BatchSummary,
  classifyBatch,
  findLinksToCarry,
  findRejections,
  insertProxies,
  lockIdentities,
  reviveProxies,
  summarizeBatch,
  summarizeUndo,
  undoImport,
  updateProxies,
  writeCarriedLinks,
} from '../../db/queries/proxies/proxy-imports.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { servedByFreeProxies } from '../../domain/capacity.ts';
import { copyStatement } from '../../domain/parse/staged-rows.ts';
import {
  IMPORT_STEPS,
  type ImportPreview,
  type RejectedLine,
  type UndoPreview,
} from '../../domain/proxies/proxy-import.ts';
import { seal } from '../../secrets/seal.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { type Outcome, stamp } from '../shared/stored-plans.ts';
import {
  batchOf,
  countOf,
  type ImportFile,
  type ImportInput,
  importPlans,
  isUntouched,
  NO_COUNTS,
  type StoredImport,
  summaryAfter,
  withoutOwn,
} from './import-plan.ts';
import type { ImportReader } from './import-reader.ts';

const REJECTIONS_SHOWN = 3;
const REJECTIONS_LISTED = 20_000;
/** Others get their turn between two batches of links. */
const LINKS_AT_ONCE = 1000;

/**
 * An import from file to table: the file is read once, off the main thread, and staged; what becomes of each line is decided by
 * the database, for the preview and again, under a lock, when a button is pressed.
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
   * Reads and stages a file; nothing of the pool changes. A crash on the way leaves a plan that nobody sees and that is purged.
   *
   * @throws UserError where the file as a whole cannot be read
   */
  async stage(actor: Actor, file: ImportFile): Promise<ImportPreview> {
    await using read = await this.#reader.open(file);
    const planId = await importPlans.stage(this.#db, actor);
    await this.#db.transaction(async (tx) => {
      // Holding the key keeps a rotation from ending before these rows are there to be sealed anew.
      const key = await this.#keyring.current(tx);
      await copyInto(this.#pool, copyStatement('import_rows'), read.rows(planId, key));
      await copyInto(this.#pool, copyStatement('import_rejections'), read.rejections(planId));
      const input: ImportInput = { fileName: file.name, source: file.source, ...read.summary };
      await importPlans.update(tx, planId, { state: 'open', input });
    });
    await analyzeStagedRows(this.#db);
    // Awaited here: while the file is closed nobody would hear of a failure, and that ends the process.
    return await this.preview(planId);
  }

  /** The preview as the pool stands now. @throws UserError where there is no such import */
  async preview(planId: number): Promise<ImportPreview> {
    return this.#db.transaction(async (tx) => this.#describe(tx, await importPlans.find(tx, planId)));
  }

  /** The lines that were not understood, in the reading that is taken: the first 20,000, which fit into a file for Discord. */
  async rejections(planId: number): Promise<RejectedLine[]> {
    return findRejections(this.#db, batchOf(await importPlans.find(this.#db, planId)), REJECTIONS_LISTED);
  }

  /** Takes the other reading of an ambiguous batch, as long as nothing of it was applied. */
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
   * Does one step of the import, once: a second click gets the first one's result. Where the pool has changed so that the number
   * on the button no longer holds, nothing is done.
   *
   * @param expected the number on the button
   */
  async apply(
    actor: Actor,
    planId: number,
    step: 'import' | 'update' | 'add',
    expected: number,
  ): Promise<Outcome<ImportPreview>> {
    return importPlans.apply(this.#db, planId, {
      closed: (plan, tx) => this.#describe(tx, plan),
      apply: (plan, tx) => this.#step(tx, actor, plan, { step, expected }),
      refresh: (plan, tx) => this.#describe(tx, plan),
    });
  }

  /** Gives up what is still open of an import; what was done stays. */
  async cancel(actor: Actor, planId: number): Promise<ImportPreview> {
    const open = async (plan: StoredImport, tx: Tx) => {
      const summary = await summaryNow(tx, plan);
      await importPlans.update(tx, planId, {
        state: isUntouched(plan) ? 'cancelled' : 'applied',
        result: { steps: plan.result.steps, summary },
      });
      await insertAudit(tx, actor, { action: 'proxy.import_cancel', entity: 'plan', entityId: planId });
      return this.#view(tx, await importPlans.find(tx, planId), summary);
    };
    const closed = (plan: StoredImport, tx: Tx) => this.#describe(tx, plan);
    return this.#db.transaction((tx) => importPlans.whileOpen(tx, planId, { open, closed }));
  }

  /** The message that the list stood in is gone; the preview no longer offers to delete it. */
  async forgetSource(planId: number): Promise<ImportPreview> {
    await this.#db.transaction(async (tx) => {
      const plan = await importPlans.lock(tx, planId);
      await importPlans.update(tx, planId, { input: { ...plan.input, source: null } });
    });
    return this.preview(planId);
  }

  /** What `undo` would touch now. */
  async undoPreview(planId: number): Promise<UndoPreview> {
    await importPlans.find(this.#db, planId);
    return { planId, ...(await summarizeUndo(this.#db, planId)) };
  }

  /**
   * Takes an import back, once: what it brought and what carries no account is removed, what it updated gets its former
   * credentials and type.
   */
  async undo(actor: Actor, planId: number): Promise<ImportPreview> {
    return this.#db.transaction(async (tx) => {
      const plan = await importPlans.lock(tx, planId);
      const { steps, summary } = plan.result;
      if (steps.undo || Object.keys(steps).length === 0) return this.#describe(tx, plan);
      await lockIdentities(tx);
      // Nobody may be given a proxy while it is being removed.
      await lockAssignments(tx);
      const { removed, restored } = await undoImport(tx, planId);
      const result = { steps: { ...steps, undo: { count: removed + restored, ...stamp(actor) } }, summary };
      await importPlans.update(tx, planId, { result, state: 'applied' });
      await insertAudit(tx, actor, {
        action: 'proxy.import_undo',
        entity: 'plan',
        entityId: planId,
        after: { removed, restored },
      });
      return this.#describe(tx, await importPlans.find(tx, planId));
    });
  }

  async #step(
    tx: RepeatableTx,
    actor: Actor,
    plan: StoredImport,
    { step, expected }: { step: 'import' | 'update' | 'add'; expected: number },
  ): Promise<ImportPreview> {
    const { steps } = plan.result;
    if (steps[step]) return this.#describe(tx, plan);
    await lockIdentities(tx);
    const before = await summaryNow(tx, plan);
    assertStillShown(expected, countOf(before, step));
    await this.#run(tx, actor, batchOf(plan), step);
    // New proxies serve whoever waits in the same transaction (R10).
    const served = await this.#assignments.fillWaiting(tx, actor);
    const summary = summaryAfter(before, step);
    const result = { steps: { ...steps, [step]: { count: expected, ...stamp(actor), served } }, summary };
    const isDone = IMPORT_STEPS.every((each) => each === 'undo' || countOf(summary, each) === 0);
    await importPlans.update(tx, plan.id, { result, ...(isDone && { state: 'applied' }) });
    await insertAudit(tx, actor, {
      action: step === 'import' ? 'proxy.import' : `proxy.import_${step}`,
      entity: 'plan',
      entityId: plan.id,
      after: { count: expected, file: plan.input.fileName },
    });
    return this.#view(tx, await importPlans.find(tx, plan.id), summary);
  }

  async #run(tx: Tx, actor: Actor, batch: Batch, step: 'import' | 'update' | 'add'): Promise<void> {
    await this.#carryLinks(tx, batch);
    if (step === 'add') {
      await insertProxies(tx, batch, 'credentials');
      return;
    }
    if (step === 'import') await insertProxies(tx, batch, 'new');
    // Whoever changes the pool takes this lock before the rows of proxies; the other way round they would wait crosswise.
    await lockAssignments(tx);
    await (step === 'import' ? reviveProxies(tx, batch) : updateProxies(tx, actor, batch));
  }

  /** A change-IP link that the file does not repeat stays; its seal is bound to the row's credential id, so it is made anew. */
  async #carryLinks(tx: Tx, batch: Batch): Promise<void> {
    const links = await findLinksToCarry(tx, batch);
    if (links.length === 0) return;
    const key = await this.#keyring.current(tx);
    for (let from = 0; from < links.length; from += LINKS_AT_ONCE) {
      const some = links.slice(from, from + LINKS_AT_ONCE).map(async ({ sealed, ...link }) => {
        const url = await this.#keyring.open(sealed, link.fromCredentialId, 'change_ip_url');
        return { ...link, sealed: seal(key, url, link.toCredentialId, 'change_ip_url') };
      });
      await writeCarriedLinks(tx, batch.planId, await Promise.all(some));
    }
  }

  async #describe(tx: Tx, plan: StoredImport): Promise<ImportPreview> {
    const { summary } = plan.result;
    return this.#view(tx, plan, plan.state !== 'open' && summary ? summary : await summaryNow(tx, plan));
  }

  async #view(tx: Tx, plan: StoredImport, summary: BatchSummary): Promise<ImportPreview> {
    const { input } = plan;
    const taken = input.choice?.taken ?? 'first';
    const { accountsPerProxy: limit } = await readSettings(tx);
    const waiting = (await countWaitingByModel(tx)).map(({ count }) => count);
    return {
      planId: plan.id,
      fileName: input.fileName,
      state: plan.state,
      expiresAt: plan.expiresAt,
      encoding: input.encoding,
      counts: { ...NO_COUNTS, ...summary.counts, invalid: input.invalid.both + input.invalid[taken] },
      sample: summary.sample,
      blocked: summary.blocked,
      rejected: await findRejections(tx, batchOf(plan), REJECTIONS_SHOWN),
      choice: input.choice,
      unknownColumns: input.unknownColumns,
      waiting: {
        accounts: waiting.reduce((sum, count) => sum + count, 0),
        served: servedByFreeProxies(waiting, countOf(summary, 'import'), limit),
      },
      results: plan.result.steps,
      source: input.source,
    };
  }
}

/** What would become of the rows now. */
async function summaryNow(tx: Tx, plan: StoredImport): Promise<BatchSummary> {
  const batch = batchOf(plan);
  await classifyBatch(tx, batch);
  return withoutOwn(await summarizeBatch(tx, batch), plan.result.steps);
}
