import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planBatch } from '../../../../src/domain/plan/batch.ts';
import { isPlanOfWhole } from '../../../../src/domain/plan/part.ts';
import { rankOf } from '../../../../src/domain/plan/shared/planned-proxy.ts';
import { addressOf, type Pool, type PoolProxy } from '../../../../src/domain/plan/shared/pool.ts';
import { anyAccounts, anyPool, NOW, poolOf, proxy, waiting } from './pools.ts';

const isUnclaimed = ({ load, modelId, coolingUntil }: PoolProxy) =>
  load === 0 && (modelId === null || coolingUntil === null || coolingUntil <= NOW);

/** The part of the pool that is read for these models: their proxies, the best unclaimed ones, and all on an address with them. */
function partOf({ proxies, limit, now }: Pool, models: ReadonlySet<number>, look: number) {
  const unclaimed = proxies
    .filter((proxy) => isUnclaimed(proxy) && proxy.eligible)
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.id - b.id)
    .slice(0, look);
  const own = proxies.filter((proxy) => !isUnclaimed(proxy) && models.has(proxy.modelId ?? 0));
  const addresses = new Set(
    [...own, ...unclaimed].flatMap((proxy) => (proxy.load === 0 ? (addressOf(proxy) ?? []) : [])),
  );
  const around = proxies.filter((proxy) => addresses.has(addressOf(proxy) ?? ''));
  const part = [...new Set([...own, ...unclaimed, ...around])];
  return { pool: { proxies: part, limit, now }, last: unclaimed.at(-1), isAll: unclaimed.length < look };
}

test.each([
  { proxies: 14, accounts: 5, models: 3 },
  { proxies: 14, accounts: 5, models: 3, addresses: 6 },
  { proxies: 30, accounts: 3, models: 2, addresses: 20 },
])('a plan over a part of the pool that is taken for the plan over the whole is that: %o', (shape) => {
  let [tried, taken] = [0, 0];
  const cases = fc.property(
    anyPool(shape),
    anyAccounts(shape),
    fc.integer({ min: 1, max: 10 }),
    (pool, accounts, look) => {
      tried++;
      const { pool: part, last, isAll } = partOf(pool, new Set(accounts.map(({ modelId }) => modelId)), look);
      if (isAll || !last) return;
      const { assignments, models } = planBatch(part, accounts);
      if (!isPlanOfWhole(assignments, { pool: part, count: accounts.length, last })) return;
      taken++;
      const whole = planBatch(pool, accounts);
      expect({ assignments, models }).toEqual({ assignments: whole.assignments, models: whole.models });
    },
  );
  fc.assert(cases, { numRuns: 5_000 });
  expect(taken / tried).toBeGreaterThan(0.02);
});

/** Whether a plan over this part of a pool is taken for the plan over all of it, if reading ended at the proxy with that number. */
function isTaken(part: readonly PoolProxy[], lastId: number, count = 1): boolean {
  const pool = poolOf(part);
  const last = part.find(({ id }) => id === lastId);
  if (!last) throw new Error(`there is no proxy ${lastId}`);
  return isPlanOfWhole(planBatch(pool, waiting(1, count)).assignments, { pool, count, last });
}

