import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnyNumber, readRowNumber } from '../../../src/domain/input/row-number.ts';
import {
  cleanName,
  cleanUsername,
  environmentKey,
  mixesScripts,
  nameKey,
  providerKey,
  usernameKey,
  vpsKey,
} from '../../../src/domain/names.ts';
import { plain } from '../../../src/kit/text.ts';

const NAMES = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replace(/\p{Cc}/gu, ''));
const KEYS = { usernameKey, vpsKey, providerKey, nameKey };

test('a stored name is in one form, and is shown as it is stored', () => {
  fc.assert(
    fc.property(NAMES, (written) => {
      const name = cleanName(written);
      expect(cleanName(name)).toBe(name);
      expect(plain(name)).toBe(name.toWellFormed());
      expect(cleanUsername(cleanUsername(written))).toBe(cleanUsername(written));
    }),
  );
});

test.each(Object.entries(KEYS))('%s is the same for a name, its stored form and the key itself', (_name, keyOf) => {
  fc.assert(
    fc.property(NAMES, (written) => {
      expect(keyOf(cleanName(written))).toBe(keyOf(written));
      expect(keyOf(keyOf(written))).toBe(keyOf(written));
    }),
  );
});

test.each([
  ['ann', '@ann', 'ANN', ' ann ', 'an\u200bn', '\u202eann', 'ａｎｎ', '＠Ann', 'a\u00adnn', 'ann\u{e0061}'],
  ['josé', 'jose\u0301', 'JOSÉ'],
])('usernames that look like %s are one', (...spellings) => {
  expect(new Set(spellings.map(usernameKey)).size).toBe(1);
});

test('VPS and providers that look the same are one, in Cyrillic and Greek letters too', () => {
  const spellings = ['ace-1', 'ACE-1', 'асе-1', 'αce-1', 'ａｃｅ-1', 'ace\u200d-1', 'ace\u{fe0f}-1', ' ace-1\u00a0'];
  expect(new Set(spellings.map(vpsKey)).size).toBe(1);
  expect(new Set(spellings.map(providerKey)).size).toBe(1);
  expect(new Set(['web 1', 'web  1', 'web\u30001'].map(vpsKey)).size).toBe(1);
  expect(new Set(['web-1', 'web-2', 'вена', '東京', '東'].map(vpsKey)).size).toBe(5);
});

test('letters of scripts that are mistaken for one another are not mixed', () => {
  expect(['pаypal', 'αce', 'Нova'].every(mixesScripts)).toBe(true);
  expect(['web-1', 'вена-1', 'αθήνα', 'web 東京', 'веб', 'ｗｅｂ', ''].some(mixesScripts)).toBe(false);
});

test.each([
  ['  web   1\t', 'web 1'],
  ['web\u0085\u28001\u3000x', 'web 1 x'],
  ['we\u200bb\u{e0061}\ufe0f', 'web'],
  ['jose\u0301', 'jos\u00e9'],
  [`x${'\u0325'.repeat(4)}`, `x${'\u0325'.repeat(4)}`],
  [`x${'\u0325'.repeat(9)}y${'\u0325'.repeat(5)}`, `x${'\u0325'.repeat(4)}y${'\u0325'.repeat(4)}`],
  ['Web', 'Web'],
  ['', ''],
  ['\u3164 a \u3164', 'a'],
])('the name %j is stored as %j', (written, name) => {
  expect(cleanName(written)).toBe(name);
});

test('a username is stored without each @ and blank before it, and with those inside it', () => {
  expect(['@ann', ' ＠ @ann', '@@ann', 'a@b', '@', 'Ann B'].map(cleanUsername)).toEqual([
    'ann',
    'ann',
    'ann',
    'a@b',
    '',
    'Ann B',
  ]);
});

test('a key has small letters of one width, no control characters, and one form of sigma', () => {
  expect(['ANN', 'ＡＮＮ 7', 'a\u0001nn', 'ΣΟΦΟΣ', 'σοφοσ', '@Ann'].map(usernameKey)).toEqual([
    'ann',
    'ann 7',
    'ann',
    'σοφοσ',
    'σοφοσ',
    'ann',
  ]);
  expect([environmentKey(null), environmentKey(' Test\u00a01'), environmentKey('вена')]).toEqual([
    '',
    'test 1',
    'вена',
  ]);
  expect([nameKey('Amber Two  B'), nameKey('вена 1')]).toEqual(['ambertwob', 'вена1']);
});

test.each([
  ['Cyrillic', 'авекмнорстухіјѕһԁԛԝ', 'abekmhopctyxijshdqw'],
  ['Greek', 'αβεζικμνορτυχ', 'abezikmvoptyx'],
])('in a key of what looks the same, letters of %s are Latin ones', (_script, letters, latin) => {
  expect([vpsKey(letters), vpsKey(letters.toUpperCase()), providerKey(letters)]).toEqual([latin, latin, latin]);
});

test('each pair of scripts that are mistaken for one another is found', () => {
  const letters = ['a', 'в', 'α', 'ա', 'Ꭰ', 'ⲁ', 'ꓐ'];
  for (const [at, one] of letters.entries()) {
    expect([one, mixesScripts(one)]).toEqual([one, false]);
    for (const other of letters.slice(at + 1))
      expect([one, other, mixesScripts(`${one}1${other}`)]).toEqual([one, other, true]);
  }
  expect(mixesScripts('ａв')).toBe(true);
});

test('the number of a row is exact', () => {
  expect(['8', '#8', '2147483647'].map(readAnyNumber)).toEqual([8, 8, 2_147_483_647]);
  for (const text of ['08', '#08', '+8', '8.0', '0x8', '1e3', ' 8', '0', '-1', '2147483648', '99999999999', '８', '']) {
    expect([text, readRowNumber(text), readAnyNumber(text)]).toEqual([text, undefined, undefined]);
  }
});
