import { expect, test } from 'vitest';
import { count, milliseconds, plural } from '../../../src/domain/counted.ts';
import { sum, sumOf } from '../../../src/domain/sum.ts';

test('numbers have commas between thousands', () => {
  expect([count(0), count(999), count(1234), count(1_234_567), milliseconds(1234)]).toEqual([
    '0',
    '999',
    '1,234',
    '1,234,567',
    '1,234 ms',
  ]);
});

test('one thing is named in the singular, and any other number in the plural', () => {
  expect([0, 1, 2, 1234].map((value) => plural(value, 'account'))).toEqual([
    '0 accounts',
    '1 account',
    '2 accounts',
    '1,234 accounts',
  ]);
  expect([1, 2].map((value) => plural(value, 'proxy', 'proxies'))).toEqual(['1 proxy', '2 proxies']);
});

test('the sum of nothing is 0', () => {
  expect([sum([]), sum([1, 2, 4]), sumOf([], () => 1), sumOf([1, 2], (value) => value * 10)]).toEqual([0, 7, 0, 30]);
});