describe('a plan for one account over a part of the pool is taken for the plan over the whole', () => {
  const slow = { latencyMs: 90 };
  const named = { host: 'gate.example' };
  const carrying = (id: number, load: number, over: Partial<PoolProxy> = {}) =>
    proxy(id, { load, modelId: 1, ...over });

  test('if its proxy is better than the last one that was read, wherever its network carries the model', () => {
    expect(isTaken([proxy(3), proxy(2, slow)], 2)).toBe(true);
    expect(isTaken([carrying(1, 3, { host: '192.0.2.1' }), proxy(3, { host: '192.0.2.9' }), proxy(2, slow)], 2)).toBe(
      true,
    );
  });

  test('if its proxy equals the last one and is not newer, and no other network could be better for it', () => {
    expect(isTaken([proxy(3)], 3)).toBe(true);
    expect(isTaken([proxy(2), proxy(3)], 3)).toBe(true);
    expect(isTaken([proxy(3, named)], 3)).toBe(true);
  });

  test('not if an equal proxy in another network could be better', () => {
    const own = carrying(1, 3, { host: '192.0.2.1' });
    expect(isTaken([own, proxy(2, { host: '192.0.2.9' })], 2)).toBe(false);
    expect(isTaken([own, proxy(2, { host: '192.0.3.9' })], 2)).toBe(true);
  });

  test('not if its proxy is newer than the last one, or worse', () => {
    const cooling = { modelId: 1, coolingUntil: NOW + 1 };
    const reserved = { modelId: 2, coolingUntil: NOW + 1 };
    expect(isTaken([proxy(2, reserved), proxy(3, cooling)], 2)).toBe(false);
    expect(isTaken([proxy(3, reserved), proxy(2, { ...cooling, ...slow })], 3)).toBe(false);
    expect(isTaken([proxy(2, { ...reserved, ...named }), proxy(3, { ...cooling, ...named })], 2)).toBe(false);
  });

  test('not if it shares a proxy, or waits', () => {
    expect(isTaken([carrying(1, 1), proxy(2, { eligible: false })], 2)).toBe(false);
    expect(isTaken([carrying(1, 1), proxy(2, { eligible: false, ...slow })], 2)).toBe(false);
    expect(isTaken([proxy(2, { eligible: false })], 2)).toBe(false);
  });

  test('whatever the addresses: nothing competes with it', () => {
    const exitIp = '198.51.100.1';
    expect(isTaken([proxy(2, { modelId: 1, coolingUntil: NOW + 1 }), proxy(3, { ...slow, eligible: false })], 3)).toBe(
      true,
    );
    expect(isTaken([carrying(1, 3, { exitIp }), proxy(2, { exitIp }), proxy(3, slow)], 3)).toBe(true);
  });
});

describe('a plan for several accounts is taken for the plan over the whole only if each has a free address', () => {
  const on = (last: number, over: Partial<PoolProxy> = {}) => ({ exitIp: `198.51.100.${last}`, ...over });
  const last = proxy(9, { ...on(9), latencyMs: 90, eligible: false });
  const first = proxy(1, on(1));

  test.each<[string, PoolProxy[], boolean]>([
    ['two proxies on two addresses', [proxy(2, on(2))], true],
    ['two proxies on one address', [proxy(2, on(1))], false],
    ['two proxies on one address, one of them rotating', [proxy(2, on(1, { rotating: true }))], true],
    ['a proxy of unknown address', [proxy(2)], true],
    [
      'a proxy of unknown address, beside one that carries accounts',
      [proxy(2), proxy(3, { load: 3, modelId: 1 })],
      true,
    ],
    [
      'a proxy on an address that carries the same model',
      [proxy(2, on(2)), proxy(3, { ...on(2), load: 3, modelId: 1 })],
      false,
    ],
    ['a proxy in cooldown for the model', [proxy(2, { ...on(2), modelId: 1, coolingUntil: NOW + 1 })], false],
    ['a proxy whose cooldown is over', [proxy(2, { ...on(2), modelId: 2, coolingUntil: NOW })], true],
    [
      'a proxy that may not get accounts, beside one in cooldown',
      [proxy(2, { ...on(2), eligible: false }), proxy(3, { ...on(3), modelId: 1, coolingUntil: NOW + 1 })],
      false,
    ],
    [
      'a proxy of unknown address that carries accounts, beside one in cooldown',
      [proxy(2, { ...on(2), modelId: 1, coolingUntil: NOW + 1 }), proxy(3, { load: 3, modelId: 1 })],
      false,
    ],
  ])('%s: %j', (_, others, expected) => {
    expect(isTaken([first, ...others, last], 9, 2)).toBe(expected);
  });

  test('not if one of them has no proxy', () => {
    expect(isTaken([first, proxy(2, { ...on(2), latencyMs: 90 })], 2, 7)).toBe(false);
  });

  test('not if one of them shares a proxy with another', () => {
    expect(
      isTaken(
        [proxy(1, { ...on(1), load: 1, modelId: 1 }), proxy(2, { ...on(2), latencyMs: 90 }), proxy(3, on(3))],
        2,
        3,
      ),
    ).toBe(false);
  });
});
