import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Db, Pool } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { findSource, lockSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import {
  abandonSync,
  claimSync,
  endSync,
  findDueSources,
  LEASE_MS,
  renewLease,
} from '../../db/queries/sources/sync-leases.ts';
import { transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { MAX_LIST_MS } from '../../domain/sources/listed.ts';
import type { SyncReport } from '../../domain/sources/source.ts';
import { SourceError } from '../../domain/sources/source-error.ts';
import type { AlertService } from '../alerts/alert-service.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import { PeriodicTask } from '../shared/periodic-task.ts';
import type { KeyedSource, SourceReader } from '../source-reader/source-reader.ts';
import { collectList, unread } from './collect-list.ts';
import { type ReadSync, recordSync, SyncLostError } from './record-sync.ts';
import { openSourceKey } from './source-key-store.ts';

const SYSTEM: Actor = { id: 'system', name: 'Sources' };
/** So many failures in a row are an alert, once. */
const FAILURES_TO_ALERT = 2;
/** Reading has a limit of its own; this one is for a reader that does not keep it. */
const LONGEST_READ_MS = MAX_LIST_MS + 30_000;

export interface SourceSyncsDeps {
  db: Db;
  pool: Pool;
  keyring: Keyring;
  /** Speaks to providers. */
  reader: Pick<SourceReader, 'read' | 'test'>;
  alerts: AlertService;
  assignments: AssignmentService;
  log: Logger;
}

/**
 * Syncs of sources: one at a time per source, in whatever process. The list is read outside of any transaction; a process that dies
 * leaves nothing but the sync that it had begun, and the source is free again when the lease ends.
 */
export class SourceSyncs {
  readonly #deps: SourceSyncsDeps;

  constructor(deps: SourceSyncsDeps) {
    this.#deps = deps;
  }

  /** Tries a key with one request. @throws UserError if the provider refuses it or cannot be read */
  async test(source: KeyedSource): Promise<void> {
    try {
      await this.#deps.reader.test(source);
    } catch (error) {
      throw error instanceof SourceError ? unread(error) : error;
    }
  }

  /** The sources whose sync is due. */
  due(): Promise<number[]> {
    return findDueSources(this.#deps.db);
  }

  /** Runs a sync if it is due and no other process has it. A failure is recorded with the source. */
  async runDue(sourceId: number): Promise<void> {
    try {
      await this.#run(SYSTEM, sourceId, { isDue: true, isShown: false });
    } catch (error) {
      if (!(error instanceof UserError) && !(error instanceof SyncLostError)) throw error;
      this.#deps.log.warn({ err: error, source: sourceId }, 'a sync has failed');
    }
  }

  /**
   * Runs a sync now, for a person or a program that sees its result.
   *
   * @throws UserError if one is running, or if the list could not be read
   */
  async run(actor: Actor, sourceId: number, { isShown = true }: { isShown?: boolean } = {}): Promise<SyncReport> {
    const report = await this.#run(actor, sourceId, { isDue: false, isShown });
    if (report) return report;
    throw new UserError('sync_running', 'A sync of this source is running.', 'Try again when it has ended.');
  }

  async #run(
    actor: Actor,
    sourceId: number,
    { isDue, isShown }: { isDue: boolean; isShown: boolean },
  ): Promise<SyncReport | undefined> {
    const { db } = this.#deps;
    const syncId = await claimSync(db, { sourceId, actorId: actor.id, isDue });
    if (syncId === undefined) return undefined;
    const abort = new AbortController();
    const renewing = new PeriodicTask({
      run: async () => {
        if (!(await renewLease(db, syncId))) abort.abort(new SyncLostError());
      },
      pauseMs: LEASE_MS / 3,
      log: this.#deps.log,
      failure: 'the lease of a sync could not be renewed',
    });
    renewing.start(LEASE_MS / 3);
    try {
      const source = await findSource(db, sourceId);
      if (!source || source.removedAt) throw new SyncLostError();
      return await this.#readAndRecord(source, { actor, sourceId, syncId, isShown }, abort.signal);
    } catch (error) {
      if (!(error instanceof SourceError)) await abandonSync(db, syncId);
      throw error instanceof SourceError ? await this.#fail({ sourceId, syncId }, error) : error;
    } finally {
      await renewing.stop();
    }
  }

  async #readAndRecord(source: SourceRow, sync: Omit<ReadSync, 'list'>, lost: AbortSignal): Promise<SyncReport> {
    const { reader, keyring, assignments } = this.#deps;
    const key = await openSourceKey(keyring, source);
    const signal = AbortSignal.any([lost, AbortSignal.timeout(LONGEST_READ_MS)]);
    const list = await collectList(reader.read({ kind: source.kind, key }, signal));
    const report = await recordSync(this.#deps, { ...sync, list });
    if (report.problem !== null) await this.#alertIfRepeated(source.id, report.problem);
    if (report.applied) await assignments.assignWaiting(sync.actor);
    return report;
  }

  /** Records a failure. @returns the error for people */
  async #fail({ sourceId, syncId }: { sourceId: number; syncId: number }, error: SourceError): Promise<UserError> {
    const { code, message, retryAfterSeconds } = error;
    await transact(this.#deps.db, async (tx) => {
      const source = await lockSource(tx, sourceId);
      if (source?.syncId !== syncId) throw new SyncLostError();
      await endSync(tx, {
        sourceId,
        syncId,
        waitMs: (retryAfterSeconds ?? 0) * 1000,
        end: { outcome: 'failed', problem: code, message },
      });
    });
    await this.#alertIfRepeated(sourceId, message);
    return unread(error);
  }

  async #alertIfRepeated(sourceId: number, message: string): Promise<void> {
    const { db, alerts } = this.#deps;
    await transact(db, async (tx) => {
      const source = await lockSource(tx, sourceId);
      if (source?.failures === FAILURES_TO_ALERT) {
        await alerts.noticeIn(tx, { kind: 'source_failing', source: source.name, message });
      }
    });
  }
}
