import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipv4Number } from '../../../../../src/domain/plan/shared/network.ts';
import { RowHeap } from '../../../../../src/domain/plan/shared/row-heap.ts';
import { roughTimes, sortedIndexes } from '../../../../../src/domain/plan/shared/sorted-indexes.ts';

test('an IPv4 address is one number, and no two addresses have the same', () => {
  expect(['0.0.0.0', '0.0.0.1', '10.0.1.0', '127.255.255.255', '255.255.255.255'].map(ipv4Number)).toEqual([
    0,
    1,
    10 * 2 ** 24 + 256,
    2 ** 31 - 1,
    -1,
  ]);
  const octets = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255)));
  const roundTrip = fc.property(octets, (parts) => {
    const number = ipv4Number(parts.join('.')) ?? Number.NaN;
    expect([24, 16, 8, 0].map((bits) => (number >>> bits) & 255)).toEqual(parts);
  });
  fc.assert(roundTrip);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.',
  '.1.2.3',
  '1..2.3',
  '1.2.3.256',
  '1.2.3.1000',
  '010.0.0.1',
  '1.2.3.00',
  '1.2.3.4 ',
  '1.2.3.a',
  '1.2.3./',
  '1.2.3.:',
  '2001:db8::1',
])('%j is not one', (text) => {
  expect(ipv4Number(text)).toBeUndefined();
});

test('indexes are sorted by their numbers, and equal ones as the comparison says', () => {
  const items = fc.array(fc.record({ key: fc.nat(5), tie: fc.nat(5) }), { maxLength: 40 });
  const isSorted = fc.property(items, (list) => {
    const compare = (a: number, b: number) =>
      (list[a]?.key ?? 0) - (list[b]?.key ?? 0) || (list[a]?.tie ?? 0) - (list[b]?.tie ?? 0) || a - b;
    const order = sortedIndexes(
      Float64Array.from(list, ({ key }) => key),
      compare,
    );
    expect([...order]).toEqual([...list.keys()].sort(compare));
  });
  fc.assert(isSorted);
});

test('the comparison is only asked whether neighbours are in order, until two are not', () => {
  const compared = (keys: number[], ties: number[]) => {
    const pairs: string[] = [];
    const order = sortedIndexes(Float64Array.from(keys), (a, b) => {
      pairs.push(`${a}${b}`);
      return (ties[a] ?? Number.NaN) - (ties[b] ?? Number.NaN);
    });
    return [[...order].join(''), ...pairs.slice(0, 3)];
  };
  expect(compared([3, 1, 2, 0], [9, 4, 4, 0])).toEqual(['3120', '31', '12', '20']);
  expect(compared([0, 0, 1], [2, 1, 3])).toEqual(['102', '01', expect.any(String), expect.any(String)]);
  expect(compared([7], [0])).toEqual(['0']);
  expect(compared([], [])).toEqual(['']);
});

test('keys of times are exact if they fit, and otherwise use as many bits as there are', () => {
  const keys = (...since: number[]) => [...roughTimes(Float64Array.from(since))];
  expect(keys(1_700_000_005_000, 1_700_000_000_000, 1_700_000_000_001)).toEqual([5000, 0, 1]);
  expect([keys(7), keys()]).toEqual([[0], []]);
  const times = Array.from({ length: 40 }, (_, at) => 4e15 + at * 1e14);
  const rough = keys(...times);
  expect(rough).toEqual(rough.toSorted((a, b) => a - b));
  expect(new Set(rough).size).toBe(40);
  expect(rough.every(Number.isSafeInteger)).toBe(true);
  expect(Math.log2((rough[39] ?? 0) * 40)).toBeCloseTo(51, 5);
});

test('a heap gives its items by their first number, then by the second', () => {
  const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(1000)), { maxLength: 30 });
  const isOrdered = fc.property(pairs, (all) => {
    const heap = new RowHeap<[number, number]>();
    for (const pair of all) heap.push(...pair, pair);
    const sorted = all.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(heap.peek()).toEqual(sorted[0]);
    expect(heap.isBelow(2, 500)).toBe(sorted.some(([first, second]) => first < 2 || (first === 2 && second < 500)));
    const [, ...others] = sorted;
    if (sorted.length > 0) heap.replace(5, 0, [5, 0]);
    const expected = sorted.length > 0 ? [...others, [5, 0]] : [];
    expect(Array.from({ length: all.length }, () => heap.pop())).toEqual(expected);
    expect([heap.pop(), heap.popAny(), heap.peek()]).toEqual([undefined, undefined, undefined]);
    expect(heap.isBelow(9, 0)).toBe(false);
  });
  fc.assert(isOrdered);
});

test('a heap keeps its order, whatever was taken before', () => {
  const heap = new RowHeap<number>();
  const rest: number[] = [];
  const push = (number: number) =>
    heap.push(Math.floor(number / 10), number % 10, rest[rest.push(number) - 1] as number);
  const isInOrder = () => expect(heap.peek()).toBe(rest.sort((a, b) => a - b)[0]);
  // Numbers in an order that is always the same, and in which each comes once.
  const mixed = (round: number) => Array.from({ length: 97 }, (_, at) => ((at * 31 + round * 7) % 97) * 3 + round);
  for (const round of [0, 1, 2]) {
    for (const number of mixed(round)) {
      push(number);
      isInOrder();
      if (number % 5 > 1) continue;
      expect(heap.pop()).toBe(rest.shift());
      isInOrder();
      const last = number % 5 === 0 ? heap.popAny() : undefined;
      if (last !== undefined) rest.splice(rest.indexOf(last), 1);
      if (rest.length === 0) continue;
      rest[0] = 1000 + number;
      heap.replace(100 + Math.floor(number / 10), number % 10, 1000 + number);
      isInOrder();
    }
  }
  expect([...rest, undefined].map(() => heap.pop())).toEqual([...rest.sort((a, b) => a - b), undefined]);
});
