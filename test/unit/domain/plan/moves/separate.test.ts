import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ManagedAccount, planSeparation } from '../../../../../src/domain/plan/moves/separate.ts';
import { anyPool, assigned, NOW, poolOf, proxy } from '../pools.ts';

/** The accounts that sit on proxies, dealt to VPS in turn. */
function managed(proxies: Parameters<typeof assigned>[0], vpsIds: readonly (number | null)[]): ManagedAccount[] {
  return assigned(proxies).map((account, at) => ({ ...account, vpsId: vpsIds[at % vpsIds.length] ?? null }));
}

function standingOf(accounts: readonly ManagedAccount[]): Map<number, Set<number>> {
  const standing = new Map<number, Set<number>>();
  for (const { proxyId, vpsId } of accounts) {
    if (vpsId !== null) standing.set(proxyId, (standing.get(proxyId) ?? new Set()).add(vpsId));
  }
  return standing;
}

const sharedOf = (accounts: readonly ManagedAccount[]) => {
  const standing = standingOf(accounts);
  return accounts.filter(({ proxyId }) => (standing.get(proxyId)?.size ?? 0) > 1);
};

test('the VPS with the most accounts stays, and the others move to unused proxies', () => {
  const proxies = [
    proxy(1, { load: 3, modelId: 1 }),
    proxy(2, { load: 1, modelId: 1 }),
    proxy(3, { load: 1, modelId: 1 }),
    proxy(4),
  ];
  const accounts = managed(proxies, [7, 8, 7, 9, 8]);
  const moves = (standing = standingOf(accounts)) =>
    planSeparation(poolOf(proxies), sharedOf(accounts), standing).moves.map((move) => [
      move.accountId,
      move.modelId,
      move.proxyId,
    ]);
  expect(moves()).toEqual([[11, 1, 4]]);
  expect(moves(standingOf(accounts).set(4, new Set([9])))).toEqual([[11, 1, 3]]);
});

test('where one of two finds no place, the other one leaves', () => {
  const proxies = [proxy(1, { load: 2, modelId: 5 }), proxy(2, { load: 1, modelId: 5 })];
  const accounts = managed(proxies, [7, 8, 7]);
  const plan = planSeparation(poolOf(proxies), sharedOf(accounts), standingOf(accounts));
  expect(plan.moves.map((move) => [move.accountId, move.proxyId])).toEqual([[10, 2]]);
  expect(plan.stranded).toEqual([]);
  expect(plan.models).toEqual([{ modelId: 5, placed: 1, waiting: 0, missingProxies: 0 }]);
});

test('who finds no proxy of his own VPS stays, and is counted for his model', () => {
  const proxies = [proxy(1, { load: 2, modelId: 5 }), proxy(2, { load: 1, modelId: 5 })];
  const accounts = managed(proxies, [7, 8, 9]);
  const plan = planSeparation(poolOf(proxies), sharedOf(accounts), standingOf(accounts));
  expect(plan.moves).toEqual([]);
  expect(plan.stranded.map(({ id, modelId }) => [id, modelId])).toEqual([[11, 5]]);
  expect(plan.models).toEqual([{ modelId: 5, placed: 0, waiting: 1, missingProxies: 1 }]);
});

test('a proxy in cooldown takes no account', () => {
  const proxies = [proxy(1, { load: 2, modelId: 5 }), proxy(2, { modelId: 6, coolingUntil: NOW + 1 })];
  const accounts = managed(proxies, [7, 8]);
  expect(planSeparation(poolOf(proxies), sharedOf(accounts), standingOf(accounts)).moves).toEqual([]);
});

test('for any pool: no account gets a proxy of another VPS or model, and no rule is broken', () => {
  const vpsIds = fc.array(fc.constantFrom(null, 1, 2, 3), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(anyPool({ proxies: 8, accounts: 0, models: 2, addresses: 5 }), vpsIds, (pool, owners) => {
      const accounts = managed(pool.proxies, owners);
      const { moves, stranded } = planSeparation(pool, sharedOf(accounts), standingOf(accounts));
      const to = new Map(moves.map((move) => [move.accountId, move.proxyId]));
      const after = accounts.map((account) => ({ ...account, proxyId: to.get(account.id) ?? account.proxyId }));
      const taken = new Set(to.values());
      for (const id of taken) {
        const there = after.filter(({ proxyId }) => proxyId === id);
        expect(there.length).toBeLessThanOrEqual(pool.limit);
        expect(new Set(there.map(({ modelId }) => modelId)).size).toBe(1);
        expect(new Set(there.flatMap(({ vpsId }) => vpsId ?? [])).size).toBe(1);
        expect(pool.proxies.find((each) => each.id === id)?.eligible).toBe(true);
      }
      const [before, now] = [sharedOf(accounts), sharedOf(after)].map((each) => new Set(each.map((a) => a.proxyId)));
      expect([...(now ?? [])].filter((id) => !before?.has(id))).toEqual([]);
      expect(moves.length + stranded.length === 0).toBe(before?.size === 0);
    }),
    { numRuns: 2000 },
  );
});

