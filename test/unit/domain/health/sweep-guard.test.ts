import { expect, test } from 'vitest';
import { type Evidence, SweepGuard } from '../../../../src/domain/health/sweep-guard.ts';

const WINDOW = 60_000;

/** Proxies of a provider that were well, of which so many fail now. */
function seen(provider: string, all: number, failed: number, { at = 0, from = 1 } = {}): Evidence[] {
  return Array.from({ length: all }, (_, n) => ({ proxyId: from + n, provider, hasFailed: n < failed, at }));
}

function judged(...evidence: Evidence[][]): boolean {
  const guard = new SweepGuard(WINDOW);
  guard.add(evidence.flat());
  return guard.judge(0).isAtFault;
}

test('where most of what was well fails together, the one who checks is at fault', () => {
  expect(judged(seen('acme', 40, 30))).toBe(true);
  expect(judged(seen('acme', 40, 20))).toBe(false);
  expect(judged(seen('acme', 20, 18), seen('bolt', 20, 17, { from: 100 }))).toBe(true);
});

test('a few proxies say nothing of the one who checks', () => {
  expect(judged(seen('acme', 9, 9))).toBe(false);
  expect(judged(seen('acme', 10, 10))).toBe(true);
});

test('a failing provider is not a monitoring problem as long as another one works', () => {
  expect(judged(seen('acme', 90, 90), seen('bolt', 12, 1, { from: 100 }))).toBe(false);
  expect(judged(seen('acme', 90, 90), seen('bolt', 3, 0, { from: 100 }))).toBe(true);
  expect(judged(seen('acme', 90, 90), seen('bolt', 4, 0, { from: 100 }))).toBe(false);
  expect(judged(seen('acme', 90, 90), seen('bolt', 10, 2, { from: 100 }))).toBe(false);
  expect(judged(seen('acme', 90, 90), seen('bolt', 10, 3, { from: 100 }))).toBe(true);
});

test('only the last check of a proxy counts, and only for a while', () => {
  const guard = new SweepGuard(WINDOW);
  guard.add(seen('acme', 20, 20));
  expect(guard.judge(WINDOW)).toMatchObject({ isAtFault: true, all: 20 });
  guard.add(seen('acme', 20, 0, { at: 30_000 }));
  expect(guard.judge(WINDOW)).toMatchObject({ isAtFault: false, all: 20, failed: [] });
  expect(guard.judge(30_000 + WINDOW)).toMatchObject({ all: 20 });
  expect(guard.judge(30_001 + WINDOW)).toMatchObject({ all: 0 });
  expect(guard.judge(3 * WINDOW)).toMatchObject({ all: 0 });
});

test('a proxy that is checked again is the latest, and those that failed are named', () => {
  const guard = new SweepGuard(WINDOW);
  guard.add([...seen('acme', 2, 2), ...seen('acme', 1, 1, { at: 50_000 })]);
  expect(guard.judge(WINDOW + 1)).toEqual({ isAtFault: false, failed: [1], all: 1 });
});
