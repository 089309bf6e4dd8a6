import type { PgBoss } from 'pg-boss';
import type { Logger } from '../base/logger.ts';
import { PeriodicTask } from '../services/shared/periodic-task.ts';

/** Work that all processes together do once per period, in any process that is free. */
export interface ScheduledJob {
  /** Name of its queue: lower case, with hyphens. */
  name: string;
  /** The period. A run that takes longer does not hold back the next one, so two may overlap. */
  everySeconds: number;
  /** A failed run is logged and not retried: the next period is the retry. */
  run(): Promise<void>;
}

/** After this time a run is considered lost with its process. */
const LONGEST_RUN_SECONDS = 15 * 60;
const MAX_POLL_SECONDS = 2;

/**
 * Runs scheduled jobs. Every process proposes each job once per period, and the queue accepts one per period from all
 * of them. If a process dies, the job of the next period replaces its job.
 */
export class ScheduledJobs {
  readonly #boss: PgBoss;
  readonly #jobs: readonly ScheduledJob[];
  readonly #log: Logger;
  readonly #proposals: PeriodicTask[] = [];

  constructor(deps: { boss: PgBoss; jobs: readonly ScheduledJob[]; log: Logger }) {
    this.#boss = deps.boss;
    this.#jobs = deps.jobs;
    this.#log = deps.log;
  }

  async start(): Promise<void> {
    for (const job of this.#jobs) await this.#start(job);
  }

  /** Ends the proposals; running jobs end with the queue. */
  async stop(): Promise<void> {
    await Promise.all(this.#proposals.map((proposal) => proposal.stop()));
  }

  async #start({ name, everySeconds, run }: ScheduledJob): Promise<void> {
    await this.#boss.createQueue(name, {
      // If every process is busy, the jobs of several periods become one.
      policy: 'short',
      expireInSeconds: LONGEST_RUN_SECONDS,
      retryLimit: 0,
      // Until then a job blocks others in its period.
      deleteAfterSeconds: Math.max(600, 2 * everySeconds),
      retentionSeconds: Math.max(600, 2 * everySeconds),
    });
    const pollingIntervalSeconds = Math.min(MAX_POLL_SECONDS, everySeconds);
    await this.#boss.work(name, { pollingIntervalSeconds }, () => this.#run(name, run));
    const proposal = new PeriodicTask({
      run: async () => void (await this.#boss.send(name, null, { singletonSeconds: everySeconds })),
      pauseMs: everySeconds * 1000,
      log: this.#log,
      failure: `the job ${name} could not be queued`,
    });
    proposal.start();
    this.#proposals.push(proposal);
  }

  async #run(name: string, run: ScheduledJob['run']): Promise<void> {
    try {
      await run();
    } catch (err) {
      this.#log.warn({ err, job: name }, 'a scheduled job failed; its next run tries again');
      throw err;
    }
  }
}
