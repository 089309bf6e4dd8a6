import { expect, test } from 'vitest';
import { confirmationMs, longestUntilNextCheck, untilNextCheck } from '../../../../src/domain/health/check-pace.ts';
import { type HealthState, UNCHECKED } from '../../../../src/domain/health/health-state.ts';

const TEN_MINUTES = 600_000;
const next = (state: Partial<HealthState>, intervalMs = TEN_MINUTES, random = 0.5) =>
  Math.round(untilNextCheck({ ...UNCHECKED, ...state }, intervalMs, random));

test('the next check is a tenth of the interval earlier or later, by chance, and never more', () => {
  expect([0, 0.5, 1].map((random) => next({ health: 'healthy' }, TEN_MINUTES, random))).toEqual([
    540_000, 600_000, 660_000,
  ]);
  expect(Math.round(longestUntilNextCheck(TEN_MINUTES))).toBe(660_000);
});

test('an unconfirmed result is checked again after a tenth of the interval: 5 s to a minute, and never later than the next check', () => {
  expect([3_000, 20_000, 300_000, TEN_MINUTES, 3_600_000].map(confirmationMs)).toEqual([
    3_000, 5_000, 30_000, 60_000, 60_000,
  ]);
});

test('a settled proxy is checked after the interval, an unsettled one after the time of a confirmation', () => {
  expect(next({ health: 'healthy', failureStreak: 1 })).toBe(TEN_MINUTES);
  expect(next({ health: 'unknown' })).toBe(TEN_MINUTES);
  expect(next({ health: 'unknown', successStreak: 1 })).toBe(60_000);
  expect(next({ health: 'unknown', failureStreak: 1 })).toBe(60_000);
  expect(next({ health: 'degraded', failureStreak: 1 })).toBe(60_000);
});

test('a failing proxy is checked less and less often, down to a twelfth, and soon after a success', () => {
  const after = [2, 3, 4, 5, 6, 7, 20].map((failureStreak) => next({ health: 'failing', failureStreak }) / TEN_MINUTES);
  expect(after).toEqual([1, 1, 2, 4, 8, 12, 12]);
  expect(next({ health: 'failing', successStreak: 1 })).toBe(60_000);
});
