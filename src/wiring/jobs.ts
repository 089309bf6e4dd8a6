import { bringBackJobs } from '../db/queries/clock.ts';
import { CheckJobs } from '../jobs/check-jobs.ts';
import { scheduledJobs } from '../jobs/index.ts';
import { openJobQueue } from '../jobs/job-queue.ts';
import { type ScheduledJob, ScheduledJobs } from '../jobs/scheduled-jobs.ts';
import { SyncJobs } from '../jobs/sync-jobs.ts';
import { AlertWatch } from '../services/alerts/alert-watch.ts';
import { AssignmentService } from '../services/assignments/assignment-service.ts';
import { WaitingAssigner } from '../services/assignments/waiting-assigner.ts';
import { Housekeeping } from '../services/housekeeping.ts';
import { PeriodicTask } from '../services/shared/periodic-task.ts';
import type { Core } from './core.ts';

const CORRECT_EVERY_MS = 10_000;

/** Starts the jobs, which the bot and every worker share. @returns those that recur */
export async function startJobs({
  config,
  databaseUrl,
  lanes,
  bulk,
  alerts,
  monitoring,
  syncs,
  log,
  shutdown,
}: Core): Promise<readonly ScheduledJob[]> {
  const { db } = lanes.upkeep;
  const { boss, stop } = await openJobQueue({ databaseUrl, log });
  shutdown.add('job queue', stop);
  const corrections = new PeriodicTask({
    run: () => bringBackJobs(db),
    pauseMs: CORRECT_EVERY_MS,
    log,
    failure: 'jobs of a clock that was ahead could not be corrected',
  });
  corrections.start();
  shutdown.add('corrections of jobs', () => corrections.stop());
  const jobs = scheduledJobs({
    alertWatch: new AlertWatch({ db, bulk, log, now: config.now }),
    housekeeping: new Housekeeping({ db, log }),
    waiting: new WaitingAssigner({ assignments: new AssignmentService({ db, bulk }), alerts, log }),
  });
  const scheduled = new ScheduledJobs({ boss, jobs, log });
  shutdown.add('scheduled jobs', () => scheduled.stop());
  await scheduled.start();
  const syncJobs = new SyncJobs({ boss, syncs, pace: config.syncPace, log });
  shutdown.add('syncs of sources', () => syncJobs.stop());
  await syncJobs.start();
  const { intervalMs } = config.checks;
  // `CHECK_INTERVAL` may leave the checks to other processes.
  if (intervalMs === 0) return jobs;
  const checks = new CheckJobs({ boss, db, monitor: monitoring.monitor, intervalMs, log });
  shutdown.add('checks', () => checks.stop());
  await checks.start();
  return jobs;
}
