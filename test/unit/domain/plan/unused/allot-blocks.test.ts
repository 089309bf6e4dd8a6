import { describe, expect, test } from 'vitest';
import { planBatch } from '../../../../../src/domain/plan/batch.ts';
import type { PoolProxy } from '../../../../../src/domain/plan/shared/pool.ts';
import { NOW, poolOf, proxy, waiting } from '../pools.ts';

/** By model, how many of so many accounts get a proxy. A model with a lower number has waited longer. */
function placed(blocks: readonly (readonly PoolProxy[])[], ...counts: number[]): number[] {
  const proxies = blocks.flatMap((block, address) =>
    block.map((each, at) => ({ ...each, id: address * 10 + at + 1, exitIp: `198.51.100.${address}` })),
  );
  const accounts = counts.flatMap((count, at) => waiting(at + 1, count, NOW - 5000 + at * 1000));
  return planBatch(poolOf(proxies), accounts).models.map((model) => model.placed);
}

const free = (count: number) => Array.from({ length: count }, () => proxy(0));
const reserved = (modelId: number, count = 1) =>
  Array.from({ length: count }, () => proxy(0, { modelId, coolingUntil: NOW + 1 }));

describe('an address that several models want', () => {
  test('goes to the one that has waited longest if they gain the same, however many of its accounts still wait then', () => {
    expect(placed([free(2)], 9, 6)).toEqual([6, 0]);
  });

  test('goes to the one that gains most, also if some of it is reserved for another', () => {
    expect(placed([[...free(1), ...reserved(1)]], 1, 3)).toEqual([0, 3]);
    expect(placed([[...free(1), ...reserved(1, 2)]], 9, 3)).toEqual([9, 0]);
  });

  test('counts for the next one: a model that has enough leaves it to the others', () => {
    expect(placed([free(2), free(2)], 6, 6)).toEqual([6, 6]);
    expect(placed([free(3), free(2)], 9, 6)).toEqual([9, 6]);
    expect(placed([free(2), [...free(1), ...reserved(1)]], 6, 3)).toEqual([6, 3]);
  });

  test('counts with what is reserved on it when single proxies are given away', () => {
    expect(placed([[...free(1), ...reserved(1, 2)], free(1)], 9, 3)).toEqual([9, 3]);
  });
});
