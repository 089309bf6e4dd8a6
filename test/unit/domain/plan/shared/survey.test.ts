import { expect, test } from 'vitest';
import { type Survey, surveyPool } from '../../../../../src/domain/plan/shared/survey.ts';
import { compareBlocks } from '../../../../../src/domain/plan/unused/allot-blocks.ts';
import { NOW, poolOf, proxy } from '../pools.ts';

const ADDRESS = '198.51.100.1';
const ids = (list: readonly { proxy: { id: number } }[] = []) => list.map(({ proxy: { id } }) => id);
/** The proxies that each of the models 1 and 2 may use alone, those that any may use, and the addresses that only one of them can get. */
const seen = (proxies: Parameters<typeof poolOf>[0], models = [1, 2]) => {
  const { models: found, free, blocks }: Survey = surveyPool(poolOf(proxies), models);
  return {
    unused: models.map((id) => ids(found.get(id)?.unused)),
    free: ids(free),
    blocks: blocks.map((block) => [ids(block.free), [...block.cooling].map(([id, list]) => [id, ids(list)])]),
  };
};
const NONE = { unused: [[], []], free: [], blocks: [] };

test('full proxies count for the networks of their models, with as many accounts as allowed', () => {
  const full = [
    { id: 8, modelId: 1, address: '192.0.2.9' },
    { id: 9, modelId: 7, address: '192.0.2.10' },
  ];
  const { models } = surveyPool({ ...poolOf([proxy(1, { load: 1, modelId: 1, host: '192.0.2.1' })]), full }, [1, 2]);
  expect([1, 2].map((id) => models.get(id)?.carried.on('192.0.2.0/24'))).toEqual([4, 0]);
});

test('models come in the order of their numbers, with the proxies that carry them, eligible or not', () => {
  const { models } = surveyPool(
    poolOf([
      proxy(1, { load: 1, modelId: 2 }),
      proxy(2, { load: 1, modelId: 2, eligible: false }),
      proxy(3, { load: 1, modelId: 9 }),
    ]),
    [2, 1],
  );
  expect([...models].map(([id, { held }]) => [id, ids(held)])).toEqual([
    [1, []],
    [2, [1, 2]],
  ]);
});

test('an unused proxy without a known address, or alone on its own, is free for any model', () => {
  expect(seen([proxy(3, { exitIp: ADDRESS }), proxy(1), proxy(2)])).toEqual({ ...NONE, free: [3, 1, 2] });
});

test('an address is a number or any other text, and each is an address of its own', () => {
  const addresses = ['198.51.100.1', '198.51.100.2', '2001:db8::1', '2001:db8::2'];
  const used = addresses.map((exitIp, at) => proxy(at + 1, { exitIp, load: 1, modelId: (at % 2) + 1 }));
  const unused = addresses.map((exitIp, at) => proxy(at + 5, { exitIp }));
  expect(seen([...used, ...unused])).toEqual({
    ...NONE,
    unused: [
      [5, 7],
      [6, 8],
    ],
  });
});

test('a proxy in cooldown is for its model, if that is planned for', () => {
  const cooling = (id: number, modelId: number, over = {}) => proxy(id, { modelId, coolingUntil: NOW + 1, ...over });
  expect(seen([cooling(1, 1), cooling(2, 9), cooling(3, 2, { exitIp: ADDRESS })])).toEqual({
    ...NONE,
    unused: [[1], [3]],
  });
});

test('an address that a model uses is for that model only, also if it uses it on an ineligible proxy', () => {
  const used = proxy(1, { load: 1, modelId: 1, exitIp: ADDRESS, eligible: false });
  expect(seen([used, proxy(2, { exitIp: ADDRESS })])).toEqual({ ...NONE, unused: [[2], []] });
  const cooling = (modelId: number) => proxy(2, { exitIp: ADDRESS, modelId, coolingUntil: NOW + 1 });
  expect(seen([used, cooling(1)])).toEqual({ ...NONE, unused: [[2], []] });
  expect(seen([used, cooling(2)])).toEqual(NONE);
  expect(seen([proxy(1, { load: 1, modelId: 9, exitIp: ADDRESS }), proxy(2, { exitIp: ADDRESS })])).toEqual(NONE);
});

