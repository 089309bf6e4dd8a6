import { expect, test } from 'vitest';
import { type Ended, findRefusedChanges } from '../../../simulator/checks/ledger.ts';
import { Shown } from '../../../simulator/people/shown.ts';
import type { Outcome } from '../../../simulator/process/outcome.ts';
import type { Snapshot } from '../../../simulator/world/snapshot.ts';

const seen = (history: number, audit: number): Snapshot => ({ accounts: [], proxies: [], history, audit });
const ended = (outcome: Outcome): Ended => ({ name: 'assign acc.1', effects: {}, outcome });
const REFUSED: Outcome = { kind: 'refused', text: 'has_proxy' };
const STALE: Outcome = { kind: 'done', text: 'stale', isApplied: false };
const DONE: Outcome = { kind: 'done', text: '#1', isApplied: true };
const UNKNOWN: Outcome = { kind: 'unknown', text: 'Error', error: undefined };

test.each([
  ['refused', REFUSED],
  ['stale', STALE],
])('an operation that says it was %s, and has written something, is found', (_what, outcome) => {
  expect(findRefusedChanges(seen(1, 1), seen(1, 1), [ended(outcome)])).toEqual([]);
  expect(findRefusedChanges(seen(1, 1), seen(2, 1), [ended(outcome)])).toHaveLength(1);
  expect(findRefusedChanges(seen(1, 1), seen(1, 2), [ended(outcome)])).toHaveLength(1);
});

test('what an operation writes that is done, or has no answer, is expected', () => {
  expect(findRefusedChanges(seen(1, 1), seen(2, 2), [ended(DONE)])).toEqual([]);
  expect(findRefusedChanges(seen(1, 1), seen(2, 2), [ended(REFUSED), ended(UNKNOWN)])).toEqual([]);
});

test('a result that differs from the last preview is found, unless the last preview is unknown', () => {
  const figures = { count: 2, moved: 1, stranded: 0 };
  const shown = new Shown(figures);
  shown.compare(figures);
  expect(shown.broken).toEqual([]);
  shown.show({ ...figures, moved: 3 });
  shown.compare(figures);
  expect(shown.broken).toHaveLength(1);
  shown.forget();
  shown.compare({ ...figures, count: 9 });
  expect(shown.broken).toHaveLength(1);
});