const since = (accounts: readonly ManagedAccount[], times: readonly number[]) =>
  accounts.map((account, at) => ({ ...account, since: times[at] ?? 0 }));
const moved = (pool: Parameters<typeof planSeparation>[0], accounts: readonly ManagedAccount[]) =>
  planSeparation(pool, sharedOf(accounts), standingOf(accounts)).moves.map(({ accountId, proxyId }) => [
    accountId,
    proxyId,
  ]);

test('of two VPS with as many accounts the one that came first stays, and of those the one with the lower number', () => {
  const pool = poolOf([proxy(1, { load: 2, modelId: 5 }), proxy(2)]);
  const accounts = managed(pool.proxies, [8, 7]);
  expect(moved(pool, since(accounts, [2, 1]))).toEqual([[10, 2]]);
  expect(moved(pool, since(accounts, [1, 2]))).toEqual([[11, 2]]);
  expect(moved(pool, since(accounts, [1, 1]))).toEqual([[10, 2]]);
});

test('the VPS with more accounts stays although another one came first', () => {
  const pool = poolOf([proxy(1, { load: 3, modelId: 5 }), proxy(2)]);
  expect(moved(pool, since(managed(pool.proxies, [7, 8, 8]), [1, 2, 3]))).toEqual([[10, 2]]);
});

test('the first account of a VPS decides when it came', () => {
  const pool = poolOf([proxy(1, { load: 4, modelId: 5 }), proxy(2)], 4);
  expect(moved(pool, since(managed(pool.proxies, [7, 8, 8, 7]), [9, 5, 4, 3]))).toEqual([
    [12, 2],
    [11, 2],
  ]);
});

test('accounts without a VPS stay, and hinder no other', () => {
  const pool = poolOf([proxy(1, { load: 3, modelId: 5 }), proxy(2)]);
  const accounts = managed(pool.proxies, [null, 7, 8]);
  expect(moved(pool, accounts)).toEqual([[12, 2]]);
});

test('a proxy that several VPS use takes no account of any of them', () => {
  const pool = poolOf([proxy(1, { load: 2, modelId: 5 }), proxy(2, { load: 2, modelId: 5 })]);
  expect(moved(pool, managed(pool.proxies, [7, 8]))).toEqual([]);
});

test('a cooldown that is over reserves nothing, and one that goes on reserves its proxy', () => {
  const shared = proxy(1, { load: 2, modelId: 5 });
  const over = poolOf([shared, proxy(2, { modelId: 6, coolingUntil: NOW })]);
  const accounts = managed([shared], [7, 8]);
  expect(moved(over, accounts)).toEqual([[11, 2]]);
  const own = poolOf([shared, proxy(2, { modelId: 5, coolingUntil: NOW + 1 })]);
  expect(moved(own, accounts)).toEqual([]);
});

test('a move to an unused proxy names no first account of a network', () => {
  const pool = poolOf([proxy(1, { load: 2, modelId: 5 }), proxy(2)]);
  const accounts = managed(pool.proxies, [7, 8]);
  const [move] = planSeparation(pool, sharedOf(accounts), standingOf(accounts)).moves;
  expect(move?.reason).toEqual({ kind: 'unused', load: 1, health: 'healthy', latencyMs: 50, networkFirst: null });
});

test('of three on a proxy, of which one cannot move, none leaves instead', () => {
  const pool = poolOf([proxy(1, { load: 3, modelId: 5 }), proxy(2, { load: 1, modelId: 5 })]);
  const plan = planSeparation(
    pool,
    sharedOf(managed(pool.proxies, [7, 8, 9, 7])),
    standingOf(managed(pool.proxies, [7, 8, 9, 7])),
  );
  expect(plan.moves).toEqual([]);
  expect(plan.stranded.map(({ id }) => id)).toEqual([11, 12]);
  expect(plan.models).toEqual([{ modelId: 5, placed: 0, waiting: 2, missingProxies: 2 }]);
  expect(plan.consolidations).toEqual([]);
});

