import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failoverBudget, withinPace } from '../../../../src/domain/incidents/incident-failover.ts';
import type { Move } from '../../../../src/domain/plan/moves/moves.ts';

const move = (accountId: number, fromProxyId: number): Move => ({
  accountId,
  fromProxyId,
  modelId: 1,
  proxyId: 100,
  reason: { kind: 'unused', load: 1, health: 'healthy', latencyMs: null, networkFirst: null },
});

test('a tenth of what the provider carried at the beginning of the hour is moved, not a tenth of what is left', () => {
  expect(failoverBudget({ assigned: 200, movedLately: 0 })).toBe(20);
  expect(failoverBudget({ assigned: 185, movedLately: 15 })).toBe(5);
  expect(failoverBudget({ assigned: 180, movedLately: 20 })).toBe(0);
});

test('a small provider is helped by one account an hour', () => {
  expect(failoverBudget({ assigned: 3, movedLately: 0 })).toBe(1);
  expect(failoverBudget({ assigned: 2, movedLately: 1 })).toBe(0);
});

test('however the accounts stand, no more than a tenth and at least one is moved in an hour', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(500), (assigned, movedLately) => {
      const all = movedLately + failoverBudget({ assigned, movedLately });
      expect(all).toBeLessThanOrEqual(Math.max(1, movedLately, (assigned + movedLately) / 10));
    }),
  );
});

test('each provider has a pace of its own, and one that is not known gets nothing', () => {
  const moves = [move(1, 10), move(2, 10), move(3, 20), move(4, 30)];
  const providers = [
    { provider: 'acme', assigned: 10, movedLately: 0 },
    { provider: null, assigned: 40, movedLately: 0 },
  ];
  const providerOf = new Map([
    [10, 'acme'],
    [30, 'bolt'],
  ]);
  const allowed = withinPace(moves, providers, (id) => providerOf.get(id) ?? null);
  expect(allowed.map((each) => each.accountId)).toEqual([1, 3]);
});
