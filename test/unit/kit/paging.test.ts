import { expect, test } from 'vitest';
import { COUNTED, pageOf } from '../../../src/domain/page.ts';
import { defineId } from '../../../src/kit/custom-id.ts';
import { pageButtons, pageLine, pageNumber, pageParams, pageRange } from '../../../src/kit/paging.ts';

const rows = Array.from({ length: 15 }, (_, index) => ({ id: 100 + index }));
const id = defineId('test.page', pageParams);
const page = (before: number, total: number, isLast = total <= COUNTED && before + rows.length >= total) => ({
  queryId: 1,
  filter: {},
  rows,
  before,
  total,
  size: 15,
  isLast,
});
const disabled = (...position: Parameters<typeof page>) =>
  pageButtons(id, page(...position)).map((button) => button.disabled ?? false);

test('a page says where it is in the list, as far as rows are counted', () => {
  expect(pageRange(page(15, 1_204))).toBe('16–30 of 1,204');
  expect(pageRange(page(0, COUNTED))).toBe('1–15 of 10,000');
  expect(pageRange(page(15, COUNTED + 1))).toBe('16–30 of 10,000+');
  expect(pageRange(page(COUNTED + 1, COUNTED + 1))).toBe('10,000+ of 10,000+');
});

test('a page has a number, which claims no more than was counted', () => {
  expect(pageNumber(page(0, 15))).toBeUndefined();
  expect(pageNumber(page(15, 5_001))).toBe('Page 2 of 334');
  expect(pageNumber(page(4_995, 5_001))).toBe('Page 334 of 334');
  expect(pageNumber(page(15, COUNTED + 1))).toBe('Page 2 of 667+');
  expect(pageNumber(page(COUNTED + 1, COUNTED + 1))).toBe('Page 667+');
  expect(pageNumber(page(COUNTED + 1, COUNTED + 1, true))).toBe('Last page');
  expect(pageLine(page(15, 5_001), ['provider acme'], 'all')).toBe('-# Page 2 of 334 · provider acme');
  expect(pageLine(page(0, 15), [], 'all')).toBe('-# all');
});

test('a page that rows have been added to or removed from the front of has the number of the nearest one', () => {
  expect(pageNumber(page(1, 40))).toBe('Page 2 of 3');
  expect(pageNumber(page(16, 60))).toBe('Page 2 of 4');
  expect(pageNumber(page(28, 60))).toBe('Page 3 of 4');
  expect(pageNumber(page(3, 18))).toBe('Page 2 of 2');
});

test('the buttons end with the list, and a list of one page has none', () => {
  expect(pageButtons(id, page(0, 15))).toEqual([]);
  expect(pageButtons(id, page(15, 40)).map(({ label }) => label)).toEqual(['«', 'Previous', 'Next', '»']);
  expect(disabled(0, 40)).toEqual([true, true, false, false]);
  expect(disabled(25, 40)).toEqual([false, false, true, true]);
  expect(disabled(COUNTED + 1, COUNTED + 1)).toEqual([false, false, false, false]);
  expect(disabled(COUNTED + 1, COUNTED + 1, true)).toEqual([false, false, true, true]);
});

test('rows in memory have the same pages', () => {
  const all = Array.from({ length: 40 }, (_, index) => ({ id: index + 1 }));
  const ids = (side: Parameters<typeof pageOf>[1]['from']) => {
    const { rows: found, before, isLast } = pageOf(all, { size: 15, from: side });
    return [found[0]?.id, found.at(-1)?.id, before, isLast];
  };
  expect(ids(undefined)).toEqual([1, 15, 0, false]);
  expect(ids({ side: 'after', id: 15 })).toEqual([16, 30, 15, false]);
  expect(ids({ side: 'before', id: 31 })).toEqual([16, 30, 15, false]);
  expect(ids({ side: 'before', id: 5 })).toEqual([1, 15, 0, false]);
  expect(ids({ side: 'last', id: 0 })).toEqual([31, 40, 30, true]);
  expect(ids({ side: 'group', id: 20 })).toEqual([20, 34, 19, false]);
});
