import { noProxyMatches } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import { findTestTargets } from '../../db/queries/health/health.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { Actor } from '../../domain/actor.ts';
import { findingOf } from '../../domain/health/health-state.ts';
import type { TestedProxy, TestProgress, TestSummary } from '../../domain/health/proxy-test.ts';
import type { ChangeTarget } from '../../domain/proxies/pool-change.ts';
import { readKnownFilter } from '../proxies/read-filter.ts';
import type { CheckedProxy } from './checker.ts';
import type { Monitor } from './monitor.ts';

const BATCH = 50;

interface Running {
  stop: AbortController;
  cancelledBy: string | null;
}

/** Tests on request: the same checks as the monitor's, at once, with the results as the reply. */
export class ProxyTestService {
  readonly #db: Db;
  readonly #monitor: Pick<Monitor, 'checkBatch'>;
  /**
   * Number of concurrent batches. The slots of the process limit the checks; several batches keep the slots busy while
   * slow checks finish.
   */
  readonly #batches: number;
  readonly #running = new Map<number, Running>();
  #lastId = 0;

  constructor(deps: { db: Db; monitor: Pick<Monitor, 'checkBatch'>; concurrency: number }) {
    this.#db = deps.db;
    this.#monitor = deps.monitor;
    this.#batches = 2 + Math.ceil(deps.concurrency / BATCH);
  }

  /**
   * Checks the given proxies, or all active ones that match a filter, and writes the results as the monitor does.
   *
   * @param show receives the progress, frequently
   * @throws UserError if no proxy matches
   */
  async run(target: ChangeTarget, show: (progress: TestProgress) => void = () => undefined): Promise<TestSummary> {
    const ids = await this.#find(target);
    const testId = ++this.#lastId;
    const running: Running = { stop: new AbortController(), cancelledBy: null };
    const summary: TestSummary & { tested: TestedProxy[] } = {
      testId,
      total: ids.length,
      counts: { success: 0, failure: 0, inconclusive: 0 },
      startedAt: new Date(),
      endedAt: new Date(),
      cancelledBy: null,
      fault: '',
      tested: [],
    };
    this.#running.set(testId, running);
    try {
      await this.#work(ids, summary, running.stop, show);
    } finally {
      this.#running.delete(testId);
    }
    return { ...summary, endedAt: new Date(), cancelledBy: running.cancelledBy };
  }

  /** Cancels a test; its results so far stay. @returns whether the test was running in this process */
  cancel(actor: Actor, testId: number): boolean {
    const running = this.#running.get(testId);
    if (!running) return false;
    running.cancelledBy ??= actor.id;
    running.stop.abort(new Error('the test was cancelled'));
    return true;
  }

  async #find(target: ChangeTarget): Promise<number[]> {
    const { limit } = await readSettings(this.#db);
    const wanted = 'filter' in target ? { filter: await readKnownFilter(this.#db, target.filter) } : target;
    const ids = await findTestTargets(this.#db, wanted, limit);
    if (ids.length > 0) return ids;
    throw noProxyMatches();
  }

  async #work(
    ids: readonly number[],
    summary: TestSummary & { tested: TestedProxy[] },
    stop: AbortController,
    show: (progress: TestProgress) => void,
  ): Promise<void> {
    const { signal } = stop;
    let next = 0;
    const take = async () => {
      while (next < ids.length && !signal.aborted) {
        const batch = ids.slice(next, next + BATCH);
        next += BATCH;
        try {
          const { checked, fault } = await this.#monitor.checkBatch(batch, { source: 'test', signal });
          summary.fault ||= fault;
          for (const each of checked) add(summary, each);
          summary.counts.inconclusive += fault !== '' && checked.length === 0 ? batch.length : 0;
          show(summary);
        } catch (error) {
          if (signal.aborted) return;
          // The results of the remaining batches are no longer needed.
          stop.abort(error);
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#batches, Math.ceil(ids.length / BATCH)) }, take));
  }
}

function add(summary: TestSummary & { tested: TestedProxy[] }, { proxyId, result, ...proxy }: CheckedProxy): void {
  const { outcome, detail, times, exitIp } = result;
  summary.counts[findingOf(outcome)]++;
  const { host, port, provider } = proxy;
  summary.tested.push({ id: proxyId, host, port, provider, outcome, detail, totalMs: times.totalMs, exitIp });
}
