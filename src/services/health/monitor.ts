import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import { readNow } from '../../db/queries/clock.ts';
import { postponeChecks, sampleHealthyProxies } from '../../db/queries/health/health.ts';
import { confirmationMs } from '../../domain/health/check-pace.ts';
import type { CheckSource } from '../../domain/health/check-record.ts';
import { type CheckTarget, hostOf } from '../../domain/health/check-target.ts';
import { findingOf } from '../../domain/health/health-state.ts';
import { type Evidence, SweepGuard } from '../../domain/health/sweep-guard.ts';
import type { CheckedProxy, Checker } from './checker.ts';
import type { HealthService } from './health-service.ts';
import type { OwnNetworkCheck } from './own-network.ts';

/** If most of a batch fails, this many other proxies of each provider are checked for confirmation. */
const WITNESSES_OF_PROVIDER = 5;
const MOST_WITNESSES = 60;

export interface CheckedBatch {
  /** The results; empty if there was a monitoring problem before the batch began. */
  checked: readonly CheckedProxy[];
  /** Why the results change no health; empty if they were written. */
  fault: string;
}

/**
 * Checks the proxies that are due and writes the results, unless there is a monitoring problem: the targets are
 * unreachable without a proxy, or most healthy proxies fail at once. In that case no health changes, and one alert is
 * opened.
 */
export class Monitor {
  readonly #db: Db;
  readonly #checker: Pick<Checker, 'check'>;
  readonly #ownNetwork: Pick<OwnNetworkCheck, 'check'>;
  readonly #health: HealthService;
  readonly #guard: SweepGuard;
  readonly #retryMs: number;
  readonly #log: Logger;
  readonly #now: () => Date | Promise<Date>;
  readonly #elapsed: () => number;
  /** When other proxies were last checked for confirmation, by `#elapsed`. */
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Undefined until known: another process may have left the alert open. */
  #isAtFault: boolean | undefined;
  /** Since when batches are written again, by both clocks; undefined while they are held back. */
  #wellSince: { at: Date; elapsed: number } | undefined;

  constructor(deps: {
    db: Db;
    checker: Pick<Checker, 'check'>;
    ownNetwork: Pick<OwnNetworkCheck, 'check'>;
    health: HealthService;
    intervalMs: number;
    log: Logger;
    /** By default the time of the database. */
    now?: () => Date | Promise<Date>;
    /** Milliseconds of a clock that cannot jump; it measures intervals. */
    elapsed?: () => number;
  }) {
    this.#db = deps.db;
    this.#checker = deps.checker;
    this.#ownNetwork = deps.ownNetwork;
    this.#health = deps.health;
    this.#retryMs = confirmationMs(deps.intervalMs);
    // It takes at least two confirmations until a proxy counts as failing. By then the window contains nothing from
    // before a monitoring problem.
    this.#guard = new SweepGuard(2 * this.#retryMs);
    this.#log = deps.log;
    this.#now = deps.now ?? (() => readNow(deps.db));
    this.#elapsed = deps.elapsed ?? (() => performance.now());
  }

  /**
   * Checks a batch of proxies and writes the results. A failure counts only if its target responds without a proxy both before and
   * after the batch.
   *
   * @throws the abort reason of the signal
   */
  async checkBatch(
    ids: readonly number[],
    { source = 'monitor', signal }: { source?: CheckSource; signal?: AbortSignal | undefined } = {},
  ): Promise<CheckedBatch> {
    const before = await this.#ownNetwork.check({ signal });
    if (before.reason) return this.#holdBack(ids, { checked: [], fault: before.reason });
    const results = await this.#checker.check(ids, { signal, targets: before.targets });
    const after = results.some(hasFailed) ? await this.#ownNetwork.check({ isFresh: true, signal }) : before;
    if (after.reason) return this.#holdBack(ids, { checked: results, fault: after.reason });
    const checked = results.map((each) => withoutLostTarget(each, after.targets));
    const { isAtFault, failed, all } = await this.#judge(checked, after.targets, signal);
    if (isAtFault) return this.#holdBack(ids, { checked, fault: manyFail(failed.length, all) }, failed);
    await this.#noteWell();
    await this.#health.record(checked.map((each) => ({ ...each, source, reporter: null })));
    const lost = checked.filter((each, index) => each !== results[index]);
    if (lost.length > 0) await this.#postpone(lost.map(({ proxyId }) => proxyId));
    return { checked, fault: '' };
  }

