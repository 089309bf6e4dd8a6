import { expect, test } from 'vitest';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';
import { API_KINDS, MAX_LIST_BYTES, MAX_LIST_MS, MAX_LISTED } from '../../../../src/domain/sources/listed.ts';
import {
  AUTOMATIC,
  changedOf,
  isSuspicious,
  NO_SYNC_COUNTS,
  readEvery,
  readSourceName,
  sourceKey,
  totalOf,
  writeEvery,
} from '../../../../src/domain/sources/source.ts';

test.each([
  ['1h', 1],
  [' 6H ', 6],
  ['36 h', 36],
  ['168h', 168],
  ['1d', 24],
  ['7D', 168],
])('the time between syncs %j is %i hours', (written, hours) => {
  expect(readEvery(written)).toBe(hours);
});

test.each(['0h', '169h', '8d', '6', 'h', '6m', 'x6h', '6hx', '1000h', '1.5d', ''])(
  '%j is refused as a time between syncs',
  (written) => {
    expect(readEvery(written)).toEqual(new Refusal('The time between syncs must be from 1h to 7d, such as 6h or 2d.'));
  },
);

test('a time between syncs is written so that it is read the same', () => {
  expect([6, 24, 36, 168].map(writeEvery)).toEqual(['6h', '1d', '36h', '7d']);
});

test('a list is doubtful if more than ten proxies and more than a fifth of them are missing', () => {
  expect([isSuspicious(11, 54), isSuspicious(11, 55), isSuspicious(10, 10), isSuspicious(11, 11)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test('each mode applies more than the one before, and none applies what is missing', () => {
  expect(AUTOMATIC.ask).toEqual([]);
  expect(AUTOMATIC.additions.every((each) => AUTOMATIC.auto.includes(each))).toBe(true);
  expect(AUTOMATIC.auto.filter((each) => !AUTOMATIC.additions.includes(each))).toEqual(['replaced', 'returned']);
  expect(Object.keys(NO_SYNC_COUNTS)).toEqual([...AUTOMATIC.auto]);
});

test('a button applies all classes, and new proxies change none of the pool', () => {
  const counts = { new: 1, adopted: 2, changed: 4, replaced: 8, renewed: 16, returned: 32 };
  expect([totalOf(counts), changedOf(counts), totalOf(NO_SYNC_COUNTS)]).toEqual([63, 62, 0]);
});

test('a name has a letter or a digit, and nothing that would end it in a search', () => {
  expect(readSourceName(' Webshare  EU-1 ')).toBe('Webshare EU-1');
  expect([readSourceName('7'), readSourceName('ж')]).toEqual(['7', 'ж']);
  for (const name of ['', '---', ' '])
    expect(readSourceName(name)).toEqual(new Refusal('The name must contain a letter or a digit.'));
  for (const name of ['a"b', 'a,b', '(a', 'a)']) {
    expect(readSourceName(name)).toEqual(new Refusal('The name must not contain quotes, commas or parentheses.'));
  }
  expect(readSourceName('x'.repeat(41))).toEqual(new Refusal('The name must be at most 40 characters long.'));
  expect(sourceKey('Web Share')).toBe('web share');
  expect(sourceKey('WEB share')).toBe('web share');
});

test('every kind but the address of a list is the API of a provider', () => {
  expect(API_KINDS).toEqual(['webshare', 'proxy-seller', 'px6', 'proxy-cheap', 'iproyal']);
});

test('a sync is bounded: 200,000 proxies, 100 MiB and five minutes', () => {
  expect([MAX_LISTED, MAX_LIST_BYTES, MAX_LIST_MS]).toEqual([200_000, 104_857_600, 300_000]);
});
