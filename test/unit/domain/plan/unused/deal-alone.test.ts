import { describe, expect, test } from 'vitest';
import { planBatch } from '../../../../../src/domain/plan/batch.ts';
import type { PoolProxy } from '../../../../../src/domain/plan/shared/pool.ts';
import { NOW, poolOf, proxy, waiting } from '../pools.ts';

/** By model, the proxies of so many accounts of each. A model with a lower number has waited longer. */
function dealt(proxies: readonly PoolProxy[], ...counts: number[]): number[][] {
  const accounts = counts.flatMap((count, at) => waiting(at + 1, count, NOW - 5000 + at * 1000));
  const { assignments } = planBatch(poolOf(proxies), accounts);
  return counts.map((_, at) => assignments.filter(({ modelId }) => modelId === at + 1).map(({ proxyId }) => proxyId));
}

const own = (id: number, over: Partial<PoolProxy> = {}) => proxy(id, { modelId: 1, coolingUntil: NOW + 1, ...over });
const slow = { latencyMs: 90 };

describe('if each account can have an unused proxy', () => {
  test('the model that has waited longest takes the oldest of equal ones, whatever its number', () => {
    const accounts = [...waiting(1, 1), ...waiting(2, 1, NOW - 5000)];
    expect(planBatch(poolOf([proxy(1), proxy(2)]), accounts).assignments.map(({ proxyId }) => proxyId)).toEqual([2, 1]);
  });

  test('a model chooses between its own and free ones by network and age, and takes no more than it needs', () => {
    const proxies = [
      proxy(1, { host: '192.0.2.1' }),
      own(2, { host: '192.0.2.2' }),
      own(3, { host: '203.0.113.1' }),
      proxy(4),
      proxy(9, slow),
    ];
    expect(dealt(proxies, 2, 1)).toEqual([[1, 3], [4]]);
    expect(dealt([own(1), proxy(2)], 1)).toEqual([[1]]);
    expect(dealt([proxy(1), own(2)], 1)).toEqual([[1]]);
  });

  test('what is reserved for a model is for no other, also if it is left over', () => {
    expect(dealt([own(1), own(2), proxy(3)], 1, 1)).toEqual([[1], [3]]);
  });

  test('a model that has got all it needs leaves its slower ones alone, and the others still get theirs', () => {
    expect(dealt([own(1), own(2, slow), proxy(3, { latencyMs: 99 })], 1, 1)).toEqual([[1], [3]]);
    expect(dealt([own(1), proxy(4), own(2, slow), proxy(3, { latencyMs: 99 })], 1, 1, 1)).toEqual([[1], [4], [3]]);
  });

  test('slower proxies that no account needs change nothing', () => {
    const hosts = ['192.0.2.1', '192.0.2.2', '203.0.113.1'].map((host) => ({ host }));
    const proxies = [proxy(1, hosts[0]), own(2, hosts[1]), proxy(3, hosts[2])];
    expect(dealt([...proxies, proxy(9, slow)], 2, 1)).toEqual(dealt(proxies, 2, 1));
    const tiers = [own(1), own(4, slow), proxy(3, slow), proxy(5, slow)];
    expect(dealt(tiers, 2, 1)).toEqual([[1, 3], [5]]);
    expect(dealt([...tiers, proxy(9, { latencyMs: 99 })], 2, 1)).toEqual([[1, 3], [5]]);
  });

  test('a model with proxies of its own leaves the free ones to a model without', () => {
    expect(dealt([proxy(1), proxy(4), own(5, slow), proxy(2, slow)], 1, 3)).toEqual([[5], [1, 4, 2]]);
  });

  test('one proxy of each address is as good as a free one if these are enough', () => {
    const at = (last: number, over = {}) => ({ exitIp: `198.51.100.${last}`, ...over });
    const third = proxy(7, { ...slow, modelId: 3, coolingUntil: NOW + 1 });
    const proxies = [own(6, slow), third, proxy(1, at(1)), proxy(2, at(1)), proxy(4)];
    expect(dealt(proxies, 1, 1, 1)).toEqual([[1], [4], [7]]);
    expect(dealt([proxy(1, at(1)), proxy(2, at(1)), proxy(3)], 1, 3)).toEqual([[3], [1, 2, 1]]);
    const larger = [1, 2, 3].map((id) => proxy(id, at(1, slow)));
    expect(dealt([...larger, proxy(4, at(2)), proxy(5, at(2))], 1, 1)).toEqual([[4], [1]]);
  });

  test('within a network, the oldest that is left decides', () => {
    const [here, there] = ['192.0.2', '203.0.113'];
    const hosts = [`${here}.1`, `${there}.1`, `${there}.2`, '198.51.100.1', `${here}.2`];
    const proxies = hosts.map((host, at) => proxy(at + 1, { host }));
    expect(dealt(proxies.toSpliced(3, 1), 3)).toEqual([[1, 2, 3]]);
  });
});
