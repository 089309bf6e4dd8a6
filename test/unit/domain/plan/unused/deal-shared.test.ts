import { describe, expect, test } from 'vitest';
import { planBatch } from '../../../../../src/domain/plan/batch.ts';
import type { PoolProxy } from '../../../../../src/domain/plan/shared/pool.ts';
import { NOW, poolOf, proxy, waiting } from '../pools.ts';

/** For models 1 and 2, the proxies of their accounts. Model 1 has so many accounts, and those of model 2 have waited longer. */
function dealt(proxies: readonly PoolProxy[], ofFirst: number, ofSecond = 1): number[][] {
  const { assignments } = planBatch(poolOf(proxies), [...waiting(1, ofFirst), ...waiting(2, ofSecond, NOW - 5000)]);
  return [1, 2].map((model) =>
    assignments
      .filter(({ modelId }) => modelId === model)
      .map(({ proxyId }) => proxyId)
      .sort(),
  );
}

const reserved = { modelId: 1, coolingUntil: NOW + 1 };
const fast = proxy(2, { latencyMs: 20 });
const slow = proxy(3, { latencyMs: 90 });

describe('if accounts have to share, the better unused proxy goes to the model that puts more accounts on it', () => {
  test('although the other model has waited longer', () => {
    expect(dealt([fast, slow], 3)).toEqual([[2, 2, 2], [3]]);
  });

  test('also if that model could put the account on a worse proxy of its own', () => {
    expect(dealt([proxy(1, { ...reserved, health: 'degraded' }), fast, slow], 3)).toEqual([[1, 2, 2], [3]]);
  });

  test('not if a proxy of its own is better: then the other model, which has waited longer, gets it', () => {
    const own = proxy(1, { ...reserved, latencyMs: 10 });
    expect(dealt([own, fast, slow], 3)).toEqual([[1, 1, 3], [2]]);
    expect(dealt([proxy(4, { ...reserved, health: 'degraded' }), own, fast, slow], 4)).toEqual([[1, 1, 3, 4], [2]]);
    expect(dealt([proxy(4, { modelId: 1, load: 1, health: 'degraded' }), own, fast, slow], 3)).toEqual([
      [1, 1, 3],
      [2],
    ]);
  });

  test('whatever fuller proxies the model has, since they take no account yet', () => {
    const fuller = proxy(4, { modelId: 1, load: 2, latencyMs: 10 });
    const worse = proxy(1, { ...reserved, health: 'degraded' });
    expect(dealt([fuller, worse, fast, slow], 3)).toEqual([[1, 2, 2], [3]]);
  });

  test('accounts that wait anyway do not count', () => {
    expect(dealt([fast, slow], 7, 3)).toEqual([
      [3, 3, 3],
      [2, 2, 2],
    ]);
    expect(dealt([proxy(1, { ...reserved, health: 'degraded' }), fast, slow], 7, 3)).toEqual([
      [1, 1, 1, 3, 3, 3],
      [2, 2, 2],
    ]);
  });

  test('as many as it was allotted, and no more', () => {
    const own = proxy(1, { load: 1, modelId: 2, latencyMs: 90 });
    expect(dealt([own, proxy(3), proxy(4)], 1, 2)).toEqual([[4], [3, 3]]);
  });

  test('of which those that will be fuller come first, and leave it only worse ones', () => {
    const own = proxy(7, { modelId: 2, coolingUntil: NOW + 1, health: 'degraded' });
    expect(dealt([own, proxy(3), proxy(4, { health: 'degraded' })], 2, 3)).toEqual([
      [3, 3],
      [4, 4, 7],
    ]);
  });

  test('not if its own better proxy has the load of the others already', () => {
    expect(dealt([proxy(1, { modelId: 1, load: 1, latencyMs: 10 }), fast, slow], 2)).toEqual([[1, 3], [2]]);
  });

  const degraded = { health: 'degraded' } as const;
  const own = (id: number, modelId: number, over: Partial<PoolProxy> = degraded) =>
    proxy(id, { modelId, coolingUntil: NOW + 1, ...over });

  test('but for those that another model fills as well', () => {
    expect(dealt([own(1, 1), fast, proxy(4, { latencyMs: 20 }), slow], 3, 3)).toEqual([
      [1, 4, 4],
      [2, 2, 3],
    ]);
  });

  test('for each account that would be second on a worse proxy of its own, the worst first', () => {
    const middle = proxy(4, { latencyMs: 50 });
    expect(dealt([own(1, 1), own(5, 1), fast, middle, slow], 5)).toEqual([[1, 2, 2, 3, 5], [4]]);
    expect(dealt([own(1, 1), own(5, 1), fast, middle, slow], 6)).toEqual([[1, 2, 2, 4, 4, 5], [3]]);
    const worst = proxy(3, { ...degraded, latencyMs: 90 });
    const unknown = { health: 'unknown' } as const;
    expect(dealt([own(1, 1, unknown), own(5, 2), fast, worst], 3, 3)).toEqual([
      [1, 1, 3],
      [2, 2, 5],
    ]);
    expect(dealt([own(1, 1), own(5, 2, unknown), fast, worst], 3, 3)).toEqual([
      [1, 2, 2],
      [3, 5, 5],
    ]);
  });

  test('counting the proxies of an address that it has won', () => {
    const there = [1, 2].map((id) => proxy(id, { exitIp: '198.51.100.1' }));
    expect(dealt([...there, proxy(3), proxy(4, { latencyMs: 90 })], 3, 6)).toEqual([
      [3, 3, 3],
      [1, 1, 2, 2, 4, 4],
    ]);
  });

  test('only as many of the better ones as it fills further', () => {
    const middle = proxy(4, { latencyMs: 50 });
    expect(dealt([fast, middle, slow], 3)).toEqual([[2, 2, 3], [4]]);
  });
});
