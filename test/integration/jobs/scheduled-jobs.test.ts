import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { scheduledJobs } from '../../../src/jobs/index.ts';
import { type JobQueue, openJobQueue } from '../../../src/jobs/job-queue.ts';
import { type ScheduledJob, ScheduledJobs } from '../../../src/jobs/scheduled-jobs.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { WaitingAssigner } from '../../../src/services/assignments/waiting-assigner.ts';
import { Housekeeping } from '../../../src/services/housekeeping.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

let database: TestDatabase;
const open: { queue: JobQueue; scheduled: ScheduledJobs }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const { queue, scheduled } of open.splice(0)) {
    await scheduled.stop();
    await queue.stop();
  }
});
afterAll(() => database.drop());

/** A process of its own, as far as the queue can tell. */
async function startProcess(jobs: readonly ScheduledJob[], lines: string[] = []): Promise<void> {
  const log = createLogger('warn', { write: (line) => void lines.push(line) });
  const queue = await openJobQueue({ databaseUrl: database.url, log });
  const scheduled = new ScheduledJobs({ boss: queue.boss, jobs, log });
  await scheduled.start();
  open.push({ queue, scheduled });
}

test('of all processes one runs a job in each of its periods', async () => {
  const events = new EventEmitter();
  let runs = 0;
  const job: ScheduledJob = {
    name: 'test-once',
    everySeconds: 1,
    async run() {
      runs++;
      events.emit('run');
    },
  };
  for (let processes = 0; processes < 3; processes++) await startProcess([job]);
  while (runs < 4) await once(events, 'run');
  const { rows } = await database.pool.query(
    `select count(*)::int as jobs, count(distinct singleton_on)::int as periods from pgboss.job where name = 'test-once'`,
  );
  expect(rows[0].jobs).toBeGreaterThanOrEqual(4);
  expect(rows[0].periods).toBe(rows[0].jobs);
  expect(runs).toBeLessThanOrEqual(rows[0].jobs);
});

test('a run that fails is logged, and the next period runs again', async () => {
  const lines: string[] = [];
  const again = Promise.withResolvers<void>();
  let runs = 0;
  const job: ScheduledJob = {
    name: 'test-failing',
    everySeconds: 1,
    async run() {
      if (++runs === 1) throw new Error('the first run fails');
      again.resolve();
    },
  };
  await startProcess([job], lines);
  await again.promise;
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { job: 'test-failing', err: { message: 'the first run fails' } },
  ]);
});

test('stopping waits for the run that is under way', async () => {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const ended: string[] = [];
  const job: ScheduledJob = {
    name: 'test-slow',
    everySeconds: 1,
    async run() {
      begun.resolve();
      await released.promise;
      ended.push('run');
    },
  };
  await startProcess([job]);
  await begun.promise;
  const stopping = open.splice(0).map(async ({ queue, scheduled }) => {
    await scheduled.stop();
    await queue.stop();
    ended.push('stop');
  });
  released.resolve();
  await Promise.all(stopping);
  expect(ended).toEqual(['run', 'stop']);
});

test('every job of the program has a name of its own that a queue can have, and runs', async () => {
  const { db } = database;
  const log = createLogger('silent');
  const alerts = new AlertService({ db, opsChannelId: '1', guildId: '2' });
  const jobs = scheduledJobs({
    alertWatch: new AlertWatch({ db, log }),
    housekeeping: new Housekeeping({ db, log }),
    waiting: new WaitingAssigner({ assignments: new AssignmentService({ db }), alerts, log }),
  });
  expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
  for (const { name, everySeconds, run } of jobs) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(Number.isInteger(everySeconds) && everySeconds > 0).toBe(true);
    await run();
  }
});
