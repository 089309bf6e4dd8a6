import type { Db, Pool, Tx } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { extendPlan } from '../../db/queries/plans.ts';
import { lockIdentities } from '../../db/queries/proxies/imports/changes.ts';
import {
  compareList,
  countExpired,
  createList,
  type Difference,
  hasNews,
  noteAgreement,
  noteSupply,
  readDifferences,
} from '../../db/queries/sources/compare-list.ts';
import { countMissing, lockSource, type SourceRow, updateSource } from '../../db/queries/sources/sources.ts';
import { endSync } from '../../db/queries/sources/sync-leases.ts';
import { basisOfRows } from '../../db/queries/sources/sync-sample.ts';
import { analyzeRows, dropStaleRows, takeRows } from '../../db/queries/sources/taken-rows.ts';
import { type CopyHere, type RepeatableTx, transactWithCopy } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { copyStatement } from '../../domain/parse/staged-rows.ts';
import { AUTOMATIC, isSuspicious, type Missing, type SyncReport } from '../../domain/sources/source.ts';
import { fingerprint } from '../../secrets/fingerprint.ts';
import { announce, changeMessage, noticeOf } from './announce-sync.ts';
import { writeSync } from './apply-sync.ts';
import type { CollectedList } from './collect-list.ts';
import { describeSync } from './describe-sync.ts';
import { listPieces, rowPieces } from './list-rows.ts';
import { type SyncInput, syncPlans } from './sync-plan.ts';

/** Another process has taken the source over, because this one stood still, or it was removed: the list is dropped. */
export class SyncLostError extends Error {
  override readonly name = 'SyncLostError';

  constructor() {
    super('the sync is not the one of its source any more');
  }
}

interface RecordDeps {
  db: Db;
  pool: Pool;
  keyring: Keyring;
}

export interface ReadSync {
  actor: Actor;
  sourceId: number;
  syncId: number;
  list: CollectedList;
  /** Whether a person sees the result at once, so that the channel need not be told. */
  isShown: boolean;
}

/**
 * Compares a list with the pool and stores what a person has to decide as a plan, in one transaction: what the mode of the source
 * applies at once is applied in it. A process that dies leaves nothing of it.
 *
 * @throws SyncLostError
 */
export function recordSync({ keyring, ...database }: RecordDeps, sync: ReadSync): Promise<SyncReport> {
  return transactWithCopy(database, async (tx, copy) => {
    const source = await lockSource(tx, sync.sourceId);
    if (!source || source.removedAt || source.syncId !== sync.syncId) throw new SyncLostError();
    return new Recording({ tx, copy, keyring, source, sync }).run();
  });
}

/** One comparison within its transaction. */
class Recording {
  readonly #tx: RepeatableTx;
  readonly #copy: CopyHere;
  readonly #keyring: Keyring;
  readonly #source: SourceRow;
  readonly #sync: ReadSync;

  constructor(deps: { tx: RepeatableTx; copy: CopyHere; keyring: Keyring; source: SourceRow; sync: ReadSync }) {
    this.#tx = deps.tx;
    this.#copy = deps.copy;
    this.#keyring = deps.keyring;
    this.#source = deps.source;
    this.#sync = deps.sync;
  }

