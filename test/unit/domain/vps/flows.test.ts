import { expect, test } from 'vitest';
import { largestFlows } from '../../../../src/domain/vps/largest-flows.ts';

const flow = (from: string | null, to: string | null, accounts: number) => ({ from, to, accounts });

test('the largest of each column are named, and the others are one flow', () => {
  const found = largestFlows(
    {
      toProxies: [flow('a', 'p', 2), flow('b', 'p', 3), flow('c', 'q', 1), flow('c', 'r', 1), flow('a', 'q', 4)],
      toModels: [flow('p', 'Amber', 5), flow('q', 'Bella', 5), flow('r', 'Cora', 1), flow('q', 'Cora', 1)],
    },
    2,
  );
  expect(found.toProxies).toEqual([
    flow('a', 'q', 4),
    flow('b', 'p', 3),
    flow('a', 'p', 2),
    flow(null, 'q', 1),
    flow(null, null, 1),
  ]);
  expect(found.toModels).toEqual([
    flow('p', 'Amber', 5),
    flow('q', 'Bella', 5),
    flow(null, null, 1),
    flow('q', null, 1),
  ]);
  expect(found.others).toEqual({ vps: 1, proxies: 1, models: 1 });
});

test('flows between the same two are one, and of equal ones the name decides', () => {
  const equal = {
    toProxies: [flow('b', 'p', 1), flow('a', 'p', 1), flow('b', 'p', 1), flow('a', 'p', 1)],
    toModels: [],
  };
  expect(largestFlows(equal, 1)).toEqual({
    toProxies: [flow(null, 'p', 2), flow('a', 'p', 2)],
    toModels: [],
    others: { vps: 1, proxies: 0, models: 0 },
  });
  expect(largestFlows(equal, 5).others).toEqual({ vps: 0, proxies: 0, models: 0 });
});
