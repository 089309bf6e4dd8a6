import { ASSIGNING_JOB } from '../domain/pool-figures.ts';
import type { AlertWatch } from '../services/alerts/alert-watch.ts';
import type { WaitingAssigner } from '../services/assignments/waiting-assigner.ts';
import type { Housekeeping } from '../services/housekeeping.ts';
import type { ScheduledJob } from './scheduled-jobs.ts';

export interface JobServices {
  alertWatch: AlertWatch;
  housekeeping: Housekeeping;
  waiting: WaitingAssigner;
}

/** All recurring work that the processes do once together. */
export function scheduledJobs({ alertWatch, housekeeping, waiting }: JobServices): ScheduledJob[] {
  return [
    { name: 'follow-alerts', everySeconds: 3, run: () => alertWatch.follow() },
    { name: 'survey-pool', everySeconds: 15, run: () => alertWatch.survey() },
    { name: ASSIGNING_JOB, everySeconds: 10, run: async () => void (await waiting.assign()) },
    { name: 'housekeeping', everySeconds: 600, run: () => housekeeping.purge() },
  ];
}
