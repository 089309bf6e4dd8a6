import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Effects, noteEffect, withinTransaction } from '../../../../src/base/effects.ts';
import { NOTHING_SHARED, SharedResults } from '../../../../src/services/shared/shared-results.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function counting(shared: SharedResults) {
  let reads = 0;
  return { ask: (...asked: unknown[]) => shared.get(asked, async () => ++reads), reads: () => reads };
}

test('those who ask for the same within a second share one reading', async () => {
  const { ask } = counting(new SharedResults({ shareMs: 1_000 }));
  expect(await Promise.all([ask('models'), ask('models'), ask('models', 'other')])).toEqual([1, 1, 2]);
  vi.advanceTimersByTime(999);
  expect(await ask('models')).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await ask('models')).toBe(3);
});

test('what was read before a change is not shared after it, also while it is still being read', async () => {
  const { ask } = counting(new SharedResults({ shareMs: 1_000 }));
  const before = ask('models');
  new Effects().track(() => noteEffect());
  expect(await Promise.all([before, ask('models')])).toEqual([1, 2]);
});

/** Readings that end when the test says so. */
function slow(shared: SharedResults) {
  const readings: PromiseWithResolvers<string>[] = [];
  const ask = () =>
    shared.get(['map'], () => {
      const reading = Promise.withResolvers<string>();
      readings.push(reading);
      return reading.promise;
    });
  return { ask, readings };
}

test('the same is never read twice at once: those who ask after a change share the reading that follows', async () => {
  const { ask, readings } = slow(new SharedResults({ shareMs: 1_000 }));
  const before = ask();
  new Effects().track(() => noteEffect());
  const after = [ask(), ask()];
  new Effects().track(() => noteEffect());
  after.push(ask());
  expect(readings).toHaveLength(1);
  readings[0]?.resolve('old');
  expect(await before).toBe('old');
  expect(readings).toHaveLength(2);
  const later = ask();
  readings[1]?.resolve('new');
  expect(await Promise.all([...after, later])).toEqual(['new', 'new', 'new', 'new']);
  expect(readings).toHaveLength(2);
});

test('a reading that takes longer than results are shared is not shared later, and not begun twice', async () => {
  const { ask, readings } = slow(new SharedResults({ shareMs: 1_000 }));
  const first = ask();
  vi.advanceTimersByTime(1_000);
  const second = ask();
  expect(readings).toHaveLength(1);
  readings[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  readings[1]?.resolve('there');
  expect(await second).toBe('there');
});

test('a transaction counts as a change when it is committed, and not before', async () => {
  const { ask } = counting(new SharedResults({ shareMs: 1_000 }));
  await new Effects().track(() =>
    withinTransaction(
      async () => {
        noteEffect();
        expect(await ask('models')).toBe(1);
        expect(await ask('models')).toBe(1);
      },
      () => false,
    ),
  );
  expect(await ask('models')).toBe(2);
});

test('a reading that failed is not kept', async () => {
  const shared = new SharedResults({ shareMs: 1_000 });
  await expect(shared.get(['a'], () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await shared.get(['a'], async () => 'there')).toBe('there');
});

test('a bounded number of results is kept; what is asked for beyond that is read each time', async () => {
  const { ask, reads } = counting(new SharedResults({ shareMs: 1_000 }));
  for (let nth = 0; nth < 300; nth++) await ask(nth);
  for (let nth = 0; nth < 300; nth++) await ask(nth);
  expect(reads()).toBe(400);
});

test('without a time nothing is shared', async () => {
  const { ask } = counting(NOTHING_SHARED);
  expect([await ask('a'), await ask('a')]).toEqual([1, 2]);
});

/** Figures that take a while to count. */
function counts({ tookMs }: { tookMs: number }) {
  const shared = new SharedResults({ shareMs: 1_000 });
  let counted = 0;
  const count = async () => {
    const nth = ++counted;
    await vi.advanceTimersByTimeAsync(tookMs);
    return { nth };
  };
  const change = () => new Effects().track(async () => noteEffect());
  return { ask: (options?: { isFresh: boolean }) => shared.figures(['pool'], count, options), change };
}

test('figures that take long to count are shared ten times as long, with the time of counting if something has changed', async () => {
  const { ask, change } = counts({ tookMs: 400 });
  const startedAt = new Date();
  expect(await ask()).toEqual({ nth: 1, countedAt: null });
  expect(await ask()).toEqual({ nth: 1, countedAt: null });
  await change();
  expect(await ask()).toEqual({ nth: 1, countedAt: startedAt });
  vi.advanceTimersByTime(3_599);
  expect(await ask()).toEqual({ nth: 1, countedAt: startedAt });
  vi.advanceTimersByTime(1);
  expect(await ask()).toEqual({ nth: 2, countedAt: null });
});

test('figures are shared for ten seconds at most, however long counting them takes', async () => {
  const { ask } = counts({ tookMs: 3_000 });
  await ask();
  vi.advanceTimersByTime(6_999);
  expect((await ask()).nth).toBe(1);
  vi.advanceTimersByTime(1);
  expect((await ask()).nth).toBe(2);
});

test('figures that are counted at once include every change of this process', async () => {
  const { ask, change } = counts({ tookMs: 90 });
  await ask();
  await change();
  expect(await ask()).toEqual({ nth: 2, countedAt: null });
});

test('one who has just made a change gets figures with it', async () => {
  const { ask, change } = counts({ tookMs: 400 });
  await ask();
  await change();
  expect(await ask({ isFresh: true })).toEqual({ nth: 2, countedAt: null });
});
