import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planBatch } from '../../../../src/domain/plan/batch.ts';
import { planOne } from '../../../../src/domain/plan/one.ts';
import { anyPool, NOW, poolOf, proxy, waiting } from './pools.ts';

const ACCOUNT = { id: 7, modelId: 1 };

test('one account takes an unused proxy, even a worse one, before it shares', () => {
  const pool = poolOf([proxy(1, { load: 1, modelId: 1 }), proxy(2, { health: 'degraded', latencyMs: null })]);
  expect(planOne(pool, ACCOUNT)).toMatchObject({ accountId: 7, modelId: 1, proxyId: 2, reason: { kind: 'unused' } });
});

test('else it shares the least loaded proxy of its model', () => {
  const pool = poolOf([
    proxy(1, { load: 2, modelId: 1 }),
    proxy(2, { load: 1, modelId: 1 }),
    proxy(3, { load: 1, modelId: 2 }),
  ]);
  expect(planOne(pool, ACCOUNT)).toMatchObject({ proxyId: 2, reason: { kind: 'shared', load: 2 } });
});

test('it gets none where all are full, cooling for another model, ineligible, or on another model’s address', () => {
  const pool = poolOf([
    proxy(1, { load: 3, modelId: 1 }),
    proxy(2, { modelId: 2, coolingUntil: NOW + 1 }),
    proxy(3, { eligible: false }),
    proxy(4, { load: 1, modelId: 2, exitIp: '198.51.100.1' }),
    proxy(5, { exitIp: '198.51.100.1' }),
  ]);
  expect(planOne(pool, ACCOUNT)).toBeNull();
});

test('a cool-down that is over, or its own, keeps it from nothing', () => {
  expect(planOne(poolOf([proxy(1, { modelId: 2, coolingUntil: NOW })]), ACCOUNT)?.proxyId).toBe(1);
  expect(planOne(poolOf([proxy(1, { modelId: 1, coolingUntil: NOW + 1 })]), ACCOUNT)?.proxyId).toBe(1);
});

test('between equal proxies the network that carries the model least decides, then the older one, reserved or not', () => {
  const own = proxy(1, { modelId: 1, coolingUntil: NOW + 1 });
  expect(planOne(poolOf([proxy(4), proxy(5)]), ACCOUNT)?.proxyId).toBe(4);
  expect(planOne(poolOf([own, proxy(2)]), ACCOUNT)?.proxyId).toBe(1);
  expect(planOne(poolOf([proxy(2), own]), ACCOUNT)?.proxyId).toBe(1);
  const full = proxy(3, { load: 3, modelId: 1, host: '192.0.1.9' });
  expect(planOne(poolOf([own, proxy(2), full]), ACCOUNT)).toMatchObject({
    proxyId: 2,
    reason: { networkFirst: '192.0.2.0/24' },
  });
  expect(planOne(poolOf([own, full]), ACCOUNT)).toMatchObject({ proxyId: 1, reason: { networkFirst: null } });
});

test('it is always the plan of a batch of one', () => {
  fc.assert(
    fc.property(anyPool({ proxies: 8, accounts: 1, models: 2, addresses: 4 }), (pool) => {
      const batch = planBatch(pool, [{ ...ACCOUNT, waitingSince: NOW }]);
      expect(planOne(pool, ACCOUNT)).toEqual(batch.assignments[0] ?? null);
    }),
    { numRuns: 3000 },
  );
});

test('one after the other, the accounts of one model get what they get as a batch', () => {
  fc.assert(
    fc.property(anyPool({ proxies: 12, accounts: 0, models: 1 }), fc.integer({ min: 1, max: 20 }), (pool, count) => {
      const accounts = waiting(1, count);
      const proxies = pool.proxies.map((row) => ({ ...row }));
      const given: number[] = [];
      for (const account of accounts) {
        const made = planOne({ ...pool, proxies }, account);
        const row = proxies.find(({ id }) => id === made?.proxyId);
        if (!row) break;
        given.push(row.id);
        Object.assign(row, { load: row.load + 1, modelId: 1 });
      }
      const batch = planBatch(pool, accounts).assignments.map(({ proxyId }) => proxyId);
      expect(batch.sort((a, b) => a - b)).toEqual(given.sort((a, b) => a - b));
    }),
    { numRuns: 3000 },
  );
});
