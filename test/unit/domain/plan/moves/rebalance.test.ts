import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  planRebalance,
  REBALANCE_GOALS,
  type RebalanceGoal,
  type RebalancePlan,
} from '../../../../../src/domain/plan/moves/rebalance.ts';
import type { Pool, PoolProxy } from '../../../../../src/domain/plan/shared/pool.ts';
import { makesExitIpConflict } from '../exhaustive.ts';
import { anyPool, assigned, NOW, poolOf, proxy } from '../pools.ts';

const ONE_MODEL = { proxies: 6, accounts: 0, models: 1 };
const SEVERAL = { proxies: 8, accounts: 0, models: 3, addresses: 4 };

const rebalance = (pool: Pool, goal: RebalanceGoal) => planRebalance(pool, assigned(pool.proxies), goal);

function loadsAfter({ proxies }: Pool, { moves }: RebalancePlan): number[] {
  return proxies.map(({ id, load }) => {
    const came = moves.filter(({ proxyId }) => proxyId === id).length;
    const left = moves.filter(({ fromProxyId }) => fromProxyId === id).length;
    return load + came - left;
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const overLimit = (loads: readonly number[], limit: number) => sum(loads.map((load) => Math.max(0, load - limit)));
const movesTo = (from: readonly number[], to: readonly number[]) =>
  sum(from.map((load, at) => Math.max(0, load - (to[at] ?? 0))));

/** Every distribution of the accounts of a pool with one model, in which no account moves to a proxy that may not get any. */
function* allLoads(
  { proxies, limit }: Pool,
  done: number[] = [],
  left = sum(proxies.map(({ load }) => load)),
): Generator<number[]> {
  const next = proxies[done.length];
  if (!next) {
    if (left === 0) yield done;
    return;
  }
  const most = next.eligible ? Math.max(next.load, limit) : next.load;
  for (let load = 0; load <= Math.min(most, left); load += 1) {
    yield* allLoads({ proxies, limit, now: 0 }, [...done, load], left - load);
  }
}

/** The distance from the goal: no proxy carries 2 more than one that could take an account; the fewest proxies in use. */
function distance(goal: RebalanceGoal, { proxies, limit }: Pool, loads: readonly number[]): number {
  if (goal === 'compact') return loads.filter((load) => load > 0).length;
  const least = Math.min(...proxies.map(({ eligible }, at) => (eligible ? (loads[at] ?? 0) : limit)));
  return least < limit && Math.max(...loads) > least + 1 ? 1 : 0;
}

describe('rebalancing one model, held against every way in which its accounts can sit', () => {
  test.each(REBALANCE_GOALS)(
    '%s brings down what is over the limit, then reaches the goal, with the fewest moves',
    (goal) => {
      fc.assert(
        fc.property(anyPool(ONE_MODEL), (pool) => {
          const before = pool.proxies.map(({ load }) => load);
          const worth = (loads: readonly number[]) =>
            [overLimit(loads, pool.limit), distance(goal, pool, loads), movesTo(before, loads)] as const;
          const compare = (a: ReturnType<typeof worth>, b: ReturnType<typeof worth>) =>
            a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
          const best = [...allLoads(pool)].map(worth).reduce((a, b) => (compare(b, a) < 0 ? b : a));
          const plan = rebalance(pool, goal);
          expect(worth(loadsAfter(pool, plan))).toEqual(best);
          expect(plan.moves).toHaveLength(best[2]);
        }),
        { numRuns: 2000 },
      );
    },
  );
});

describe('rebalancing several models', () => {
  test.each(REBALANCE_GOALS)('%s breaks no rule and moves each account at most once', (goal) => {
    fc.assert(
      fc.property(anyPool(SEVERAL), (pool) => {
        const plan = rebalance(pool, goal);
        expect(new Set(plan.moves.map(({ accountId }) => accountId)).size).toBe(plan.moves.length);
        const after = loadsAfter(pool, plan);
        const layout = pool.proxies.map(({ id, modelId, load, eligible, coolingUntil }, at) => {
          const came = plan.moves.filter(({ proxyId }) => proxyId === id);
          const models = [...new Set(came.map((move) => move.modelId))];
          expect(models.length).toBeLessThanOrEqual(1);
          if (came.length === 0) return { modelId: 0, added: 0 };
          expect(eligible).toBe(true);
          expect(after[at]).toBeLessThanOrEqual(pool.limit);
          if (load > 0 || (coolingUntil ?? 0) > pool.now) expect(models).toEqual([modelId]);
          return { modelId: models[0] ?? 0, added: came.length };
        });
        expect(makesExitIpConflict(pool, layout)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test('spread leaves no proxy with 2 more than another of its model while one is unused', () => {
    fc.assert(
      fc.property(anyPool({ proxies: 8, accounts: 0, models: 3 }), (pool) => {
        const after = loadsAfter(pool, rebalance(pool, 'spread'));
        const isFree = ({ eligible, coolingUntil }: PoolProxy, at: number) =>
          eligible && after[at] === 0 && (coolingUntil ?? 0) <= pool.now && pool.proxies[at]?.load === 0;
        if (pool.proxies.some(isFree)) expect(Math.max(...after)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });

  test('the order of proxies and accounts does not matter', () => {
    fc.assert(
      fc.property(anyPool(SEVERAL), fc.constantFrom(...REBALANCE_GOALS), (pool, goal) => {
        const reversed = { ...pool, proxies: [...pool.proxies].reverse() };
        expect(planRebalance(reversed, assigned(pool.proxies).reverse(), goal)).toEqual(rebalance(pool, goal));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a rebalance', () => {
  test('takes off a proxy over the limit first, and there the account that came last', () => {
    const pool = poolOf([proxy(1, { load: 2, modelId: 1 }), proxy(2, { load: 3, modelId: 1 }), proxy(3)], 2);
    const { moves, models } = rebalance(pool, 'compact');
    expect(moves.map(({ accountId, fromProxyId, proxyId }) => [accountId, fromProxyId, proxyId])).toEqual([[22, 2, 3]]);
    expect(models).toEqual([{ modelId: 1, moves: 1, proxiesBefore: 2, proxiesAfter: 3, overloaded: 0 }]);
  });

  test('takes as many off a proxy over the limit as others have slots', () => {
    const own = proxy(1, { modelId: 1, coolingUntil: NOW + 1 });
    const { moves, models } = rebalance(poolOf([own, proxy(2, { load: 3, modelId: 1 })], 1), 'spread');
    expect(moves.map(({ accountId, proxyId }) => [accountId, proxyId])).toEqual([[22, 1]]);
    expect(models).toEqual([{ modelId: 1, moves: 1, proxiesBefore: 1, proxiesAfter: 2, overloaded: 1 }]);
    const two = rebalance(poolOf([own, proxy(2, { load: 3, modelId: 1 }), proxy(3)], 1), 'spread').moves;
    expect(two.map(({ accountId, proxyId }) => [accountId, proxyId])).toEqual([
      [21, 1],
      [22, 3],
    ]);
  });

  test('lists moves off overloaded proxies before those of every other model', () => {
    const pool = poolOf(
      [
        proxy(1, { load: 2, modelId: 1 }),
        proxy(2, { load: 3, modelId: 2 }),
        proxy(3),
        proxy(4, { load: 1, modelId: 2, latencyMs: 80 }),
        proxy(5, { latencyMs: 80 }),
      ],
      2,
    );
    const { moves } = rebalance(pool, 'spread');
    expect(moves.map(({ fromProxyId }) => fromProxyId)).toEqual([2, 1]);
  });

  test('says what stays over the limit if there are no free slots', () => {
    const pool = poolOf([proxy(1, { load: 3, modelId: 1 }), proxy(2, { load: 3, modelId: 2 })], 2);
    const { moves, models } = rebalance(pool, 'spread');
    expect(moves).toEqual([]);
    expect(models.map(({ overloaded }) => overloaded)).toEqual([1, 1]);
  });

  test('keeps the model’s fullest proxies when it compacts, and moves onto the best of them', () => {
    const pool = poolOf([
      proxy(1, { load: 1, modelId: 1 }),
      proxy(2, { load: 2, modelId: 1, latencyMs: 90 }),
      proxy(3, { load: 2, modelId: 1, latencyMs: 20 }),
      proxy(4, { load: 1, modelId: 1 }),
    ]);
    const { moves, models } = rebalance(pool, 'compact');
    expect(moves.map(({ fromProxyId, proxyId }) => [fromProxyId, proxyId])).toEqual([
      [1, 3],
      [4, 2],
    ]);
    expect(models).toEqual([{ modelId: 1, moves: 2, proxiesBefore: 4, proxiesAfter: 2, overloaded: 0 }]);
  });

  test('counts an account that leaves a network as gone from it', () => {
    const pool = poolOf([
      proxy(1, { load: 2, modelId: 1, host: '198.51.100.1' }),
      proxy(2, { load: 2, modelId: 1, host: '203.0.113.1' }),
      proxy(3, { load: 1, modelId: 1, host: '198.51.100.2' }),
    ]);
    expect(rebalance(pool, 'compact').moves).toMatchObject([{ fromProxyId: 3, proxyId: 1 }]);
  });

  test('gives the last unused proxy to the model that it evens out most', () => {
    const pool = poolOf([
      proxy(1, { load: 2, modelId: 1 }),
      proxy(2, { load: 3, modelId: 2 }),
      proxy(3, { load: 1, modelId: 2, eligible: false }),
      proxy(4),
    ]);
    expect(rebalance(pool, 'spread').moves).toMatchObject([{ fromProxyId: 2, proxyId: 4 }]);
  });

  test('gives the last unused proxy to a model over the limit, before one that would only be on fewer', () => {
    const failing = [1, 2].map((id) => proxy(id, { load: 1, modelId: 1, eligible: false }));
    const pool = poolOf([...failing, proxy(3, { load: 3, modelId: 2 }), proxy(4)], 2);
    expect(rebalance(pool, 'compact').moves).toMatchObject([{ fromProxyId: 3, proxyId: 4 }]);
  });

  const ways = ({ proxies, limit = 3 }: { proxies: PoolProxy[]; limit?: number }, goal: RebalanceGoal) =>
    rebalance(poolOf(proxies, limit), goal).moves.map(({ fromProxyId, proxyId }) => [fromProxyId, proxyId]);

  test('needs no free proxy if the model has an unused one of its own, whatever its health', () => {
    const own = proxy(1, { modelId: 1, coolingUntil: NOW + 1, health: 'unknown' });
    expect(ways({ proxies: [own, proxy(2, { load: 2, modelId: 1 }), proxy(3)] }, 'spread')).toEqual([[2, 1]]);
  });

  test('gives no unused proxy to a model whose accounts are alone already, if only on a proxy that gets no more', () => {
    const alone = proxy(3, { load: 1, modelId: 1, eligible: false });
    const two = proxy(4, { load: 2, modelId: 2 });
    expect(ways({ proxies: [proxy(1, { latencyMs: 90 }), alone, two] }, 'spread')).toEqual([[4, 1]]);
    expect(ways({ proxies: [proxy(1), proxy(2), alone, two] }, 'spread')).toEqual([[4, 1]]);
  });

  test('compacts onto the best unused proxies, one of each address', () => {
    const over = [proxy(1, { load: 3, modelId: 1 }), proxy(2, { load: 3, modelId: 2 })];
    const there = [3, 4].map((id) => proxy(id, { exitIp: '198.51.100.1', latencyMs: 10 }));
    const others = [proxy(5, { latencyMs: 90 }), proxy(6, { latencyMs: 70 })];
    expect(ways({ proxies: [...over, ...others], limit: 2 }, 'compact')).toEqual([
      [1, 6],
      [2, 5],
    ]);
    expect(ways({ proxies: [...over, ...there, ...others], limit: 2 }, 'compact')).toEqual([
      [1, 3],
      [2, 6],
    ]);
  });
});
