import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import { postponeChecks, sampleHealthyProxies } from '../../db/queries/health/health.ts';
import { confirmationMs } from '../../domain/health/check-pace.ts';
import type { CheckSource } from '../../domain/health/check-record.ts';
import type { CheckTarget } from '../../domain/health/check-target.ts';
import { findingOf } from '../../domain/health/health-state.ts';
import { type Evidence, SweepGuard } from '../../domain/health/sweep-guard.ts';
import type { CheckedProxy, Checker } from './checker.ts';
import type { HealthService } from './health-service.ts';
import type { OwnNetworkCheck } from './own-network.ts';

/** If more than this share of a batch fails, the monitor's own network is checked again before anything is written. */
const DOUBTFUL_SHARE = 0.3;
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
  readonly #now: () => Date;
  /** Time of the last confirmation by other proxies, in milliseconds. */
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Undefined until known: another process may have left the alert open. */
  #isAtFault: boolean | undefined;

  constructor(deps: {
    db: Db;
    checker: Pick<Checker, 'check'>;
    ownNetwork: Pick<OwnNetworkCheck, 'check'>;
    health: HealthService;
    intervalMs: number;
    log: Logger;
    now?: () => Date;
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
    this.#now = deps.now ?? (() => new Date());
  }

  /** Checks a batch of proxies and writes the results. @throws the abort reason of the signal */
  async checkBatch(
    ids: readonly number[],
    { source = 'monitor', signal }: { source?: CheckSource; signal?: AbortSignal | undefined } = {},
  ): Promise<CheckedBatch> {
    const before = await this.#ownNetwork.check({ signal });
    if (before.reason) return this.#holdBack(ids, { checked: [], fault: before.reason });
    const checked = await this.#checker.check(ids, { signal, targets: before.targets });
    const isDoubtful = checked.filter(hasFailed).length > checked.length * DOUBTFUL_SHARE;
    const after = isDoubtful ? await this.#ownNetwork.check({ isFresh: true, signal }) : before;
    if (after.reason) return this.#holdBack(ids, { checked, fault: after.reason });
    const { isAtFault, failed, all } = await this.#judge(checked, after.targets, signal);
    if (isAtFault) return this.#holdBack(ids, { checked, fault: manyFail(failed.length, all) }, failed);
    await this.#endFault();
    await this.#health.record(checked.map((each) => ({ ...each, source, reporter: null })));
    return { checked, fault: '' };
  }

  /** A batch may contain proxies of one provider only, so others are checked before a monitoring problem is assumed. */
  async #judge(
    checked: readonly CheckedProxy[],
    targets: readonly CheckTarget[],
    signal: AbortSignal | undefined,
  ): Promise<ReturnType<SweepGuard['judge']>> {
    this.#guard.add(evidenceOf(checked));
    const now = this.#now().getTime();
    const first = this.#guard.judge(now);
    if (!first.isAtFault || now - this.#askedAt < this.#retryMs) return first;
    this.#askedAt = now;
    const witnesses = await sampleHealthyProxies(this.#db, WITNESSES_OF_PROVIDER, MOST_WITNESSES);
    this.#guard.add(evidenceOf(await this.#checker.check(witnesses, { signal, targets })));
    return this.#guard.judge(this.#now().getTime());
  }

  async #holdBack(
    ids: readonly number[],
    batch: CheckedBatch,
    forgiven: readonly number[] = [],
  ): Promise<CheckedBatch> {
    const now = this.#now();
    const { fault: reason } = batch;
    if (this.#isAtFault !== true) this.#log.error({ reason }, 'monitoring problem: proxy health is frozen');
    this.#isAtFault = true;
    await this.#health.beginFault(reason, forgiven, now);
    await postponeChecks(this.#db, ids, new Date(now.getTime() + this.#retryMs));
    return batch;
  }

  async #endFault(): Promise<void> {
    if (this.#isAtFault === false) return;
    const wasAtFault = this.#isAtFault;
    // Set before the write, so that a problem that begins in the meantime is not resolved. If the write fails, the next
    // batch tries again.
    this.#isAtFault = false;
    try {
      await this.#health.endFault(this.#now());
    } catch (error) {
      this.#isAtFault = wasAtFault;
      throw error;
    }
    if (wasAtFault) this.#log.info('monitoring has recovered');
  }
}

function evidenceOf(checked: readonly CheckedProxy[]): Evidence[] {
  return checked
    .filter((each) => each.wasHealthy && findingOf(each.result.outcome) !== 'inconclusive')
    .map((each) => ({ ...each, hasFailed: hasFailed(each), at: each.at.getTime() }));
}

const hasFailed = ({ result }: CheckedProxy) => findingOf(result.outcome) === 'failure';

function manyFail(failed: number, all: number): string {
  return `${failed} of ${all} previously healthy proxies fail at once, while the targets respond without a proxy.`;
}
