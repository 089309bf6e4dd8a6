import { describe, expect, test } from 'vitest';
import { planRebalance, type RebalanceGoal } from '../../../../../src/domain/plan/moves/rebalance.ts';
import type { PoolProxy } from '../../../../../src/domain/plan/shared/pool.ts';
import { assigned, NOW, poolOf, proxy } from '../pools.ts';

/** The moves as the numbers of the proxies that accounts leave and come to. */
function moves(proxies: readonly PoolProxy[], { limit = 3, goal = 'compact' as RebalanceGoal } = {}): number[][] {
  const plan = planRebalance(poolOf(proxies, limit), assigned(proxies), goal);
  return plan.moves.map(({ fromProxyId, proxyId }) => [fromProxyId, proxyId]);
}
const takes = (id: number, load: number, over: Partial<PoolProxy> = {}) => proxy(id, { load, modelId: 1, ...over });
/** A proxy that may get no more accounts, such as a failing one. */
const closed = (id: number, load: number, over: Partial<PoolProxy> = {}) =>
  takes(id, load, { eligible: false, ...over });

describe('on the fewest proxies', () => {
  test('the fullest of those that may get no accounts are kept', () => {
    expect(moves([takes(1, 2), closed(2, 1), closed(3, 2)])).toEqual([[2, 1]]);
  });

  test('as many of those are emptied as there is room for', () => {
    expect(moves([takes(1, 1), ...[2, 3, 4, 5, 6].map((id) => closed(id, 1))]).map(([, to]) => to)).toEqual([1, 1]);
  });

  test('of two ways with as many proxies, the one with fewer moves is taken', () => {
    expect(moves([takes(1, 2), takes(2, 2), closed(3, 1)], { limit: 4 })).toEqual([[3, 1]]);
    expect(moves([closed(1, 1), proxy(2)])).toEqual([]);
  });

  test('of two ways with as many moves, the one that empties a proxy that may get no accounts', () => {
    expect(moves([takes(1, 2), takes(2, 1), closed(3, 1)])).toEqual([[3, 2]]);
  });
});

describe('unused proxies for several models', () => {
  const ofModel = (modelId: number) => ({ modelId });

  test('go to models that are on fewer proxies with them, rather than to those that would be more even', () => {
    const proxies = [closed(1, 1), closed(2, 1), takes(3, 3, ofModel(2)), takes(4, 1, ofModel(2)), proxy(5)];
    expect(moves(proxies)).toEqual([
      [1, 5],
      [2, 5],
    ]);
  });

  test('go to a model over the limit first, whatever else of it is nearly empty', () => {
    const nearlyEmpty = [4, 5, 6].map((id) => closed(id, 1, ofModel(2)));
    const proxies = [closed(1, 1), closed(2, 2), takes(3, 3, ofModel(2)), ...nearlyEmpty, proxy(7)];
    expect(moves(proxies, { limit: 2 })).toContainEqual([3, 7]);
  });

  test('are taken only as far as a model needs them beside its own', () => {
    const first = [1, 2, 3, 4, 5].map((id) => closed(id, 1));
    const own = proxy(7, { modelId: 1, coolingUntil: NOW + 1 });
    const second = [8, 9].map((id) => closed(id, 1, ofModel(2)));
    const proxies = [...first, takes(6, 1), own, ...second, proxy(10), proxy(11)];
    const plan = planRebalance(poolOf(proxies, 2), assigned(proxies), 'compact');
    expect(plan.models.map(({ proxiesAfter }) => proxiesAfter)).toEqual([3, 1]);
  });
});

describe('accounts over the limit', () => {
  test('leave the fullest proxies first, and of equal ones the worse, if there is not room for all', () => {
    const proxies = [takes(1, 5), takes(2, 4, { latencyMs: 90 }), takes(3, 1)];
    expect(moves(proxies).sort()).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  test.each(['spread', 'compact'] as const)('move to no proxy that may get none: %s', (goal) => {
    expect(moves([takes(1, 3), closed(2, 1)], { limit: 2, goal })).toEqual([]);
  });

  test('come first where a better proxy is to be had', () => {
    const proxies = [takes(1, 3), takes(2, 2), proxy(3, { latencyMs: 20 }), proxy(4, { latencyMs: 30 })];
    expect(moves(proxies, { limit: 2, goal: 'spread' })).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });
});

describe('spreading', () => {
  test('takes one account off each proxy that has one more than needed, and none off the others', () => {
    const spread = (...proxies: PoolProxy[]) => moves(proxies, { goal: 'spread' });
    expect(spread(takes(1, 2), takes(2, 2), takes(3, 2), proxy(4), proxy(5))).toEqual([
      [2, 4],
      [3, 5],
    ]);
    expect(spread(proxy(1), takes(2, 1, { health: 'degraded' }), takes(3, 2), takes(4, 2))).toEqual([[4, 1]]);
    expect(spread(proxy(1), closed(2, 2), takes(3, 2), takes(4, 2))).toEqual([[2, 1]]);
    expect(spread(proxy(1), closed(2, 1), takes(3, 1))).toEqual([]);
  });

  test.each([
    ['within the limit', 3],
    ['over the limit', 2],
  ])('gives the better proxy to the account that came first, or to the lower number: %s', (_what, limit) => {
    const proxies = [takes(1, 3), takes(2, 3), proxy(3, { latencyMs: 20 }), proxy(4, { latencyMs: 90 })];
    const last = ([first, second]: readonly number[], ids = [1, 2]) => {
      const accounts = assigned(proxies).map((account) => {
        const time = account.id === 12 ? first : account.id === 22 ? second : undefined;
        const id = account.id + (ids[account.proxyId - 1] ?? 0) * 100;
        return { ...account, id, since: time === undefined ? account.since : NOW + time };
      });
      return planRebalance(poolOf(proxies, limit), accounts, 'spread').moves.map(({ accountId, proxyId }) => [
        accountId,
        proxyId,
      ]);
    };
    expect(last([1, 2])).toEqual([
      [112, 3],
      [222, 4],
    ]);
    expect(last([2, 1])).toEqual([
      [222, 3],
      [112, 4],
    ]);
    expect(last([1, 1])).toEqual([
      [112, 3],
      [222, 4],
    ]);
    expect(last([1, 1], [2, 1])).toEqual([
      [122, 3],
      [212, 4],
    ]);
  });

  test('puts no account on a proxy that may get none', () => {
    expect(moves([takes(1, 3), closed(2, 1), takes(3, 1)], { goal: 'spread' })).toEqual([[1, 3]]);
  });

  test('gives the last unused proxy to the model with the lower number if two gain the same', () => {
    expect(moves([takes(1, 2), takes(2, 2, { modelId: 2 }), proxy(3)], { goal: 'spread' })).toEqual([[1, 3]]);
  });

  test('moves the account that came last, and of those that came together the one with the higher number', () => {
    const proxies = [takes(1, 2), proxy(2)];
    const moved = (...since: number[]) =>
      planRebalance(
        poolOf(proxies),
        since.map((time, at) => ({ id: 10 + at, modelId: 1, proxyId: 1, since: time })),
        'spread',
      ).moves.map(({ accountId }) => accountId);
    expect(moved(5, 4)).toEqual([10]);
    expect(moved(4, 5)).toEqual([11]);
    expect(moved(4, 4)).toEqual([11]);
  });
});
