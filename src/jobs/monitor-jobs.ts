import { sql } from 'drizzle-orm';
import { fromDrizzle, type Job, PgBoss } from 'pg-boss';
import type { Db } from '../db/client.ts';
import type { Logger } from '../logger.ts';
import type { Monitor } from '../services/health/monitor.ts';
import { Sweep } from '../services/health/sweep.ts';

const QUEUE = 'check';
const LONGEST_BETWEEN_SWEEPS_MS = 5_000;
const SHORTEST_BETWEEN_SWEEPS_MS = 500;
/** Batches at once: their checks share the slots of the process, and a slow one does not leave them idle. */
const BATCHES_AT_ONCE = 10;
const STOP_MS = 10_000;

/**
 * The monitor's work as jobs over the one PostgreSQL: whichever process sweeps first hands out what is due, and all of them check.
 * A job whose process died is taken up by another one, as soon as its heartbeat is missed.
 */
export class MonitorJobs {
  readonly #boss: PgBoss;
  readonly #sweep: Sweep;
  readonly #monitor: Monitor;
  readonly #log: Logger;
  readonly #pauseMs: number;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: { db: Db; databaseUrl: string; monitor: Monitor; intervalMs: number; log: Logger }) {
    const { db, databaseUrl, monitor, intervalMs, log } = deps;
    this.#boss = new PgBoss({
      connectionString: databaseUrl,
      application_name: 'proxy-ops-jobs',
      max: 3,
      schedule: false,
    });
    this.#boss.on('error', (err) => log.warn({ err }, 'the job queue has trouble'));
    this.#sweep = new Sweep({
      db,
      intervalMs,
      hand: async (tx, batches) => {
        await this.#boss.insert(
          QUEUE,
          batches.map((ids) => ({ data: { ids } })),
          { db: fromDrizzle(tx, sql) },
        );
      },
    });
    this.#monitor = monitor;
    this.#log = log;
    this.#pauseMs = Math.min(LONGEST_BETWEEN_SWEEPS_MS, Math.max(SHORTEST_BETWEEN_SWEEPS_MS, intervalMs / 20));
  }

  async start(): Promise<void> {
    await this.#boss.start();
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
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopped.abort(new Error('the monitor stops'));
    await this.#running;
    await this.#boss.stop({ graceful: true, timeout: STOP_MS });
  }

  async #check(jobs: readonly Job<{ ids: number[] }>[]): Promise<void> {
    for (const { data, signal } of jobs) {
      await this.#monitor.checkBatch(data.ids, { signal: AbortSignal.any([signal, this.#stopped.signal]) });
    }
  }

  #schedule(inMs: number): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round();
    }, inMs);
  }

  async #round(): Promise<void> {
    try {
      await this.#sweep.run(new Date());
    } catch (err) {
      this.#log.warn({ err }, 'handing out checks failed; it is tried again');
    }
    this.#schedule(this.#pauseMs);
  }
}
