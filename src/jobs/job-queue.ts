import { PgBoss } from 'pg-boss';
import type { Logger } from '../base/logger.ts';

/** Running jobs are waited for this long. What still runs then ends with the connections of its lane, and its next run does the rest. */
const STOP_MS = 4_000;

/** The job queue of this process, over the database that all processes share. */
export interface JobQueue {
  boss: PgBoss;
  /** Resolves when the jobs that run in this process have ended, or after a few seconds. */
  stop(): Promise<void>;
}

/** Brings the tables of the queue to the version of pg-boss. */
export async function migrateJobQueue({ databaseUrl, log }: { databaseUrl: string; log: Logger }): Promise<void> {
  const boss = build({ databaseUrl, log }, { max: 1, supervise: false });
  await boss.start();
  await boss.stop({ graceful: false });
}

export async function openJobQueue({ databaseUrl, log }: { databaseUrl: string; log: Logger }): Promise<JobQueue> {
  const boss = build({ databaseUrl, log }, { max: 3 });
  await boss.start();
  return {
    boss,
    async stop() {
      const late = setTimeout(() => {
        const jobs = boss.getWipData().filter(({ count }) => count > 0);
        log.warn({ jobs: jobs.map(({ name }) => name) }, 'jobs that still run are left');
      }, STOP_MS);
      await boss.stop({ graceful: true, timeout: STOP_MS }).finally(() => clearTimeout(late));
    },
  };
}

function build(
  { databaseUrl, log }: { databaseUrl: string; log: Logger },
  options: { max: number; supervise?: boolean },
): PgBoss {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'proxy-ops-jobs',
    // pg-boss schedules by the minute, which is too coarse for most recurring work here.
    schedule: false,
    ...options,
  });
  boss.on('error', (err) => log.warn({ err }, 'the job queue reported an error'));
  return boss;
}
