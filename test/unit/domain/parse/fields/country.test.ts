import { expect, test } from 'vitest';
import {
  mayBeginCountry,
  readCountry,
  readCountryCode,
  readCountryCodeAt,
} from '../../../../../src/domain/parse/fields/country.ts';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const PAIRS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
const CODES = PAIRS.filter((pair) => readCountryCode(pair) === pair);

test('the codes are the 249 of ISO 3166-1, EU and XK, and UK is another one for GB', () => {
  expect(CODES).toHaveLength(251);
  expect(PAIRS.filter((pair) => readCountryCode(pair) !== null && !CODES.includes(pair))).toEqual(['UK']);
  expect(readCountryCode('UK')).toBe('GB');
  expect(['de', 'DEU', '', 'D', 'ZZ'].map(readCountryCode)).toEqual([null, null, null, null, null]);
});

test('each code but EU has one of three letters, which is read in any case', () => {
  const alpha3 = PAIRS.flatMap((pair) => LETTERS.map((third) => pair + third)).filter((text) => readCountry(text));
  const named = new Map(alpha3.map((text) => [text, readCountry(text)]));
  // UAE is a name in use, and Intl has no other of three letters.
  named.delete('UAE');
  expect(named.size).toBe(250);
  expect(CODES.filter((code) => ![...named.values()].includes(code))).toEqual(['EU']);
  for (const [text, code] of [
    ['GER', null],
    ['CHE', 'CH'],
    ['AND', 'AD'],
    ['ZWE', 'ZW'],
    ['XKX', 'XK'],
    ['aus', 'AU'],
  ] as const)
    expect(readCountry(text)).toBe(code);
});

test.each(CODES)('%s is found by the English name that people know it by', (code) => {
  const name = new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? code;
  expect([name, name.toLowerCase(), ` ${name.toUpperCase()} `].map(readCountry)).toEqual([code, code, code]);
  expect(
    mayBeginCountry(
      name
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[^a-z]/g, '')
        .slice(0, 3),
    ),
  ).toBe(true);
});

test.each([
  ['United States of America', 'US'],
  ['Great Britain', 'GB'],
  ['England', 'GB'],
  ['Holland', 'NL'],
  ['Czech Republic', 'CZ'],
  ['Turkey', 'TR'],
  ['Russian Federation', 'RU'],
  ['Korea', 'KR'],
  ['Republic of Korea', 'KR'],
  ['Macedonia', 'MK'],
  ['Burma', 'MM'],
  ['UAE', 'AE'],
  ['US', 'US'],
  ['Hong Kong', 'HK'],
  ['Trinidad & Tobago', 'TT'],
  ['Trinidad and Tobago', 'TT'],
])('%s is %s', (name, code) => {
  expect(readCountry(name)).toBe(code);
});

test('no country begins with these letters', () => {
  expect(['xyz', 'qqq', 'ge', ''].map(mayBeginCountry)).toEqual([false, false, false, false]);
});

test('a code inside a text is read like one alone, twice over', () => {
  for (const text of [...PAIRS, 'de', 'D', '', 'A[', '[A', '@A', 'A@', 'Ä1', 'Z{', ' A', 'A ']) {
    for (let time = 0; time < 2; time++) {
      expect([text, readCountryCodeAt(`x${text}y`, 1)]).toEqual([text, readCountryCode(`${text}y`.slice(0, 2))]);
    }
  }
  expect(readCountryCodeAt('xAAy', 2)).toBeNull();
});

test('no other characters are taken for a code that was read before', () => {
  // Counted by letters, each of them has the place of the code beside it.
  for (const [code, other] of [
    ['AX', 'B>'],
    ['BA', 'A['],
    ['DE', 'C^'],
    ['DE', 'E*'],
  ] as const)
    expect([code, other].map((text) => readCountryCodeAt(text, 0))).toEqual([code, null]);
});
