import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planReturn } from '../../../../../src/domain/plan/moves/return.ts';
import { makesExitIpConflict } from '../exhaustive.ts';
import { anyPool, NOW, poolOf, proxy } from '../pools.ts';

const back = (id: number, modelId: number, proxyId: number) => ({ id, modelId, proxyId });
const places = (made: ReturnType<typeof planReturn>) => made.map(({ accountId, proxyId }) => [accountId, proxyId]);

test('accounts return to their own proxies, used by their model or unused, as far as there are slots', () => {
  const pool = poolOf([proxy(1, { load: 2, modelId: 1 }), proxy(2), proxy(3)]);
  const made = planReturn(pool, [
    back(1, 1, 1),
    back(2, 1, 1),
    back(3, 2, 2),
    back(4, 2, 2),
    back(5, 2, 2),
    back(6, 2, 2),
  ]);
  expect(places(made)).toEqual([
    [1, 1],
    [3, 2],
    [4, 2],
    [5, 2],
  ]);
  expect(made.map(({ modelId }) => modelId)).toEqual([1, 2, 2, 2]);
  expect(made.map(({ reason }) => [reason.kind, reason.load])).toEqual([
    ['shared', 3],
    ['unused', 1],
    ['shared', 2],
    ['shared', 3],
  ]);
});

test('the first account of a model in a network is named as that, and the next one is not', () => {
  const pool = poolOf([proxy(1), proxy(2, { host: '192.0.1.7' })]);
  const made = planReturn(pool, [back(1, 1, 1), back(2, 1, 2)]);
  expect(made.map(({ reason }) => reason.networkFirst)).toEqual(['192.0.1.0/24', null]);
});

test('the first model that returns to an unused proxy has it, and another one is left out', () => {
  expect(places(planReturn(poolOf([proxy(1)]), [back(1, 1, 1), back(2, 2, 1), back(3, 1, 1)]))).toEqual([
    [1, 1],
    [3, 1],
  ]);
});

test('a proxy in cooldown takes its own model back, and no other', () => {
  const pool = poolOf([proxy(1, { modelId: 1, coolingUntil: NOW + 1 })]);
  expect(places(planReturn(pool, [back(1, 2, 1), back(2, 1, 1)]))).toEqual([[2, 1]]);
});

test.each([
  ['carries another model', proxy(1, { load: 1, modelId: 9 })],
  ['takes no accounts', proxy(1, { eligible: false })],
  ['takes no accounts, though it has some of the model', proxy(1, { load: 1, modelId: 1, eligible: false })],
  ['is full', proxy(1, { load: 3, modelId: 1 })],
  ['is over the limit', proxy(1, { load: 4, modelId: 1 })],
])('an account whose proxy %s is left out', (_, taken) => {
  expect(planReturn(poolOf([taken, proxy(2)]), [back(1, 1, 1)])).toEqual([]);
});

test('an account whose proxy is gone is left out', () => {
  expect(planReturn(poolOf([proxy(2)]), [back(1, 1, 1)])).toEqual([]);
});

test('no return breaks a rule, whatever the pool is', () => {
  const shape = { proxies: 6, accounts: 0, models: 3, addresses: 4 };
  const wanted = fc.array(
    fc.record({ modelId: fc.integer({ min: 1, max: 3 }), proxyId: fc.integer({ min: 1, max: 6 }) }),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(anyPool(shape), wanted, (pool, list) => {
      const made = planReturn(
        pool,
        list.map((each, at) => ({ ...each, id: at + 1 })),
      );
      const layout = pool.proxies.map(({ id, load, modelId, eligible, coolingUntil }) => {
        const came = made.filter(({ proxyId }) => proxyId === id);
        const models = [...new Set(came.map((each) => each.modelId))];
        expect(models.length).toBeLessThanOrEqual(1);
        if (came.length === 0) return { modelId: 0, added: 0 };
        expect(eligible && load + came.length <= pool.limit).toBe(true);
        if (load > 0 || (coolingUntil ?? 0) > pool.now) expect(models).toEqual([modelId]);
        return { modelId: models[0] ?? 0, added: came.length };
      });
      expect(makesExitIpConflict(pool, layout)).toBe(false);
      for (const { accountId, modelId, proxyId } of made) expect(list[accountId - 1]).toEqual({ modelId, proxyId });
    }),
    { numRuns: 1000 },
  );
});
