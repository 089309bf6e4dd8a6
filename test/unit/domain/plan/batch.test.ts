import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BatchPlan, planBatch } from '../../../../src/domain/plan/batch.ts';
import type { Pool, WaitingAccount } from '../../../../src/domain/plan/shared/pool.ts';
import {
  allLayouts,
  bestFigures,
  compareFigures,
  figuresOf,
  type Layout,
  makesExitIpConflict,
  modelsAllowed,
  qualityText,
  servedText,
} from './exhaustive.ts';
import { anyAccounts, anyPool, NOW, poolOf, proxy, type Shape, waiting } from './pools.ts';

const SHAPE: Shape = { proxies: 6, accounts: 8, models: 3 };
const ADDRESSES: Shape = { ...SHAPE, addresses: 3 };

function layoutOf({ proxies }: Pool, { assignments }: BatchPlan): Layout {
  return proxies.map(({ id }) => {
    const here = assignments.filter(({ proxyId }) => proxyId === id);
    return { modelId: here[0]?.modelId ?? 0, added: here.length };
  });
}

function expectRulesKept(pool: Pool, accounts: readonly WaitingAccount[], plan: BatchPlan): void {
  const seen = [...plan.assignments.map(({ accountId }) => accountId), ...plan.waiting];
  expect(seen.sort((a, b) => a - b)).toEqual(accounts.map(({ id }) => id).sort((a, b) => a - b));
  for (const { id, load, ...rest } of pool.proxies) {
    const here = plan.assignments.filter(({ proxyId }) => proxyId === id);
    if (here.length === 0) continue;
    const models = [...new Set(here.map(({ modelId }) => modelId))];
    expect(modelsAllowed({ id, load, ...rest }, pool, models)).toEqual(models);
    expect(models).toHaveLength(1);
    expect(load + here.length).toBeLessThanOrEqual(pool.limit);
  }
  for (const { accountId, modelId } of plan.assignments) {
    expect(accounts.find(({ id }) => id === accountId)?.modelId).toBe(modelId);
  }
  expect(makesExitIpConflict(pool, layoutOf(pool, plan))).toBe(false);
}

