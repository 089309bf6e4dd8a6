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

test('the larger one is kept, whatever the names are', () => {
  const flows = { toProxies: [flow('a', 'p', 1), flow('b', 'p', 2)], toModels: [] };
  expect(largestFlows(flows, 1).toProxies).toEqual([flow('b', 'p', 2), flow(null, 'p', 1)]);
});

test.each([
  ['a', 'b'],
  ['b', 'a'],
])('of equal ones the first by name is kept, in whatever order they come: %s, %s', (first, second) => {
  const equal = { toProxies: [flow(first, 'p', 1), flow(second, 'p', 1)], toModels: [] };
  expect(largestFlows(equal, 1).toProxies.map(({ from }) => from)).toContain('a');
});

test.each([
  [null, 'A'],
  ['A', null],
])('what has no name comes before what has one: %j, %j', (first, second) => {
  const equal = { toProxies: [flow(first, 'p', 1), flow(second, 'p', 1)], toModels: [] };
  expect(largestFlows(equal, 1)).toMatchObject({ toProxies: [flow(null, 'p', 2)], others: { vps: 1 } });
});

test('many small flows of one make it larger than one with a single large flow', () => {
  const flows = [flow('b', 'p', 3), flow('a', 'p', 2), flow('a', 'q', 2)];
  expect(largestFlows({ toProxies: flows, toModels: [] }, 1).toProxies).toEqual([
    flow(null, 'p', 3),
    flow('a', 'p', 2),
    flow('a', null, 2),
  ]);
});
