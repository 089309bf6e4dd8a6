import { expect, test } from 'vitest';
import { patient } from '../../../simulator/kit/patient-timers.ts';

const later = patient({ longMs: 50, stepMs: 5 }, setTimeout);

/** Holds up this process. */
const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a long timer does not end because the process was paused', async () => {
  const ended: string[] = [];
  const waiting = new Promise<void>((resolve) => {
    later(() => {
      ended.push('long');
      resolve();
    }, 50);
    later(() => ended.push('short'), 40);
  });
  pause(100);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(ended).toEqual(['short']);
  await waiting;
  expect(ended).toEqual(['short', 'long']);
});

test('a long timer passes on its arguments', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  later(resolve, 50, 'told');
  expect(await promise).toBe('told');
});

test('a long timer can be cleared', async () => {
  const ended: string[] = [];
  clearTimeout(later(() => ended.push('cleared'), 50));
  await new Promise<void>((resolve) => later(() => resolve(), 60));
  expect(ended).toEqual([]);
});
