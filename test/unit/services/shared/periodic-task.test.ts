import { expect, test } from 'vitest';
import { createLogger } from '../../../../src/base/logger.ts';
import { PeriodicTask } from '../../../../src/services/shared/periodic-task.ts';

const log = createLogger('silent');
const LONG_MS = 600_000;

/** A task whose runs are counted, and end when the test ends them. */
function controlled() {
  const runs: (() => void)[] = [];
  const started: (() => void)[] = [];
  const task = new PeriodicTask({
    run: () =>
      new Promise<void>((resolve) => {
        runs.push(resolve);
        started.shift()?.();
      }),
    pauseMs: LONG_MS,
    log,
    failure: 'it failed',
  });
  const next = () => new Promise<void>((resolve) => started.push(resolve));
  return { task, runs, next };
}

test('a task that pauses runs at once when it is woken', async () => {
  const { task, runs, next } = controlled();
  let begun = next();
  task.start();
  await begun;
  runs[0]?.();
  begun = next();
  // The pause begins when the run has ended, which is a few microtasks later.
  await new Promise((resolve) => setImmediate(resolve));
  task.wake();
  await begun;
  runs[1]?.();
  await task.stop();
  expect(runs).toHaveLength(2);
});

test('a task that is woken while it runs, however often, runs once more', async () => {
  const { task, runs, next } = controlled();
  let begun = next();
  task.start();
  await begun;
  task.wake();
  task.wake();
  begun = next();
  runs[0]?.();
  await begun;
  runs[1]?.();
  await task.stop();
  expect(runs).toHaveLength(2);
});

test('a task that was stopped cannot be woken', async () => {
  const { task, runs, next } = controlled();
  const begun = next();
  task.start();
  await begun;
  const stopping = task.stop();
  runs[0]?.();
  await stopping;
  task.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(runs).toHaveLength(1);
});
