import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findViolation, type Interval, type Model } from '../../../../scripts/history/check/linearize.ts';

interface Call extends Interval {
  set?: number;
  get?: number;
  /** There was no answer. */
  isUnknown?: boolean;
}

const register: Model<number, Call> = {
  initial: 0,
  step(state, { set, get, isUnknown = false }) {
    if (set !== undefined) return isUnknown ? [state, set] : [set];
    return get === state ? [state] : [];
  },
};
const set = (value: number, start: number, end: number, about: Partial<Call> = {}): Call => ({
  set: value,
  start,
  end,
  ...about,
});
const get = (value: number, start: number, end: number): Call => ({ get: value, start, end });
const isExplained = (...calls: Call[]) => findViolation(calls, register) === undefined;

describe('a history that is linearizable', () => {
  test.each<[string, Call[]]>([
    ['one call after the other', [set(1, 0, 1), get(1, 2, 3), set(2, 4, 5), get(2, 6, 7)]],
    ['reads during a write that see the old and then the new value', [set(1, 0, 10), get(0, 1, 2), get(1, 3, 4)]],
    ['two writes at once, in either order', [set(1, 0, 10), set(2, 0, 10), get(1, 11, 12)]],
    ['two writes at once, read in between', [set(1, 0, 10), set(2, 0, 10), get(2, 3, 4), get(1, 5, 6)]],
    ['calls that touch in time', [set(1, 0, 5), get(0, 5, 6)]],
    ['an unknown write that was done', [set(1, 0, 5, { isUnknown: true }), get(1, 6, 7)]],
    ['an unknown write that was not done', [set(1, 0, 5, { isUnknown: true }), get(0, 6, 7)]],
    ['no call at all', []],
  ])('%s', (_, calls) => expect(isExplained(...calls)).toBe(true));
});

describe('a history that is not', () => {
  test.each<[string, Call[]]>([
    ['a lost write', [set(1, 0, 1), get(0, 2, 3)]],
    ['a stale read', [set(1, 0, 1), set(2, 2, 3), get(1, 4, 5)]],
    ['a read of a value that was never written', [set(1, 0, 1), get(3, 2, 3)]],
    ['reads that go back in time', [set(1, 0, 10), get(1, 1, 2), get(0, 3, 4)]],
    ['a value between two writes at once that comes back', [set(1, 0, 4), set(2, 0, 4), get(1, 5, 6), get(2, 7, 8)]],
    ['an unknown write with a third outcome', [set(1, 0, 5, { isUnknown: true }), get(2, 6, 7)]],
    ['an unknown write that is undone', [set(1, 0, 5, { isUnknown: true }), get(1, 6, 7), get(0, 8, 9)]],
  ])('%s', (_, calls) => expect(isExplained(...calls)).toBe(false));
});

test('a violation names the answer, the states before it, and what was in progress', () => {
  const slow = set(5, 2, 9);
  const wrong = get(3, 4, 5);
  expect(findViolation([set(1, 0, 1), slow, wrong], register)).toEqual({
    call: wrong,
    states: [1],
    meanwhile: [slow],
  });
});

test('many calls at once take no longer than their answers need', () => {
  const writes = Array.from({ length: 200 }, (_, n) => set(n, n, n + 5));
  expect(isExplained(...writes, get(199, 300, 301))).toBe(true);
});

/** Whether some order of the calls explains all of them, by trying each. */
function isExplainedByAny(state: number, left: readonly Call[]): boolean {
  if (left.length === 0) return true;
  const firstEnd = Math.min(...left.map(({ end }) => end));
  return left
    .filter(({ start }) => start <= firstEnd)
    .some((call) => {
      const others = left.filter((each) => each !== call);
      return register.step(state, call).some((after) => isExplainedByAny(after, others));
    });
}

test('the answer is that of a search through all orders', () => {
  const call = fc
    .record({
      value: fc.integer({ min: 0, max: 2 }),
      start: fc.integer({ min: 0, max: 12 }),
      takes: fc.integer({ min: 0, max: 6 }),
      kind: fc.constantFrom('get', 'set', 'unknown'),
    })
    .map(({ value, start, takes, kind }) =>
      kind === 'get'
        ? get(value, start, start + takes)
        : set(value, start, start + takes, { isUnknown: kind === 'unknown' }),
    );
  fc.assert(
    fc.property(fc.array(call, { maxLength: 6 }), (calls) => {
      expect(isExplained(...calls)).toBe(isExplainedByAny(0, calls));
    }),
    { numRuns: 500 },
  );
});