describe('a batch, held against every possible plan of a small pool', () => {
  test('it places as many, uses as many proxies, is as even, and serves those first who have waited longest', () => {
    fc.assert(
      fc.property(anyPool(SHAPE), anyAccounts(SHAPE), (pool, accounts) => {
        const plan = planBatch(pool, accounts);
        expectRulesKept(pool, accounts, plan);
        const layout = layoutOf(pool, plan);
        const figures = figuresOf(pool, layout);
        expect(figures).toEqual(bestFigures(pool, accounts));
        const served = servedText(accounts, layout);
        const isPlaced = (id: number) => plan.assignments.some(({ accountId }) => accountId === id);
        expect(served).toBe(
          [...accounts]
            .sort((a, b) => a.waitingSince - b.waitingSince || a.id - b.id)
            .map(({ id }) => (isPlaced(id) ? 'a' : 'b'))
            .join(''),
        );
        for (const other of allLayouts(pool, accounts)) {
          if (compareFigures(figuresOf(pool, other), figures) === 0) {
            expect(servedText(accounts, other) >= served).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('for one model it uses the healthiest and then the fastest proxies', () => {
    const shape = { ...SHAPE, models: 1 };
    fc.assert(
      fc.property(anyPool(shape), anyAccounts(shape), (pool, accounts) => {
        const layout = layoutOf(pool, planBatch(pool, accounts));
        const figures = figuresOf(pool, layout);
        const quality = qualityText(pool, layout);
        for (const other of allLayouts(pool, accounts)) {
          if (compareFigures(figuresOf(pool, other), figures) === 0) {
            expect(qualityText(pool, other) >= quality).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('for several models too, once it is settled how many unused proxies each of them gets', () => {
    const openedBy = (pool: Pool, layout: Layout) =>
      [1, 2, 3]
        .map((model) =>
          pool.proxies.filter(
            ({ load }, at) => load === 0 && (layout[at]?.added ?? 0) > 0 && layout[at]?.modelId === model,
          ),
        )
        .map(({ length }) => length)
        .join();
    fc.assert(
      fc.property(anyPool(SHAPE), anyAccounts(SHAPE), (pool, accounts) => {
        const layout = layoutOf(pool, planBatch(pool, accounts));
        const figures = figuresOf(pool, layout);
        const [served, opened, quality] = [
          servedText(accounts, layout),
          openedBy(pool, layout),
          qualityText(pool, layout),
        ];
        for (const other of allLayouts(pool, accounts)) {
          if (compareFigures(figuresOf(pool, other), figures) !== 0) continue;
          if (servedText(accounts, other) !== served || openedBy(pool, other) !== opened) continue;
          expect(qualityText(pool, other) >= quality).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('makes no exit IP conflict if free proxies share addresses, and falls short by at most one address', () => {
    fc.assert(
      fc.property(anyPool(ADDRESSES), anyAccounts(ADDRESSES), (pool, accounts) => {
        const plan = planBatch(pool, accounts);
        expectRulesKept(pool, accounts, plan);
        const figures = figuresOf(pool, layoutOf(pool, plan));
        if (compareFigures(figures, bestFigures(pool, accounts)) === 0) return;
        const addresses = [...new Set(pool.proxies.map(({ exitIp }) => exitIp))];
        const isNoWorseThanWithout = addresses.some((address) => {
          const proxies = pool.proxies.filter(({ load, exitIp }) => load > 0 || exitIp !== address);
          return compareFigures(figures, bestFigures({ ...pool, proxies }, accounts)) <= 0;
        });
        expect(isNoWorseThanWithout).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('the order of proxies and accounts does not matter', () => {
    const shuffled = anyPool(ADDRESSES).chain((pool) =>
      fc.tuple(fc.constant(pool), fc.shuffledSubarray([...pool.proxies], { minLength: pool.proxies.length })),
    );
    const accounts = anyAccounts(ADDRESSES).chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, accounts, ([pool, proxies], [list, otherList]) => {
        expect(planBatch({ ...pool, proxies }, otherList)).toEqual(planBatch(pool, list));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('several models over the same unused proxies', () => {
  const slow = { latencyMs: 90 };

  test('no model takes a better proxy that another one cannot do without', () => {
    const cooling = [1, 2].map((modelId) => proxy(modelId + 2, { ...slow, modelId, coolingUntil: NOW + 1 }));
    const accounts = [1, 2, 3].flatMap((model) => waiting(model, 1, NOW + model));
    const { assignments } = planBatch(poolOf([proxy(1), proxy(2), ...cooling]), accounts);
    expect(assignments.map(({ proxyId }) => proxyId)).toEqual([1, 4, 2]);
  });

  test('an address goes to the model that places most on it, with the proxies there that cool down for it', () => {
    const exitIp = '198.51.100.1';
    const cooling = [2, 3].map((id) => proxy(id, { exitIp, modelId: 1, coolingUntil: NOW + 1 }));
    const pool = poolOf([proxy(1, { exitIp }), ...cooling]);
    const { models } = planBatch(pool, [...waiting(1, 9), ...waiting(2, 3, NOW - 5000)]);
    expect(models.map(({ placed }) => placed)).toEqual([9, 0]);
  });

  test('addresses are fitted together so that none is left half used', () => {
    const proxies = [3, 3, 2, 2, 2].flatMap((size, address) =>
      Array.from({ length: size }, (_, at) => proxy(address * 10 + at + 1, { exitIp: `198.51.100.${address}` })),
    );
    const { waiting: left } = planBatch(poolOf(proxies), [...waiting(1, 18), ...waiting(2, 18)]);
    expect(left).toEqual([]);
  });

  test('where each account can be alone, the better address is used before the larger one', () => {
    const large = [1, 2, 3].map((id) => proxy(id, { ...slow, exitIp: '198.51.100.1' }));
    const fast = [4, 5].map((id) => proxy(id, { exitIp: '198.51.100.2' }));
    const own = proxy(6, { modelId: 2, coolingUntil: NOW + 1 });
    const { assignments } = planBatch(poolOf([...large, ...fast, own]), [...waiting(1, 1), ...waiting(2, 1)]);
    expect(assignments.map(({ proxyId }) => proxyId)).toEqual([4, 6]);
  });
});

describe('exhaustion', () => {
  test('says who waits and how many proxies each model is missing', () => {
    const plan = planBatch(poolOf([proxy(1), proxy(2)]), [...waiting(1, 7), ...waiting(2, 4, NOW)]);
    expect(plan.models).toEqual([
      { modelId: 1, placed: 6, waiting: 1, missingProxies: 1 },
      { modelId: 2, placed: 0, waiting: 4, missingProxies: 2 },
    ]);
    expect(plan.waiting).toEqual([106, 200, 201, 202, 203]);
  });

  test('serves those who have waited longest, of whatever model', () => {
    const early = waiting(2, 3, NOW - 5000);
    const plan = planBatch(poolOf([proxy(1)]), [...waiting(1, 3), ...early]);
    expect(plan.assignments.map(({ accountId }) => accountId)).toEqual(early.map(({ id }) => id));
  });

  test('names the models whose accounts would fit on fewer proxies', () => {
    const amber = [1, 2, 3, 4].map((id) => proxy(id, { load: 1, modelId: 1 }));
    const failing = proxy(5, { load: 1, modelId: 1, eligible: false });
    const plan = planBatch(poolOf([...amber, failing]), waiting(2, 1));
    expect(plan.consolidations).toEqual([{ modelId: 1, freedProxies: 2 }]);
  });

  test('counts the proxies that the plan itself puts into use', () => {
    const cooling = [1, 2, 3].map((id) => proxy(id, { modelId: 1, coolingUntil: NOW + 1 }));
    const plan = planBatch(poolOf(cooling), [...waiting(1, 3), ...waiting(2, 1)]);
    expect(plan.consolidations).toEqual([{ modelId: 1, freedProxies: 2 }]);
  });

  test('suggests nothing if no account is waiting', () => {
    const plan = planBatch(poolOf([1, 2].map((id) => proxy(id, { load: 1, modelId: 1 }))), waiting(1, 1));
    expect(plan.waiting).toEqual([]);
    expect(plan.consolidations).toEqual([]);
  });

  test('an empty pool leaves everybody waiting', () => {
    expect(planBatch(poolOf([]), waiting(1, 4))).toEqual({
      assignments: [],
      waiting: [100, 101, 102, 103],
      models: [{ modelId: 1, placed: 0, waiting: 4, missingProxies: 2 }],
      consolidations: [],
    });
  });
});
