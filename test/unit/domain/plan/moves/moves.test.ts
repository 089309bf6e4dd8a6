import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planBatch } from '../../../../../src/domain/plan/batch.ts';
import { planMoves } from '../../../../../src/domain/plan/moves/moves.ts';
import { anyPool, assigned, poolOf, proxy } from '../pools.ts';

test('accounts move onto the other proxies, unused ones first', () => {
  const proxies = [proxy(1, { load: 2, modelId: 1 }), proxy(2, { load: 1, modelId: 1 }), proxy(3)];
  const leaving = assigned(proxies).filter(({ proxyId }) => proxyId === 1);
  const plan = planMoves(poolOf(proxies), leaving, 'waits');
  expect(plan.moves.map(({ accountId, fromProxyId, proxyId }) => [accountId, fromProxyId, proxyId])).toEqual([
    [10, 1, 3],
    [11, 1, 2],
  ]);
  expect(plan.stranded).toEqual([]);
});

test('what cannot move is listed, and nothing moves onto another proxy that is left', () => {
  const proxies = [
    proxy(1, { load: 2, modelId: 1 }),
    proxy(2, { load: 1, modelId: 1 }),
    proxy(3, { load: 2, modelId: 1 }),
  ];
  const leaving = assigned(proxies).filter(({ proxyId }) => proxyId !== 3);
  const plan = planMoves(poolOf(proxies), leaving, 'waits');
  expect(plan.moves.map(({ accountId, proxyId }) => [accountId, proxyId])).toEqual([[10, 3]]);
  expect(plan.stranded.map(({ id, proxyId }) => [id, proxyId])).toEqual([
    [20, 2],
    [11, 1],
  ]);
  expect(plan.models).toEqual([{ modelId: 1, placed: 1, waiting: 2, missingProxies: 1 }]);
});

test('an address is free for another model once everybody leaves it, and not while some may stay', () => {
  const exitIp = '198.51.100.1';
  const proxies = [
    proxy(1, { load: 1, modelId: 1, exitIp }),
    proxy(2, { exitIp }),
    proxy(3, { load: 1, modelId: 2 }),
    proxy(4, { load: 2, modelId: 1 }),
  ];
  const leaving = assigned(proxies).filter(({ proxyId }) => proxyId === 3 || proxyId === 1);
  const targets = (stranded: 'waits' | 'stays') =>
    planMoves(poolOf(proxies), leaving, stranded).moves.map(({ fromProxyId, proxyId }) => [fromProxyId, proxyId]);
  expect(targets('waits')).toEqual([
    [1, 4],
    [3, 2],
  ]);
  expect(targets('stays')).toEqual([[1, 2]]);
});

test('moving is a batch of what leaves, over a pool without the proxies that it leaves', () => {
  const pools = anyPool({ proxies: 7, accounts: 0, models: 2 }).chain((pool) =>
    fc.tuple(fc.constant(pool), fc.subarray([...pool.proxies])),
  );
  fc.assert(
    fc.property(pools, ([pool, left]) => {
      const leaving = assigned(left);
      const plan = planMoves(pool, leaving, 'waits');
      const sources = new Set(leaving.map(({ proxyId }) => proxyId));
      const others = pool.proxies.filter(({ id }) => !sources.has(id));
      const batch = planBatch(
        { ...pool, proxies: others },
        leaving.map(({ id, modelId, since }) => ({ id, modelId, waitingSince: since })),
      );
      expect(plan.moves.map(({ fromProxyId, ...made }) => made)).toEqual(batch.assignments);
      expect(plan.stranded.map(({ id }) => id)).toEqual(batch.waiting);
    }),
    { numRuns: 1000 },
  );
});

test('an address stays with its model as long as one of several accounts stays on it', () => {
  const exitIp = '198.51.100.1';
  const proxies = [proxy(1, { load: 3, modelId: 1, exitIp }), proxy(2, { exitIp }), proxy(3, { load: 1, modelId: 2 })];
  const leaving = (count: number) => assigned(proxies).filter(({ id }) => id < 10 + count || id >= 30);
  const takers = (count: number) =>
    planMoves(poolOf(proxies), leaving(count), 'waits').moves.map(({ modelId, proxyId }) => [modelId, proxyId]);
  expect(takers(2)).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(planMoves(poolOf(proxies), assigned(proxies).slice(3), 'waits').moves).toEqual([]);
  const last = assigned(proxies).filter(({ id }) => id === 12 || id === 30);
  expect(planMoves(poolOf(proxies), last, 'waits').moves.map(({ accountId, proxyId }) => [accountId, proxyId])).toEqual(
    [[12, 2]],
  );
});
