import fc from 'fast-check';
import { expect, test } from 'vitest';
import { confirmationMs, untilNextCheck } from '../../../../src/domain/health/check-pace.ts';
import {
  type Finding,
  findingOf,
  type HealthState,
  isFlapping,
  nextState,
  UNCHECKED,
} from '../../../../src/domain/health/health-state.ts';
import { CHECK_OUTCOMES } from '../../../../src/domain/health/outcome.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const INTERVAL = 10 * MINUTE;

/** The health of a proxy after checks that are so far apart. */
function over(findings: readonly Finding[], failuresToAlert = 3, stepMs = MINUTE): HealthState[] {
  const states: HealthState[] = [];
  let state = UNCHECKED;
  for (const [n, finding] of findings.entries()) {
    state = nextState(state, finding, new Date(START + n * stepMs), failuresToAlert);
    states.push(state);
  }
  return states;
}
const healths = (findings: readonly Finding[]) => over(findings).map((state) => state.health);

test('two successes make a proxy healthy, three consecutive failures make it failing', () => {
  expect(healths(['success', 'success'])).toEqual(['unknown', 'healthy']);
  expect(healths(['success', 'success', 'failure', 'failure', 'failure'])).toEqual([
    'unknown',
    'healthy',
    'degraded',
    'degraded',
    'failing',
  ]);
  expect(healths(['failure', 'failure', 'failure', 'success', 'failure', 'success', 'success'])).toEqual([
    ...['degraded', 'degraded', 'failing', 'failing', 'failing', 'failing', 'healthy'],
  ]);
});

test('one failure between successes never makes a proxy failing', () => {
  expect(
    healths(['success', 'success', 'failure', 'success', 'failure', 'success', 'failure', 'success', 'success']),
  ).not.toContain('failing');
});

test('checks that say nothing change nothing', () => {
  expect(healths(['inconclusive', 'inconclusive', 'inconclusive'])).toEqual(['unknown', 'unknown', 'unknown']);
  expect(healths(['failure', 'inconclusive', 'failure', 'inconclusive', 'failure']).at(-1)).toBe('failing');
});

test('every outcome is a success, a failure or inconclusive, and a target that refuses the exit IP is not a failure', () => {
  expect(CHECK_OUTCOMES.filter((outcome) => findingOf(outcome) === 'success')).toEqual(['ok', 'target_blocked']);
  expect(CHECK_OUTCOMES.filter((outcome) => findingOf(outcome) === 'inconclusive')).toEqual(['inconclusive']);
  const failures = CHECK_OUTCOMES.filter((outcome) => !['ok', 'target_blocked', 'inconclusive'].includes(outcome));
  expect(failures.map(findingOf)).toEqual(failures.map(() => 'failure'));
});

test('what goes up and down must stay up for longer, until it has been calm', () => {
  const round: Finding[] = ['failure', 'failure', 'failure', 'success', 'success'];
  const states = over([
    ...round,
    ...round,
    'failure',
    'failure',
    'failure',
    'success',
    'success',
    'success',
    'success',
    'success',
    'success',
  ]);
  expect(states.at(-2)?.health).toBe('failing');
  expect(states.at(-1)?.health).toBe('healthy');
  const last = states.at(-1) ?? UNCHECKED;
  expect(isFlapping(last, new Date(START + 20 * MINUTE))).toBe(true);
  expect(isFlapping(last, new Date(START + 4 * 3_600_000))).toBe(false);
});

test('for any checks: failing begins after enough consecutive failures, healthy after enough successes', () => {
  const findings = fc.array(fc.constantFrom<Finding>('success', 'failure', 'inconclusive'), { maxLength: 60 });
  fc.assert(
    fc.property(findings, fc.integer({ min: 1, max: 6 }), (list, failuresToAlert) => {
      const states = over(list, failuresToAlert, 30 * MINUTE);
      for (const [n, state] of states.entries()) {
        const before = states[n - 1] ?? UNCHECKED;
        const telling = list.slice(0, n + 1).filter((finding) => finding !== 'inconclusive');
        if (before.health !== 'failing' && state.health === 'failing') {
          expect(telling.slice(-failuresToAlert)).toEqual(Array(failuresToAlert).fill('failure'));
        }
        if (before.health !== 'healthy' && state.health === 'healthy')
          expect(telling.slice(-2)).toEqual(['success', 'success']);
        if (before.health === 'healthy' && state.health === 'failing') expect(failuresToAlert).toBe(1);
        expect(Math.min(state.successStreak, state.failureStreak)).toBe(0);
      }
    }),
  );
});

test('a doubtful verdict is looked at soon, a failing proxy less and less often', () => {
  const next = (findings: readonly Finding[]) => untilNextCheck(over(findings).at(-1) ?? UNCHECKED, INTERVAL, 0.5);
  expect(confirmationMs(INTERVAL)).toBe(MINUTE);
  expect([next(['success']), next(['success', 'success']), next(['success', 'success', 'failure'])]).toEqual([
    MINUTE,
    INTERVAL,
    MINUTE,
  ]);
  const failing = (count: number) => next(Array<Finding>(count).fill('failure'));
  expect([3, 4, 5, 6, 7, 30].map(failing)).toEqual([1, 2, 4, 8, 12, 12].map((times) => times * INTERVAL));
  expect(next(['failure', 'failure', 'failure', 'success'])).toBe(MINUTE);
  expect(next(['inconclusive'])).toBe(INTERVAL);
});

test('what was checked together drifts apart', () => {
  const [settled = UNCHECKED] = over(['success', 'success']).slice(-1);
  expect(untilNextCheck(settled, INTERVAL, 0)).toBe(0.9 * INTERVAL);
  expect(untilNextCheck(settled, INTERVAL, 1)).toBeCloseTo(1.1 * INTERVAL);
});