test('accounts of one VPS that cannot move need a proxy together, by the limit', () => {
  const pool = poolOf([proxy(1, { load: 3, modelId: 5 })], 2);
  const accounts = managed(pool.proxies, [7, 7, 8]);
  const many = managed(poolOf([proxy(1, { load: 3, modelId: 5 })]).proxies, [7, 8, 8]);
  expect(planSeparation(pool, sharedOf(accounts), standingOf(accounts)).models).toEqual([
    { modelId: 5, placed: 0, waiting: 1, missingProxies: 1 },
  ]);
  expect(planSeparation(pool, sharedOf(many), standingOf(many)).models).toMatchObject([
    { waiting: 1, missingProxies: 1 },
  ]);
});

test('what the first moves have taken is taken: two partners do not meet on one proxy', () => {
  const pool = poolOf([
    proxy(1, { load: 2, modelId: 5 }),
    proxy(2, { load: 2, modelId: 5 }),
    proxy(3, { load: 2, modelId: 5 }),
  ]);
  const accounts: ManagedAccount[] = since(managed(pool.proxies, [7, 8, 7, 9, 7, 7]), [1, 2, 3, 4, 5, 6]);
  const plan = planSeparation(pool, sharedOf(accounts), standingOf(accounts));
  expect(plan.moves.map(({ accountId, proxyId }) => [accountId, proxyId])).toEqual([[10, 3]]);
  expect(plan.stranded.map(({ id }) => id)).toEqual([21]);
});

test('the one who leaves instead may follow his VPS to a proxy that the first moves have opened', () => {
  const pool = poolOf([proxy(1, { load: 2, modelId: 5 }), proxy(2, { load: 2, modelId: 5 }), proxy(3)], 2);
  const accounts = since(managed(pool.proxies, [7, 8, 8, 9]), [1, 2, 3, 4]);
  expect(moved(pool, accounts)).toEqual([
    [11, 3],
    [20, 3],
  ]);
});

test('or to one on which they have left a slot', () => {
  const pool = poolOf([...[1, 2, 3].map((id) => proxy(id, { load: 2, modelId: 5 })), proxy(4)]);
  const accounts = since(managed(pool.proxies, [7, 8, 7, 8, 8, 9]), [1, 2, 3, 4, 5, 6]);
  expect(moved(pool, accounts)).toEqual([
    [11, 4],
    [21, 4],
    [30, 4],
  ]);
});

test('but not to one that they have filled', () => {
  const pool = poolOf([proxy(1, { load: 2, modelId: 5 }), proxy(2, { load: 2, modelId: 5 }), proxy(3)], 1);
  const accounts = since(managed(pool.proxies, [7, 8, 8, 9]), [1, 2, 3, 4]);
  expect(moved(pool, accounts)).toEqual([[11, 3]]);
});

test('an account without a VPS does not count among two partners', () => {
  const pool = poolOf([proxy(1, { load: 3, modelId: 5 }), proxy(2, { load: 1, modelId: 5 })]);
  const accounts = managed(pool.proxies, [7, 8, null, 7]);
  expect(moved(pool, accounts)).toEqual([[10, 2]]);
});

test('each proxy has a VPS of its own that stays', () => {
  const pool = poolOf([proxy(1, { load: 3, modelId: 5 }), proxy(2, { load: 3, modelId: 5 }), proxy(3), proxy(4)]);
  expect(moved(pool, managed(pool.proxies, [7, 7, 8, 8, 8, 7]))).toEqual([
    [22, 4],
    [12, 3],
  ]);
});

test('no account moves to a proxy in cooldown, one that may get none, or one that another VPS uses too', () => {
  const shared = proxy(1, { load: 2, modelId: 5 });
  const accounts = managed([shared], [7, 8]);
  const targets = (target: Parameters<typeof proxy>[1], ...users: number[]) => {
    const standing = standingOf(accounts).set(2, new Set(users));
    return planSeparation(poolOf([shared, proxy(2, target)]), accounts, standing).moves.map(({ proxyId }) => proxyId);
  };
  const own = { load: 1, modelId: 5 };
  expect(targets(own, 8)).toEqual([2]);
  expect(targets(own, 8, 9)).toEqual([]);
  expect(targets({ ...own, eligible: false }, 8)).toEqual([]);
  expect(targets({ modelId: 5, coolingUntil: NOW + 1 }, 8)).toEqual([]);
});
