import { expect, test } from 'vitest';
import { pageOf, startOfLast } from '../../../src/domain/page.ts';

const seven = [11, 12, 13, 14, 15, 16, 17].map((id) => ({ id }));
const page = (from?: Parameters<typeof pageOf>[1]['from'], rows = seven) => {
  const found = pageOf(rows, { size: 3, from });
  return [found.rows.map(({ id }) => id), found.before, found.isLast] as const;
};

test('a list begins with its first page, and ends with the rows that its full pages leave', () => {
  expect(page()).toEqual([[11, 12, 13], 0, false]);
  expect(page({ side: 'first', id: 0 })).toEqual([[11, 12, 13], 0, false]);
  expect(page({ side: 'first', id: 17 })).toEqual([[11, 12, 13], 0, false]);
  expect(page({ side: 'last', id: 0 })).toEqual([[17], 6, true]);
  expect(page({ side: 'last', id: 0 }, seven.slice(1))).toEqual([[15, 16, 17], 3, true]);
  expect(pageOf(seven, { size: 3 }).total).toBe(7);
});

test('a page begins after a row, ends before it, or begins with the row of a group', () => {
  expect(page({ side: 'after', id: 11 })).toEqual([[12, 13, 14], 1, false]);
  expect(page({ side: 'after', id: 13 })).toEqual([[14, 15, 16], 3, false]);
  expect(page({ side: 'after', id: 14 })).toEqual([[15, 16, 17], 4, true]);
  expect(page({ side: 'before', id: 15 })).toEqual([[12, 13, 14], 1, false]);
  expect(page({ side: 'group', id: 14 })).toEqual([[14, 15, 16], 3, false]);
});

test('a row that is gone, and a page before the first one, lead to the first page', () => {
  for (const side of ['after', 'before', 'group'] as const)
    expect(page({ side, id: 99 })).toEqual([[11, 12, 13], 0, false]);
  expect(page({ side: 'before', id: 12 })).toEqual([[11, 12, 13], 0, false]);
  expect(page(undefined, [])).toEqual([[], 0, true]);
});

test('the last page of an empty list is its first', () => {
  expect([startOfLast(0, 3), startOfLast(3, 3), startOfLast(4, 3)]).toEqual([0, 0, 3]);
});
