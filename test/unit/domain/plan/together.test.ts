import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Assignment } from '../../../../src/domain/plan/shared/assignment.ts';
import { keepTogether } from '../../../../src/domain/plan/shared/together.ts';

const reason = { kind: 'shared', load: 1, health: 'healthy', latencyMs: null, networkFirst: null } as const;
const made = (slots: readonly (readonly [proxyId: number, modelId: number])[]): Assignment[] =>
  slots.map(([proxyId, modelId], at) => ({ accountId: at + 1, proxyId: proxyId * 2 + modelId, modelId, reason }));
const worlds = fc.record({
  slots: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 1)), { maxLength: 18 }),
  vps: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 18, maxLength: 18 }),
  owners: fc.uniqueArray(fc.tuple(fc.integer({ min: 2, max: 13 }), fc.integer({ min: 1, max: 3 })), {
    selector: ([proxyId]) => proxyId,
  }),
});
const vpsMap = (vps: readonly number[]) => new Map(vps.flatMap((vpsId, at) => (vpsId > 0 ? [[at + 1, vpsId]] : [])));

/** How many proxies are used by more than one VPS. */
function mixed(plan: readonly Assignment[], vpsOf: Map<number, number>, ownerOf: Map<number, number>): number {
  const byProxy = Map.groupBy(plan, ({ proxyId }) => proxyId);
  return [...byProxy].filter(([proxyId, its]) => {
    const there = [ownerOf.get(proxyId), ...its.map(({ accountId }) => vpsOf.get(accountId))];
    return new Set(there.filter((each) => each !== undefined)).size > 1;
  }).length;
}

test('each proxy gets as many accounts of its model as before, and each account one slot', () => {
  fc.assert(
    fc.property(worlds, ({ slots, vps, owners }) => {
      const before = made(slots);
      const after = keepTogether(before, { vpsOf: vpsMap(vps), ownerOf: new Map(owners) });
      const taken = (plan: readonly Assignment[]) => plan.map(({ proxyId, modelId }) => `${proxyId} ${modelId}`).sort();
      expect(taken(after)).toEqual(taken(before));
      expect(after.map(({ accountId, modelId }) => [accountId, modelId])).toEqual(
        before.map(({ accountId, modelId }) => [accountId, modelId]),
      );
    }),
  );
});

test('if the accounts of each VPS fill whole proxies, no proxy is shared', () => {
  const slots = Array.from({ length: 18 }, (_, at) => [(at % 6) + 1, 0] as const);
  const vpsOf = vpsMap(Array.from({ length: 18 }, (_, at) => (at % 3) + 1));
  expect(mixed(made(slots), vpsOf, new Map())).toBe(0);
  const shuffled = vpsMap(Array.from({ length: 18 }, (_, at) => Math.floor(at / 6) + 1));
  expect(mixed(made(slots), shuffled, new Map())).toBeGreaterThan(0);
  expect(mixed(keepTogether(made(slots), { vpsOf: shuffled, ownerOf: new Map() }), shuffled, new Map())).toBe(0);
});

test('a proxy that one VPS uses gets accounts of that VPS', () => {
  const slots = [
    [1, 0],
    [2, 0],
    [3, 0],
  ] as const;
  const vpsOf = vpsMap([1, 2, 3]);
  const ownerOf = new Map([
    [2, 3],
    [4, 1],
    [6, 2],
  ]);
  const plan = keepTogether(made(slots), { vpsOf, ownerOf });
  expect(plan.map(({ proxyId }) => proxyId)).toEqual([4, 6, 2]);
});

test('without any VPS nothing is exchanged', () => {
  const before = made([
    [1, 0],
    [2, 0],
    [1, 0],
  ]);
  expect(keepTogether(before, { vpsOf: new Map(), ownerOf: new Map() })).toEqual(before);
});

