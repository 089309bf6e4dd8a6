import { expect, test } from 'vitest';
import { COUNTED } from '../../../src/domain/page.ts';
import { defineId } from '../../../src/kit/custom-id.ts';
import { pageButtons, pageParams, pageRange } from '../../../src/kit/paging.ts';

const rows = Array.from({ length: 15 }, (_, index) => ({ id: 100 + index }));
const id = defineId('test.page', pageParams);
const page = (before: number, total: number) => ({ queryId: 1, filter: {}, rows, before, total });
const disabled = (before: number, total: number) =>
  pageButtons(id, page(before, total)).map((button) => button.disabled ?? false);

test('a page says where it is in the list, as far as rows are counted', () => {
  expect(pageRange(page(15, 1_204))).toBe('16–30 of 1,204');
  expect(pageRange(page(0, COUNTED))).toBe('1–15 of 10,000');
  expect(pageRange(page(15, COUNTED + 1))).toBe('16–30 of 10,000+');
  expect(pageRange(page(COUNTED + 1, COUNTED + 1))).toBe('10,000+ of 10,000+');
});

test('the buttons end with the list; the end of one that is too long to be counted is not known', () => {
  expect(disabled(0, 40)).toEqual([true, false]);
  expect(disabled(25, 40)).toEqual([false, true]);
  expect(disabled(COUNTED - 10, COUNTED + 1)).toEqual([false, false]);
  expect(disabled(COUNTED + 1, COUNTED + 1)).toEqual([false, false]);
});