  /**
   * Resolves the monitoring problem after batches have been written for a while, as of the first of them. A target that comes and
   * goes is thus one problem, with its true duration.
   */
  async settle(): Promise<void> {
    if (this.#isAtFault === false || !this.#hasBeenWell()) return;
    const { reason } = await this.#ownNetwork.check({ isFresh: true });
    if (reason) this.#wellSince = undefined;
    if (this.#wellSince) await this.#endFault(this.#wellSince.at);
  }

  /** A batch may contain proxies of one provider only, so others are checked before a monitoring problem is assumed. */
  async #judge(
    checked: readonly CheckedProxy[],
    targets: readonly CheckTarget[],
    signal: AbortSignal | undefined,
  ): Promise<ReturnType<SweepGuard['judge']>> {
    const elapsed = this.#elapsed();
    this.#guard.add(evidenceOf(checked, elapsed));
    const first = this.#guard.judge(elapsed);
    if (!first.isAtFault || elapsed - this.#askedAt < this.#retryMs) return first;
    this.#askedAt = elapsed;
    const witnesses = await sampleHealthyProxies(this.#db, WITNESSES_OF_PROVIDER, MOST_WITNESSES);
    const found = await this.#checker.check(witnesses, { signal, targets });
    this.#guard.add(evidenceOf(found, this.#elapsed()));
    return this.#guard.judge(this.#elapsed());
  }

  async #holdBack(
    ids: readonly number[],
    batch: CheckedBatch,
    forgiven: readonly number[] = [],
  ): Promise<CheckedBatch> {
    const { fault: reason } = batch;
    if (this.#isAtFault !== true) this.#log.error({ reason }, 'monitoring problem: proxy health is frozen');
    this.#isAtFault = true;
    this.#wellSince = undefined;
    await this.#health.beginFault(reason, forgiven, await this.#now());
    await this.#postpone(ids);
    return batch;
  }

  async #postpone(ids: readonly number[]): Promise<void> {
    const now = await this.#now();
    await postponeChecks(this.#db, ids, new Date(now.getTime() + this.#retryMs));
  }

  async #noteWell(): Promise<void> {
    if (this.#isAtFault === false) return;
    this.#wellSince ??= { at: await this.#now(), elapsed: this.#elapsed() };
  }

  #hasBeenWell(): boolean {
    return this.#wellSince !== undefined && this.#elapsed() - this.#wellSince.elapsed >= this.#retryMs;
  }

  async #endFault(at: Date): Promise<void> {
    const wasAtFault = this.#isAtFault;
    // Set before the write, so that a problem that begins in the meantime is not resolved. If the write fails, the next
    // call tries again.
    this.#isAtFault = false;
    try {
      await this.#health.endFault(at);
    } catch (error) {
      this.#isAtFault = wasAtFault;
      throw error;
    }
    if (wasAtFault) this.#log.info('monitoring has recovered');
  }
}

function evidenceOf(checked: readonly CheckedProxy[], at: number): Evidence[] {
  return checked
    .filter((each) => each.wasHealthy && findingOf(each.result.outcome) !== 'inconclusive')
    .map((each) => ({ ...each, hasFailed: hasFailed(each), at }));
}

/** A failure whose target has gone away during the batch says nothing about the proxy. */
function withoutLostTarget(checked: CheckedProxy, targets: readonly CheckTarget[]): CheckedProxy {
  const { result } = checked;
  const isKept = result.target === '' || targets.some((target) => hostOf(target) === result.target);
  if (isKept || !hasFailed(checked)) return checked;
  const detail = 'The target stopped responding during the check.';
  return { ...checked, result: { ...result, outcome: 'inconclusive', detail } };
}

const hasFailed = ({ result }: CheckedProxy) => findingOf(result.outcome) === 'failure';

function manyFail(failed: number, all: number): string {
  return `${failed} of ${all} previously healthy proxies fail at once, while the targets respond without a proxy.`;
}
