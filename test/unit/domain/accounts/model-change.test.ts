import { expect, test } from 'vitest';
import { assignmentsOf, planModelChanges } from '../../../../src/domain/accounts/model-change.ts';
import type { BatchPlan } from '../../../../src/domain/plan/batch.ts';
import { NOW, poolOf, proxy, waiting } from '../plan/pools.ts';

const places = ({ assignments }: BatchPlan) => assignments.map(({ accountId, proxyId }) => [accountId, proxyId]);
const leaves = (proxyId: number, startsCooldown = true) => ({ proxyId, startsCooldown });

test('an account leaves its proxy, which stays reserved for its former model, and gets another one', () => {
  const pool = poolOf([proxy(1, { load: 1, modelId: 1 }), proxy(2)]);
  const change = { id: 10, modelId: 2, waitingSince: 0, leaves: leaves(1) };
  expect(places(planModelChanges(pool, [], [change], 7))).toEqual([[10, 2]]);
  const alone = planModelChanges(poolOf([proxy(1, { load: 1, modelId: 1 })]), waiting(1, 1), [change], 7);
  expect(places(alone)).toEqual([[100, 1]]);
  expect(alone.waiting).toEqual([10]);
});

test.each([
  ['was never handed out', leaves(1, false), 7],
  ['has no cooldown', leaves(1), 0],
])('a proxy that %s is free for the new model at once', (_, left, days) => {
  const pool = poolOf([proxy(1, { load: 1, modelId: 1 })]);
  expect(places(planModelChanges(pool, [], [{ id: 10, modelId: 2, waitingSince: 0, leaves: left }], days))).toEqual([
    [10, 1],
  ]);
});

test('one account that used the proxy suffices for a cooldown', () => {
  const pool = poolOf([proxy(1, { load: 2, modelId: 1 })]);
  const changes = [leaves(1, false), leaves(1)].map((left, at) => ({
    id: 10 + at,
    modelId: 2,
    waitingSince: 0,
    leaves: left,
  }));
  expect(planModelChanges(pool, [], changes, 1).assignments).toEqual([]);
});

test('an account may get a proxy that is reserved for its new model', () => {
  const cooling = proxy(2, { modelId: 2, coolingUntil: NOW + 1 });
  const change = { id: 10, modelId: 2, waitingSince: 0, leaves: leaves(1) };
  const pool = poolOf([proxy(1, { load: 1, modelId: 1 }), cooling]);
  expect(places(planModelChanges(pool, [], [change], 1))).toEqual([[10, 2]]);
});

test('a proxy that keeps other accounts keeps their model', () => {
  const pool = poolOf([proxy(1, { load: 2, modelId: 1 })]);
  const plan = planModelChanges(
    pool,
    waiting(1, 3),
    [{ id: 10, modelId: 2, waitingSince: 0, leaves: leaves(1, false) }],
    7,
  );
  expect(places(plan)).toEqual([
    [100, 1],
    [101, 1],
  ]);
  expect(plan.waiting).toEqual([102, 10]);
});

test('who leaves a proxy waits from now on, who waited already keeps his place, and none is planned twice', () => {
  const slot = poolOf([proxy(1)], 1);
  const early = { id: 10, modelId: 2, waitingSince: NOW - 5000, leaves: null };
  expect(places(planModelChanges(slot, waiting(1, 1), [early], 7))).toEqual([[10, 1]]);
  const pool = poolOf([proxy(1), proxy(2, { load: 1, modelId: 1, eligible: false })], 1);
  const leaver = { ...early, leaves: leaves(2) };
  expect(places(planModelChanges(pool, waiting(1, 1), [leaver], 7))).toEqual([[100, 1]]);
  const itself = { id: 100, modelId: 2, waitingSince: NOW, leaves: null };
  const plan = planModelChanges(poolOf([proxy(1), proxy(2)]), waiting(1, 1), [itself], 7);
  expect(plan.assignments.map(({ accountId, modelId }) => [accountId, modelId])).toEqual([[100, 2]]);
});

test('the assignments of some accounts are found by account', () => {
  const plan = planModelChanges(poolOf([proxy(1)]), waiting(1, 3), [], 7);
  const found = assignmentsOf(plan, new Set([101, 102, 999]));
  expect([...found].map(([id, { accountId, proxyId }]) => [id, accountId, proxyId])).toEqual([
    [101, 101, 1],
    [102, 102, 1],
  ]);
});
