import { expect, test } from 'vitest';
import { isDamped } from '../../../../src/domain/incidents/flapping.ts';

test('the first return of an incident is announced, and nothing after it', () => {
  const damped = (openings: number) => [isDamped({ openings, isOpen: true }), isDamped({ openings, isOpen: false })];
  expect(damped(1)).toEqual([false, false]);
  expect(damped(2)).toEqual([false, true]);
  expect(damped(3)).toEqual([true, true]);
});
