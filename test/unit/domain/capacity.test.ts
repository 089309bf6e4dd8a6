import fc from 'fast-check';
import { expect, test } from 'vitest';
import { servedByFreeProxies } from '../../../src/domain/capacity.ts';

/** Tries every way to hand the free proxies to the models. */
function exhaustive(waiting: readonly number[], free: number, limit: number): number {
  const [first, ...rest] = waiting;
  if (first === undefined) return 0;
  let best = 0;
  for (let taken = 0; taken <= free; taken++) {
    best = Math.max(best, Math.min(first, taken * limit) + exhaustive(rest, free - taken, limit));
  }
  return best;
}

test('no way to hand out free proxies serves more accounts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(8), { maxLength: 4 }),
      fc.nat(6),
      fc.integer({ min: 1, max: 3 }),
      (waiting, free, limit) => {
        expect(servedByFreeProxies(waiting, free, limit)).toBe(exhaustive(waiting, free, limit));
      },
    ),
  );
});
