import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { lockIdentities } from '../../db/queries/proxies/imports/changes.ts';
import { findSource, lockSource, type SourceRow, updateSource } from '../../db/queries/sources/sources.ts';
import { basisOfRows, sampleRows } from '../../db/queries/sources/sync-sample.ts';
import { dropStaleRows, takeRows } from '../../db/queries/sources/taken-rows.ts';
import { transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { ChangePreview } from '../../domain/proxies/pool-change.ts';
import { changedOf, MISSING_REASON, type SyncPreview, type SyncSample } from '../../domain/sources/source.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import type { PoolChangeService } from '../pool-changes/pool-change-service.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { assertStillShown, StalePreviewError, unlessStale } from '../shared/stale-preview.ts';
import type { Outcome } from '../shared/stored-plans.ts';
import { changeMessage } from './announce-sync.ts';
import { writeSync } from './apply-sync.ts';
import { describeSync } from './describe-sync.ts';
import { type StoredSync, syncPlans } from './sync-plan.ts';

/** More entries than a list may have. */
const ALL = 1_000_000;

/** The decisions of people about the plan of a sync. */
export class SyncDecisions {
  readonly #db: Db;
  readonly #changes: PoolChangeService;
  readonly #assignments: AssignmentService;

  constructor(deps: { db: Db; changes: PoolChangeService; assignments: AssignmentService }) {
    this.#db = deps.db;
    this.#changes = deps.changes;
    this.#assignments = deps.assignments;
  }

  /** The current preview of a plan. */
  preview(planId: number): Promise<SyncPreview> {
    return this.#db.transaction(async (tx) => describeSync(tx, await syncPlans.find(tx, planId)));
  }

  /** All entries of an open plan, those with accounts first in each class. */
  details(planId: number): Promise<SyncSample[]> {
    return this.#db.transaction(async (tx) => {
      await syncPlans.find(tx, planId);
      return sampleRows(tx, planId, ALL);
    });
  }

  /**
   * Applies a plan once: a second click gets the first result. If a newer sync has replaced it, or if it would do something else now,
   * nothing is done and the current plan is returned.
   *
   * @throws UserError if the change exceeds the limit of the actor's role
   */
  async apply(actor: Actor, planId: number): Promise<Outcome<SyncPreview>> {
    const { sourceId } = (await syncPlans.find(this.#db, planId)).input;
    const applied = await unlessStale(this.#db, async (tx) => {
      const source = await lockSource(tx, sourceId);
      const closed = (plan: StoredSync) => describeSync(tx, plan);
      return syncPlans.whileOpen(tx, planId, {
        closed: async (plan) => {
          if (plan.state === 'expired' && source?.planId !== planId) throw new StalePreviewError();
          return closed(plan);
        },
        open: async ({ input }) => {
          if (!source || source.planId !== planId) throw new StalePreviewError();
          await lockIdentities(tx);
          await lockAssignments(tx);
          const { counts } = await takeRows(tx, { planId, sourceId });
          assertStillShown(input.counts, counts);
          assertMayChange(actor, changedOf(counts));
          await writeSync(tx, actor, { planId, input, counts });
          await this.#settle(tx, source, input.missing.missing + input.missing.expired > 0);
          return closed(await syncPlans.find(tx, planId));
        },
      });
    });
    if (!applied) return { preview: await this.#refresh(sourceId, planId), isStale: true };
    if (applied.done.result) await this.#assignments.assignWaiting(actor);
    return { preview: applied.done, isStale: false };
  }

  /** Leaves everything as it is; the same is not announced again. A closed plan stays closed. */
  async skip(actor: Actor, planId: number): Promise<SyncPreview> {
    const { sourceId } = (await syncPlans.find(this.#db, planId)).input;
    return transact(this.#db, async (tx) => {
      const source = await lockSource(tx, sourceId);
      const plan = await syncPlans.whileOpen(tx, planId, {
        closed: async (closed) => closed,
        open: async (open) => {
          if (source) {
            await updateSource(tx, sourceId, { skipped: open.input.basis });
            await this.#settle(tx, source, false);
          }
          await insertAudit(tx, actor, {
            action: 'source.skip',
            entity: 'source',
            entityId: sourceId,
            after: { plan: planId, ...open.input.counts },
          });
          return syncPlans.cancel(tx, actor, open);
        },
      });
      return describeSync(tx, plan);
    });
  }

  /**
   * Plans to deactivate the proxies that a source lacks, as `/proxy deactivate` would.
   *
   * @throws UserError if so many are missing at once that an admin has to decide, or if none is missing any more
   */
  async planDeactivation(actor: Actor, planId: number): Promise<ChangePreview> {
    const { sourceId, missing } = (await syncPlans.find(this.#db, planId)).input;
    const source = await findSource(this.#db, sourceId);
    if (!source || source.removedAt) throw notFound('source', source?.name);
    if (missing.isSuspicious && actor.changesAtMost !== undefined) {
      throw new UserError(
        'not_allowed',
        'Unusually many proxies are missing at once, so only an admin can deactivate them.',
        'Check the list with the provider first.',
      );
    }
    const filter = { status: 'active' as const, search: `source:"${source.name}" is:missing` };
    return this.#changes.plan(actor, {
      kind: 'deactivate',
      target: { filter },
      isBlocked: false,
      reason: MISSING_REASON,
    });
  }

  /** The message shows what was decided; it stays open while proxies are missing. */
  async #settle(tx: Tx, source: SourceRow, isMissing: boolean): Promise<void> {
    if (source.messageId === null) return;
    await changeMessage(tx, source.messageId);
    if (!isMissing) await updateSource(tx, source.id, { messageId: null });
  }

  /** A new preview of a stale plan: of the newest one of its source, with the entries that still make a difference. */
  #refresh(sourceId: number, planId: number): Promise<SyncPreview> {
    return transact(this.#db, async (tx) => {
      const source = await lockSource(tx, sourceId);
      const current = source?.planId ?? planId;
      const closed = (plan: StoredSync) => describeSync(tx, plan);
      return syncPlans.whileOpen(tx, current, {
        closed,
        open: async ({ input }) => {
          const { counts, moving } = await takeRows(tx, { planId: current, sourceId });
          await dropStaleRows(tx, current);
          const [, lost = ''] = input.basis.split(':');
          const basis = `${await basisOfRows(tx, current)}:${lost}`;
          await syncPlans.update(tx, current, { input: { ...input, counts, moving, basis } });
          if (source?.messageId) await changeMessage(tx, source.messageId);
          return closed(await syncPlans.find(tx, current));
        },
      });
    });
  }
}