  async run(): Promise<SyncReport> {
    const [tx, source, { list }] = [this.#tx, this.#source, this.#sync];
    const differences = await this.#compare();
    const automatic = AUTOMATIC[source.mode];
    const atOnce = differences.filter((each) => automatic.includes(each.class));
    const others = differences.filter((each) => !automatic.includes(each.class));
    if (atOnce.length > 0) await lockIdentities(tx);
    const isComplete = list.failure === undefined;
    const isNews = await hasNews(tx, source.id, isComplete, list);
    if (isNews || atOnce.length > 0) await lockAssignments(tx);
    if (isNews) await noteSupply(tx, source.id, isComplete, list);
    await noteAgreement(tx, source.id);
    const applied = atOnce.length > 0 ? await this.#applyAtOnce(atOnce) : undefined;
    const missing = await this.#missing();
    const planId = await this.#decide(others, missing);
    const outcome = isComplete ? 'complete' : 'incomplete';
    const { proxies, refused, failure } = list;
    await endSync(tx, {
      sourceId: source.id,
      syncId: this.#sync.syncId,
      end: {
        outcome,
        listed: proxies.length,
        refused,
        problem: failure?.code ?? null,
        message: failure?.message ?? null,
      },
      waitMs: (failure?.retryAfterSeconds ?? 0) * 1000,
    });
    return {
      source: { id: source.id, name: source.name },
      outcome,
      listed: proxies.length,
      problem: failure?.message ?? null,
      preview: planId === undefined ? undefined : await this.#preview(planId),
      applied: applied === undefined ? undefined : await this.#preview(applied),
    };
  }

  async #compare(): Promise<Difference[]> {
    const [tx, { list, syncId, sourceId }] = [this.#tx, this.#sync];
    const { fingerprintKey } = this.#keyring;
    await createList(tx);
    const pieces = listPieces(syncId, list.proxies, (password) => fingerprint(fingerprintKey, password));
    await this.#copy(copyStatement('listed_proxies'), pieces);
    await compareList(tx, sourceId, list);
    return readDifferences(tx);
  }

  async #missing(): Promise<Missing & { basis: string }> {
    const { missing, accounts, active, basis } = await countMissing(this.#tx, this.#source.id);
    const expired = await countExpired(this.#tx, this.#source.id);
    return {
      missing: missing - expired,
      expired,
      accounts,
      isSuspicious: isSuspicious(missing - expired, active),
      basis,
    };
  }

  /** Stores a plan for entries. */
  async #store(
    actor: Actor,
    differences: readonly Difference[],
    missing: Missing & { basis: string },
  ): Promise<{ planId: number; input: SyncInput }> {
    const [tx, source, { list }] = [this.#tx, this.#source, this.#sync];
    const { proxies, refused, failure } = list;
    const empty = { listed: proxies.length, refused, problem: failure?.message ?? null };
    const planId = await syncPlans.stage(tx, actor);
    const key = await this.#keyring.current(tx);
    const { fingerprintKey } = this.#keyring;
    const rows = { differences, proxies, provider: source.provider };
    await this.#copy(copyStatement('sync_rows'), rowPieces(planId, rows, { seal: key, fingerprint: fingerprintKey }));
    await analyzeRows(tx);
    const { counts, moving } = await takeRows(tx, { planId, sourceId: source.id });
    await dropStaleRows(tx, planId);
    const { basis: lost, ...shown } = missing;
    const basis = `${await basisOfRows(tx, planId)}:${lost}`;
    const input = { ...empty, sourceId: source.id, counts, moving, missing: shown, basis };
    await syncPlans.update(tx, planId, { state: 'open', input });
    return { planId, input };
  }

  async #applyAtOnce(differences: readonly Difference[]): Promise<number> {
    const { planId, input } = await this.#store(this.#sync.actor, differences, NOTHING_MISSING);
    await writeSync(this.#tx, this.#sync.actor, { planId, input, counts: input.counts });
    await noticeOf(this.#tx, planId);
    return planId;
  }

  /** The plan for what a person has to decide; undefined if there is nothing. One that says the same as the open one is not stored. */
  async #decide(differences: readonly Difference[], missing: Missing & { basis: string }): Promise<number | undefined> {
    const [tx, source, { isShown, actor }] = [this.#tx, this.#source, this.#sync];
    const former = source.planId;
    if (differences.length === 0 && missing.missing + missing.expired === 0) {
      await closeFormer(tx, former);
      await updateSource(tx, source.id, { planId: null, skipped: null, messageId: null });
      if (source.messageId !== null) await changeMessage(tx, source.messageId);
      return undefined;
    }
    const { planId, input } = await this.#store(actor, differences, missing);
    const isSkipped = source.skipped === input.basis;
    if (former !== null && (await this.#isSame(former, input))) {
      await dropPlan(tx, planId);
      if (!isShown && !isSkipped) await announce(tx, source, former);
      return former;
    }
    await closeFormer(tx, former);
    await updateSource(tx, source.id, { planId, ...(!isSkipped && { skipped: null }) });
    if (source.messageId !== null) await changeMessage(tx, source.messageId, planId);
    else if (!isShown && !isSkipped) await announce(tx, source, planId);
    return planId;
  }

  /** Whether the open plan says the same; it is valid for another day then. */
  async #isSame(former: number, { basis, problem }: SyncInput): Promise<boolean> {
    const plan = await syncPlans.lock(this.#tx, former);
    if (plan.state !== 'open' || plan.input.basis !== basis || plan.input.problem !== problem) return false;
    await extendPlan(this.#tx, former);
    return true;
  }

  async #preview(planId: number) {
    return describeSync(this.#tx, await syncPlans.find(this.#tx, planId));
  }
}

const NOTHING_MISSING = { missing: 0, expired: 0, accounts: 0, isSuspicious: false, basis: '' };

/** An older plan of the source can no longer be applied: a click on it shows the newer one. */
async function closeFormer(tx: Tx, planId: number | null): Promise<void> {
  if (planId === null) return;
  const plan = await syncPlans.lock(tx, planId);
  if (plan.state === 'open') await syncPlans.update(tx, planId, { state: 'expired' });
}

/** A plan that is not needed: nothing shows it. */
const dropPlan = (tx: Tx, planId: number) => syncPlans.update(tx, planId, { state: 'expired' });
