import type { Job, PgBoss } from 'pg-boss';
import type { Logger } from '../base/logger.ts';
import { PeriodicTask } from '../services/shared/periodic-task.ts';
import type { SourceSyncs } from '../services/sources/source-syncs.ts';

const QUEUE = 'sync-source';
/** How often the syncs that are due are looked for, and the queue is polled. */
export interface SyncPace {
  pauseMs: number;
  pollSeconds: number;
}

const PACE: SyncPace = { pauseMs: 5_000, pollSeconds: 2 };
/** Syncs that one process runs at the same time: each of another source. */
const AT_ONCE = 2;

/**
 * Syncs of sources as jobs: each process queues those that are due, and the queue has one job per source. A job whose process dies is
 * queued again when the source is free.
 */
export class SyncJobs {
  readonly #boss: PgBoss;
  readonly #syncs: SourceSyncs;
  readonly #pollSeconds: number;
  readonly #proposals: PeriodicTask;

  constructor(deps: { boss: PgBoss; syncs: SourceSyncs; pace?: SyncPace | undefined; log: Logger }) {
    const { boss, syncs, pace = PACE, log } = deps;
    this.#boss = boss;
    this.#pollSeconds = pace.pollSeconds;
    this.#syncs = syncs;
    this.#proposals = new PeriodicTask({
      run: () => this.#propose(),
      pauseMs: pace.pauseMs,
      log,
      failure: 'syncs of sources could not be queued',
    });
  }

  async start(): Promise<void> {
    await this.#boss.createQueue(QUEUE, {
      policy: 'short',
      expireInSeconds: 15 * 60,
      heartbeatSeconds: 60,
      retryLimit: 0,
      deleteAfterSeconds: 600,
      retentionSeconds: 3_600,
    });
    const options = { localConcurrency: AT_ONCE, pollingIntervalSeconds: this.#pollSeconds };
    await this.#boss.work<{ sourceId: number }>(QUEUE, options, (jobs) => this.#run(jobs));
    this.#proposals.start();
  }

  /** Ends the proposals; running syncs end with the queue. */
  stop(): Promise<void> {
    return this.#proposals.stop();
  }

  async #propose(): Promise<void> {
    for (const sourceId of await this.#syncs.due()) {
      // A second one while the first waits is dropped. One that comes later finds that its source is not due.
      await this.#boss.send(QUEUE, { sourceId }, { singletonKey: String(sourceId) });
    }
  }

  async #run(jobs: readonly Job<{ sourceId: number }>[]): Promise<void> {
    for (const { data } of jobs) await this.#syncs.runDue(data.sourceId);
  }
}
