import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Carried } from '../../../../../src/domain/plan/shared/carried.ts';
import { plannedProxyMaker } from '../../../../../src/domain/plan/shared/planned-proxy.ts';
import {
  type Claimant,
  compareClaimants,
  compareWorth,
  isNothing,
  levelsOf,
  worthOf,
} from '../../../../../src/domain/plan/unused/claimant.ts';
import { proxy } from '../pools.ts';

const claimant = (over: Partial<Claimant>): Claimant => ({
  modelId: 1,
  demand: 0,
  queue: { ids: [], since: [] },
  shared: [],
  unused: [],
  levels: [],
  carried: new Carried(),
  ...over,
});
const queue = (since: number, id = 1) => ({ ids: [id], since: [since] });

test('levels count the proxies that can take another account at each load', () => {
  const make = plannedProxyMaker();
  expect(
    levelsOf(
      [0, 0, 1, 2, 3].map((load, at) => make(proxy(at + 1, { load }))),
      3,
    ),
  ).toEqual([2, 3, 4]);
});

test('the worth of more proxies is that of placing one account after the other on the least loaded proxy', () => {
  const loads = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 5 });
  fc.assert(
    fc.property(loads, fc.nat(12), fc.nat(3), (before, demand, extra) => {
      const make = plannedProxyMaker();
      const levels = levelsOf(
        before.map((load, at) => make(proxy(at + 1, { load }))),
        3,
      );
      const now = [...before, ...Array.from({ length: extra }, () => 0)];
      const worth = { placed: 0, opened: 0, squares: 0 };
      for (; worth.placed < demand; worth.placed += 1) {
        const least = Math.min(...now);
        if (least >= 3) break;
        if (least === 0) worth.opened += 1;
        worth.squares += (least + 1) ** 2 - least ** 2;
        now[now.indexOf(least)] = least + 1;
      }
      expect(worthOf(claimant({ demand, levels }), extra)).toEqual(worth);
    }),
  );
});

test('more placed is better, then more in use, then more even', () => {
  const worth = (placed: number, opened: number, squares: number) => ({ placed, opened, squares });
  const inOrder = [worth(2, 0, 9), worth(1, 2, 9), worth(1, 1, 1), worth(1, 1, 3)];
  expect([inOrder[2], inOrder[0], inOrder[3], inOrder[1]].sort((a, b) => (a && b ? compareWorth(a, b) : 0))).toEqual(
    inOrder,
  );
  expect([worth(0, 0, 0), worth(1, 0, 0), worth(0, 1, 0), worth(0, 0, 1)].map(isNothing)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('the claimant whose first account has waited longest comes first, then the older account, then the older model', () => {
  const inOrder = [
    claimant({ modelId: 9, queue: queue(1, 5) }),
    claimant({ modelId: 8, queue: queue(2, 3) }),
    claimant({ modelId: 7, queue: queue(2, 4) }),
    claimant({ modelId: 2 }),
    claimant({ modelId: 3 }),
  ];
  expect([...inOrder].reverse().sort(compareClaimants)).toEqual(inOrder);
});
