import { describe, expect, test } from 'vitest';
import { planBatch } from '../../../../../src/domain/plan/batch.ts';
import { Carried } from '../../../../../src/domain/plan/shared/carried.ts';
import { plannedProxyMaker } from '../../../../../src/domain/plan/shared/planned-proxy.ts';
import type { PoolProxy } from '../../../../../src/domain/plan/shared/pool.ts';
import { allotBlocks } from '../../../../../src/domain/plan/unused/allot-blocks.ts';
import type { Claimant } from '../../../../../src/domain/plan/unused/claimant.ts';
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

test('single proxies go to those that have waited longest, as many as each of them gains from', () => {
  const spread = (count: number, limit: number, ...accounts: Parameters<typeof planBatch>[1][]) => {
    const proxies = Array.from({ length: count }, (_, at) => proxy(at + 1));
    const { assignments, models } = planBatch(poolOf(proxies, limit), accounts.flat());
    return models.map(
      ({ modelId }) => new Set(assignments.filter((each) => each.modelId === modelId).map((each) => each.proxyId)).size,
    );
  };
  expect(spread(2, 1, waiting(1, 2), waiting(2, 1))).toEqual([1, 1]);
  expect(spread(7, 3, waiting(1, 3), waiting(2, 3), waiting(3, 2))).toEqual([3, 3, 1]);
});

/** A model with so many accounts, the first of which have waited since then, and proxies of its own. */
const model = (demand: number, { levels = [0, 0, 0], since = [] as number[] } = {}) => ({ demand, levels, since });

/** Owners and numbers of extra proxies. An account whose time is not said came after the models before its own. */
function allotted(
  models: readonly ReturnType<typeof model>[],
  blocks: readonly { free: number; cooling?: Record<number, number> }[],
  singles = 0,
) {
  const make = plannedProxyMaker();
  const planned = (count: number) => Array.from({ length: count }, (_, at) => make(proxy(at + 1)));
  const claimants = models.map(
    ({ demand, levels, since }, at): Claimant => ({
      modelId: at + 1,
      demand,
      queue: {
        ids: Array.from({ length: demand }, (_, n) => at * 100 + n),
        since: Array.from({ length: demand }, (_, n) => since[n] ?? at),
      },
      shared: [],
      unused: [],
      levels,
      carried: new Carried(),
    }),
  );
  const sorted = blocks.map(({ free: count, cooling = {} }) => ({
    free: planned(count),
    cooling: new Map(Object.entries(cooling).map(([modelId, own]) => [Number(modelId), planned(own)])),
  }));
  return allotBlocks(claimants, sorted, singles);
}

describe('the owners of addresses and the numbers of proxies', () => {
  test('count all of an address, with what is reserved on it for its owner and no other', () => {
    expect(allotted([model(9), model(1)], [{ free: 2, cooling: { 1: 1, 2: 1 } }])).toEqual({
      owners: [0],
      extra: [3, 0],
    });
    expect(allotted([model(9), model(6)], [{ free: 2, cooling: { 1: 1 } }, { free: 2 }], 1)).toEqual({
      owners: [0, 1],
      extra: [4, 2],
    });
    expect(allotted([model(6), model(6)], [{ free: 1 }, { free: 1 }, { free: 1 }])).toEqual({
      owners: [0, 0, 1],
      extra: [2, 1],
    });
  });

  test('leave out an address from which no claimant gains', () => {
    expect(allotted([model(0), model(0)], [{ free: 2 }, { free: 1, cooling: { 1: 1 } }])).toEqual({
      owners: [-1, -1],
      extra: [0, 0],
    });
    expect(allotted([model(1)], [{ free: 2 }, { free: 2 }])).toEqual({ owners: [0, -1], extra: [2] });
    expect(allotted([], [{ free: 2 }])).toEqual({ owners: [-1], extra: [] });
  });
});

describe('of the two orders the better one is taken', () => {
  test('if as many accounts are placed, the one with more proxies in use', () => {
    const blocks = [{ free: 2 }, { free: 2, cooling: { 2: 1 } }];
    // In turn, model 2 gets three proxies for its four accounts. If it came first as the one with fewer accounts, it would get two.
    const models = [model(10, { levels: [1, 1] }), model(4, { levels: [0, 0] })];
    expect(allotted(models, blocks, 1)).toEqual({ owners: [0, 1], extra: [3, 3] });
  });

  test('if as many proxies are in use, the one that is more even', () => {
    const blocks = [{ free: 1 }, { free: 1, cooling: { 2: 3 } }, { free: 1, cooling: { 1: 1 } }, { free: 1 }];
    // In turn, model 2 would come first and get five proxies, and model 1 three.
    const models = [model(8, { levels: [0, 0, 2], since: [0, 0, 5] }), model(8)];
    expect(allotted(models, blocks)).toEqual({ owners: [0, 1, 0, 0], extra: [4, 4] });
  });
});
