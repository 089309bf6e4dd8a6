import { expect, test } from 'vitest';
import { accountsOf, type CountedPool, modelFigures, poolStats, unusedProxies } from '../../../src/domain/stats.ts';

const use = (modelId: number | null, load: number, proxies: number, over = {}) => ({
  modelId,
  load,
  proxies,
  open: 0,
  freeSlots: 0,
  free: 0,
  ...over,
});
const health = (provider: string | null, state: 'healthy' | 'failing', proxies: number, over = {}) => ({
  provider,
  health: state,
  proxies,
  failing: 0,
  expiring: 0,
  ...over,
});

const POOL: CountedPool = {
  accounts: [
    { id: 1, name: 'Amber', waiting: 4, held: 1 },
    { id: 2, name: 'Bella', waiting: 0, held: 2 },
  ],
  uses: [
    use(1, 3, 2),
    use(1, 1, 1, { freeSlots: 2, open: 1 }),
    use(2, 0, 1, { freeSlots: 3, open: 1, free: 1 }),
    use(2, 2, 4, { freeSlots: 4, open: 4 }),
    use(null, 0, 5, { freeSlots: 12, open: 4, free: 5 }),
  ],
  healths: [
    health('acme', 'healthy', 3, { expiring: 2 }),
    health('bolt', 'healthy', 7),
    health('acme', 'failing', 2, { failing: 2, expiring: 1 }),
    health(null, 'failing', 1, { failing: 1 }),
  ],
};
const asked = { model: null, limit: 3, days: 7, checks: [] };

test('each model has its accounts, its proxies by load, its free slots and the proxies that it lacks', () => {
  const [bella, amber] = modelFigures(POOL, 3);
  expect(bella).toEqual({
    id: 2,
    name: 'Bella',
    waiting: 0,
    held: 2,
    assigned: 8,
    loads: [1, 0, 4, 0],
    freeSlots: 7,
    missing: 0,
  });
  expect(amber).toEqual({
    id: 1,
    name: 'Amber',
    waiting: 4,
    held: 1,
    assigned: 7,
    loads: [0, 1, 0, 2],
    freeSlots: 2,
    missing: 2,
  });
  expect(amber && accountsOf(amber)).toBe(12);
});

test('a model without proxies is one with none', () => {
  const accounts = [{ id: 3, name: 'Cora', waiting: 7, held: 1 }];
  expect(modelFigures({ ...POOL, accounts }, 3)).toEqual([
    { id: 3, name: 'Cora', waiting: 7, held: 1, assigned: 0, loads: [0, 0, 0, 0], freeSlots: 0, missing: 3 },
  ]);
});

test('models with as many proxies are in the order of their accounts', () => {
  const even = { ...POOL, uses: [use(1, 1, 2), use(2, 2, 2)] };
  expect(modelFigures(even, 3).map(({ name }) => name)).toEqual(['Bella', 'Amber']);
});

test('the pool is the sum of its models and of the proxies that any model can use', () => {
  const stats = poolStats(POOL, asked);
  expect(stats).toMatchObject({
    ...asked,
    accounts: { assigned: 15, waiting: 4, held: 3 },
    loads: [6, 1, 4, 2],
    unused: 4,
    freeSlots: 21,
    missing: 2,
    lists: { failing: 3, expiring: 3, free: 6 },
  });
  expect(stats.models).toEqual(modelFigures(POOL, 3));
  expect(unusedProxies(POOL.uses)).toBe(4);
});

test('the statistics of a model have the loads and the free proxies of its own', () => {
  const { loads, lists, unused } = poolStats(POOL, { ...asked, model: { id: 2, name: 'Bella' } });
  expect([loads, lists.free, unused]).toEqual([[1, 0, 4, 0], 1, 4]);
});

test('providers are in the order of their proxies, with each health', () => {
  expect(poolStats(POOL, asked).providers).toEqual([
    { provider: 'bolt', health: { unknown: 0, healthy: 7, degraded: 0, failing: 0 } },
    { provider: 'acme', health: { unknown: 0, healthy: 3, degraded: 0, failing: 2 } },
    { provider: null, health: { unknown: 0, healthy: 0, degraded: 0, failing: 1 } },
  ]);
});
