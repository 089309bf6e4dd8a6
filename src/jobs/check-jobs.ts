import { sql } from 'drizzle-orm';
import { fromDrizzle, type Job, type PgBoss } from 'pg-boss';
import type { Logger } from '../base/logger.ts';
import type { Db } from '../db/client.ts';
import type { Monitor } from '../services/health/monitor.ts';
import { Sweep } from '../services/health/sweep.ts';
import { PeriodicTask } from '../services/shared/periodic-task.ts';

const QUEUE = 'check';
const LONGEST_BETWEEN_SWEEPS_MS = 5_000;
const SHORTEST_BETWEEN_SWEEPS_MS = 500;
/**
 * Number of concurrent batches: their checks share the slots of the process, and several batches keep the slots busy
 * while slow checks finish.
 */
const BATCHES_AT_ONCE = 10;

/**
 * The monitor's work as jobs: the process that sweeps first queues the checks that are due, and all processes run them.
 * If a process dies, another one takes its job as soon as a heartbeat is missed.
 */
export class CheckJobs {
  readonly #boss: PgBoss;
  readonly #monitor: Monitor;
  readonly #pauseMs: number;
  readonly #sweeps: PeriodicTask;
  readonly #stopped = new AbortController();

  constructor(deps: { boss: PgBoss; db: Db; monitor: Monitor; intervalMs: number; log: Logger }) {
    const { boss, db, monitor, intervalMs, log } = deps;
    this.#boss = boss;
    const sweep = new Sweep({
      db,
      intervalMs,
      hand: async (tx, batches) => {
        await boss.insert(
          QUEUE,
          batches.map((ids) => ({ data: { ids } })),
          { db: fromDrizzle(tx, sql) },
        );
      },
    });
    this.#monitor = monitor;
    this.#pauseMs = Math.min(LONGEST_BETWEEN_SWEEPS_MS, Math.max(SHORTEST_BETWEEN_SWEEPS_MS, intervalMs / 20));
    this.#sweeps = new PeriodicTask({
      run: async () => {
        await sweep.run();
        await monitor.settle();
      },
      pauseMs: this.#pauseMs,
      log,
      failure: 'queueing checks failed',
    });
  }

  async start(): Promise<void> {
    await this.#boss.createQueue(QUEUE, {
      expireInSeconds: 14 * 60,
      heartbeatSeconds: 30,
      retryLimit: 1,
      deleteAfterSeconds: 600,
      retentionSeconds: 3_600,
    });
    const options = {
      localConcurrency: BATCHES_AT_ONCE,
      pollingIntervalSeconds: Math.min(2, Math.max(0.5, this.#pauseMs / 1000)),
    };
    await this.#boss.work<{ ids: number[] }>(QUEUE, options, (jobs) => this.#check(jobs));
    this.#sweeps.start();
  }

  /** Aborts the running checks; the queue must be stopped afterwards. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the monitor is stopping'));
    await this.#sweeps.stop();
  }

  async #check(jobs: readonly Job<{ ids: number[] }>[]): Promise<void> {
    for (const { data, signal } of jobs) {
      await this.#monitor.checkBatch(data.ids, { signal: AbortSignal.any([signal, this.#stopped.signal]) });
    }
  }
}
