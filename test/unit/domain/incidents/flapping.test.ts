import { expect, test } from 'vitest';
import { CALM_MS, isDamped } from '../../../../src/domain/incidents/flapping.ts';

test('an incident is over after an hour of calm', () => {
  expect(CALM_MS).toBe(3_600_000);
});

test('the first return of an incident is announced, and nothing after it', () => {
  const damped = (openings: number) => [isDamped({ openings, isOpen: true }), isDamped({ openings, isOpen: false })];
  expect(damped(1)).toEqual([false, false]);
  expect(damped(2)).toEqual([false, true]);
  expect(damped(3)).toEqual([true, true]);
});
