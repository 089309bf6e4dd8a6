import { PgBoss } from 'pg-boss';
import type { Logger } from '../base/logger.ts';

const STOP_MS = 10_000;

/** The job queue of this process, over the database that all processes share. */
export interface JobQueue {
  boss: PgBoss;
  /** Resolves when the jobs that run in this process have ended, or after ten seconds. */
  stop(): Promise<void>;
}

export async function openJobQueue({ databaseUrl, log }: { databaseUrl: string; log: Logger }): Promise<JobQueue> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'proxy-ops-jobs',
    max: 3,
    // pg-boss schedules by the minute, which is too coarse for most recurring work here.
    schedule: false,
  });
  boss.on('error', (err) => log.warn({ err }, 'the job queue reported an error'));
  await boss.start();
  return { boss, stop: () => boss.stop({ graceful: true, timeout: STOP_MS }) };
}