/** A plan for accounts 1, 2, … of one model, in the order of their waiting, on these proxies; by account its VPS, 0 for none. */
function together(
  proxies: readonly number[],
  vps: readonly number[],
  owners: readonly (readonly [number, number])[] = [],
) {
  const plan = proxies.map((proxyId, at) => ({ accountId: at + 1, proxyId, modelId: 1, reason }));
  return keepTogether(plan, { vpsOf: vpsMap(vps), ownerOf: new Map(owners) }).map(({ proxyId }) => proxyId);
}

test('the fullest proxies go to one VPS each first, those of the fewest accounts after them', () => {
  expect(together([1, 2, 3, 2, 3, 3], [1, 2, 2, 3, 3, 3])).toEqual([1, 2, 2, 3, 3, 3]);
  expect(together([1, 1, 2, 2, 2], [1, 2, 1, 2, 2])).toEqual([1, 2, 1, 2, 2]);
});

test('a VPS that has more accounts than a proxy takes fills another one', () => {
  expect(together([1, 2, 1, 2, 3], [1, 1, 1, 1, 2])).toEqual([1, 1, 2, 2, 3]);
});

test('what is left goes to the VPS with the most accounts, and accounts without a VPS fill up', () => {
  expect(together([1, 1, 1], [0, 1, 1])).toEqual([1, 1, 1]);
  expect(together([1, 1, 1, 2, 2, 2], [1, 1, 0, 2, 2, 0])).toEqual([1, 1, 1, 2, 2, 2]);
  expect(together([1, 1, 2, 2], [0, 1, 0, 1])).toEqual([2, 1, 2, 1]);
  expect(together([1, 1, 1, 2], [1, 2, 2, 0])).toEqual([2, 1, 1, 1]);
});

test('the proxy of a VPS takes its accounts, and accounts without a VPS before those of another one', () => {
  expect(together([1, 2, 2], [2, 0, 1], [[2, 1]])).toEqual([1, 2, 2]);
  expect(together([1, 1, 2, 2], [2, 2, 0, 1], [[1, 1]])).toEqual([2, 2, 1, 1]);
  expect(together([1, 2], [1, 2], [[1, 2]])).toEqual([2, 1]);
  expect(together([1, 2], [1, 2], [[1, 9]])).toEqual([2, 1]);
});

test('the accounts that have waited longest have the first of their slots', () => {
  expect(together([3, 4, 3, 4], [1, 1, 1, 1])).toEqual([3, 3, 4, 4]);
});

test('each account keeps the reason of its slot', () => {
  const plan = [1, 2].map((proxyId, at) => ({
    accountId: at + 1,
    proxyId,
    modelId: 1,
    reason: { ...reason, load: proxyId },
  }));
  const after = keepTogether(plan, { vpsOf: new Map([[1, 5]]), ownerOf: new Map([[2, 5]]) });
  expect(after.map(({ accountId, proxyId, reason: { load } }) => [accountId, proxyId, load])).toEqual([
    [1, 2, 2],
    [2, 1, 1],
  ]);
});

/** The number of proxies that several VPS use, with slots of one model on proxies of these sizes; proxy 2 may belong to VPS 9. */
function mixedOn(sizes: readonly number[], vps: readonly number[], ownerOf = new Map<number, number>()): number {
  const slots = sizes.flatMap((size, at) => Array.from({ length: size }, () => [at + 1, 0] as const));
  const vpsOf = vpsMap(vps);
  return mixed(keepTogether(made(slots), { vpsOf, ownerOf }), vpsOf, ownerOf);
}

test('whole proxies go to one VPS each, the fullest first', () => {
  expect(mixedOn([1, 2], [1, 1, 2])).toBe(0);
  expect(mixedOn([2, 1], [1, 1, 2])).toBe(0);
});

test('a proxy of a VPS that has no account in the plan gets those without a VPS first', () => {
  const ownerOf = new Map([[2, 9]]);
  expect(mixedOn([1, 1], [1, 0], ownerOf)).toBe(0);
  expect(mixedOn([1, 2], [1, 0, 0], ownerOf)).toBe(0);
});

test('what is left is shared by as few VPS as possible: the one with the most accounts comes first', () => {
  expect(mixedOn([3, 3], [1, 2, 2, 3, 3, 0])).toBe(1);
});
