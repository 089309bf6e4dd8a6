import { sql } from 'drizzle-orm';
import { fromDrizzle, type Job, PgBoss } from 'pg-boss';
import type { Logger } from '../base/logger.ts';
import type { Db } from '../db/client.ts';
import type { Monitor } from '../services/health/monitor.ts';
import { Sweep } from '../services/health/sweep.ts';
import { Rounds } from '../services/shared/rounds.ts';

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
  readonly #monitor: Monitor;
  readonly #pauseMs: number;
  readonly #rounds: Rounds;
  readonly #stopped = new AbortController();

  constructor(deps: { db: Db; databaseUrl: string; monitor: Monitor; intervalMs: number; log: Logger }) {
    const { db, databaseUrl, monitor, intervalMs, log } = deps;
    this.#boss = new PgBoss({
      connectionString: databaseUrl,
      application_name: 'proxy-ops-jobs',
      max: 3,
      schedule: false,
    });
    this.#boss.on('error', (err) => log.warn({ err }, 'job queue error'));
    const sweep = new Sweep({
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
    this.#pauseMs = Math.min(LONGEST_BETWEEN_SWEEPS_MS, Math.max(SHORTEST_BETWEEN_SWEEPS_MS, intervalMs / 20));
    this.#rounds = new Rounds({
      work: async () => void (await sweep.run(new Date())),
      pauseMs: this.#pauseMs,
      log,
      failed: 'scheduling checks failed',
    });
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
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the monitor is stopping'));
    await this.#rounds.stop();
    await this.#boss.stop({ graceful: true, timeout: STOP_MS });
  }

  async #check(jobs: readonly Job<{ ids: number[] }>[]): Promise<void> {
    for (const { data, signal } of jobs) {
      await this.#monitor.checkBatch(data.ids, { signal: AbortSignal.any([signal, this.#stopped.signal]) });
    }
  }
}