test('an address that several models use is for none, in whatever order they come', () => {
  const on = (id: number, modelId: number) => proxy(id, { load: 1, modelId, exitIp: ADDRESS });
  expect(seen([on(1, 1), on(2, 2), proxy(3, { exitIp: ADDRESS })])).toEqual(NONE);
  expect(seen([proxy(3, { exitIp: ADDRESS }), on(1, 1), on(2, 2), on(4, 1)])).toEqual(NONE);
  expect(seen([on(1, 1), on(4, 1), proxy(3, { exitIp: ADDRESS })])).toEqual({ ...NONE, unused: [[3], []] });
});

test('several unused proxies on one address are a block, unless only one model is planned for', () => {
  const two = [proxy(1, { exitIp: ADDRESS }), proxy(2, { exitIp: ADDRESS })];
  expect(seen(two)).toEqual({ ...NONE, blocks: [[[1, 2], []]] });
  expect(seen(two.toReversed())).toEqual({ ...NONE, blocks: [[[1, 2], []]] });
  expect(seen(two, [1])).toEqual({ unused: [[]], free: [1, 2], blocks: [] });
  const cooling = proxy(3, { exitIp: ADDRESS, modelId: 2, coolingUntil: NOW + 1 });
  expect(seen([...two, cooling])).toEqual({ ...NONE, blocks: [[[1, 2], [[2, [3]]]]] });
});

test('an address on which only one model can want a proxy makes no block', () => {
  const cooling = (id: number, modelId: number) => proxy(id, { exitIp: ADDRESS, modelId, coolingUntil: NOW + 1 });
  expect(seen([cooling(1, 1), cooling(2, 1)])).toEqual({ ...NONE, unused: [[1, 2], []] });
  expect(seen([cooling(1, 1), cooling(2, 2)])).toEqual({
    ...NONE,
    blocks: [
      [
        [],
        [
          [1, [1]],
          [2, [2]],
        ],
      ],
    ],
  });
});

test('ineligible proxies without accounts, and rotating ones, use no address', () => {
  const two = [proxy(1, { exitIp: ADDRESS, eligible: false }), proxy(2, { exitIp: ADDRESS })];
  expect(seen(two)).toEqual({ ...NONE, free: [2] });
  expect(
    seen([proxy(1, { exitIp: ADDRESS, rotating: true, load: 1, modelId: 1 }), proxy(2, { exitIp: ADDRESS })]),
  ).toEqual({
    ...NONE,
    free: [2],
  });
});

test('larger blocks come first, and of equal ones the one with the better proxy, free or in cooldown', () => {
  const address = (last: number) => `198.51.100.${last}`;
  const pair = (first: number, over = {}) => [0, 1].map((at) => proxy(first + at, { exitIp: address(first), ...over }));
  const cooling = [5, 6].map((id) => proxy(id, { exitIp: address(5), modelId: id - 4, coolingUntil: NOW + 1 }));
  const later = [7, 8].map((id) =>
    proxy(id, { exitIp: address(7), modelId: id - 6, coolingUntil: NOW + 1, latencyMs: 90 }),
  );
  const { blocks } = surveyPool(
    poolOf([
      ...later,
      ...cooling,
      ...pair(1, { latencyMs: 90 }),
      ...pair(3),
      ...pair(10),
      proxy(12, { exitIp: address(10) }),
    ]),
    [1, 2],
  );
  const first = (block: (typeof blocks)[number]) => ids([...block.free, ...[...block.cooling.values()].flat()])[0];
  expect(blocks.toSorted(compareBlocks).map(first)).toEqual([10, 3, 1, 5, 7]);
});
