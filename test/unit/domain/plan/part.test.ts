import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planBatch } from '../../../../src/domain/plan/batch.ts';
import { isPlanOfWhole } from '../../../../src/domain/plan/part.ts';
import { rankOf } from '../../../../src/domain/plan/shared/planned-proxy.ts';
import { addressOf, type Pool, type PoolProxy } from '../../../../src/domain/plan/shared/pool.ts';
import { anyAccounts, anyPool, NOW } from './pools.ts';

const isUnclaimed = ({ load, modelId, coolingUntil }: PoolProxy) =>
  load === 0 && (modelId === null || coolingUntil === null || coolingUntil <= NOW);

/** The part of the pool that is read for these models: their proxies, the best unclaimed ones, and all on an address with them. */
function partOf({ proxies, limit, now }: Pool, models: ReadonlySet<number>, look: number) {
  const unclaimed = proxies
    .filter((proxy) => isUnclaimed(proxy) && proxy.eligible)
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.id - b.id)
    .slice(0, look);
  const own = proxies.filter((proxy) => !isUnclaimed(proxy) && models.has(proxy.modelId ?? 0));
  const addresses = new Set(
    [...own, ...unclaimed].flatMap((proxy) => (proxy.load === 0 ? (addressOf(proxy) ?? []) : [])),
  );
  const around = proxies.filter((proxy) => addresses.has(addressOf(proxy) ?? ''));
  const part = [...new Set([...own, ...unclaimed, ...around])];
  return { pool: { proxies: part, limit, now }, last: unclaimed.at(-1), isAll: unclaimed.length < look };
}

test.each([
  { proxies: 14, accounts: 5, models: 3 },
  { proxies: 14, accounts: 5, models: 3, addresses: 6 },
  { proxies: 30, accounts: 3, models: 2, addresses: 20 },
])('a plan over a part of the pool that is taken for the plan over the whole is that: %o', (shape) => {
  let [tried, taken] = [0, 0];
  const cases = fc.property(
    anyPool(shape),
    anyAccounts(shape),
    fc.integer({ min: 1, max: 10 }),
    (pool, accounts, look) => {
      tried++;
      const { pool: part, last, isAll } = partOf(pool, new Set(accounts.map(({ modelId }) => modelId)), look);
      if (isAll || !last) return;
      const { assignments, models } = planBatch(part, accounts);
      if (!isPlanOfWhole(assignments, { pool: part, count: accounts.length, last })) return;
      taken++;
      const whole = planBatch(pool, accounts);
      expect({ assignments, models }).toEqual({ assignments: whole.assignments, models: whole.models });
    },
  );
  fc.assert(cases, { numRuns: 5_000 });
  expect(taken / tried).toBeGreaterThan(0.02);
});
