import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Progress } from '../../../../src/discord/dispatch/progress.ts';

/** A place where states arrive when they are let through, at a pace that is called out. */
function slowPlace() {
  const sent: number[] = [];
  const arrivals: (() => void)[] = [];
  const pauses: (() => void)[] = [];
  const progress = new Progress<number>(
    (state) => {
      sent.push(state);
      return new Promise((resolve) => arrivals.push(resolve));
    },
    (signal) => {
      return new Promise((resolve) => {
        pauses.push(resolve);
        signal.addEventListener('abort', () => resolve());
        if (signal.aborted) resolve();
      });
    },
  );
  const next = async (waiting: (() => void)[]) => {
    waiting.shift()?.();
    await turn();
  };
  return { sent, progress, arrive: () => next(arrivals), pace: () => next(pauses) };
}

test('the first state is sent at once, and of the following ones only the newest', async () => {
  const { sent, progress, arrive, pace } = slowPlace();
  for (const state of [1, 2, 3, 4]) progress.show(state);
  expect(sent).toEqual([1]);
  await arrive();
  expect(sent).toEqual([1]);
  await pace();
  expect(sent).toEqual([1, 4]);
});

test('after a quiet time the next state is sent at once again', async () => {
  const { sent, progress, arrive, pace } = slowPlace();
  progress.show(1);
  await arrive();
  await pace();
  progress.show(2);
  expect(sent).toEqual([1, 2]);
});

test('once it has stopped nothing is under way and nothing more is sent', async () => {
  const { sent, progress, arrive } = slowPlace();
  progress.show(1);
  progress.show(2);
  let hasStopped = false;
  const stopped = progress.stop().then(() => {
    hasStopped = true;
  });
  await turn();
  expect(hasStopped).toBe(false);
  await arrive();
  await stopped;
  progress.show(3);
  await turn();
  expect(sent).toEqual([1]);
});

test('a stop does not wait for the pace', async () => {
  const { sent, progress, arrive } = slowPlace();
  progress.show(1);
  await arrive();
  await progress.stop();
  expect(sent).toEqual([1]);
});
