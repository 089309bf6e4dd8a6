import { describe, expect, test } from 'vitest';
import { mayBeginCountry } from '../../../../../src/domain/parse/fields/country.ts';
import { hasControl, isPrintableAscii } from '../../../../../src/domain/parse/fields/text.ts';
import { mayBegin } from '../../../../../src/domain/parse/forms/columns.ts';
import { isAssigned, mayBeOther } from '../../../../../src/domain/parse/forms/login/login-text.ts';
import { Tokens } from '../../../../../src/domain/parse/forms/tokens.ts';
import { mayBeginWord } from '../../../../../src/domain/parse/forms/words.ts';
import { mayHaveFrame } from '../../../../../src/domain/parse/frame/frame.ts';
import { marksOf } from '../../../../../src/domain/parse/lines/line-marks.ts';
import { mayBeTypeHeader } from '../../../../../src/domain/parse/lines/type-header.ts';

/** These spare most lines a search. Each says no more than that the search is worth it. */
const tokensOf = (text: string) => new Tokens().read(text, 0, text.length);

describe('something may stand around a line', () => {
  const frame = (text: string) => mayHaveFrame(`x${text}y`, 1, text.length + 1, marksOf(text));
  test.each([
    ...['a#b', 'a/b', 'a?b', 'a=b', '(a', 'a]', 'a b', 'a\tb', 'a@socks5', 'a@socks5h', '@', 'a@1234567'],
    ...['<1>', '1{', '1@socks5'],
  ])('%j', (text) => {
    expect(frame(text)).toBe(true);
  });

  test.each(['a', 'a:b', '1 b', '9\tb', '0 a', 'a@12345678', '@12345678', 'a;b,c|d', "a'b", 'ä'])(
    'nothing stands around %j',
    (text) => {
      expect(frame(text)).toBe(false);
    },
  );
});

describe('a line may set the type', () => {
  const header = (text: string) => mayBeTypeHeader(`1.${text}.`, 2, text.length + 2);
  test.each(['socks5', '', ':', '/', 'a9', 'x'.repeat(60)])('%j', (text) => {
    expect(header(text)).toBe(true);
  });

  test.each(['0', '9a', '5socks', 'a.b', 'socks5.', 'x'.repeat(61)])('%j cannot', (text) => {
    expect(header(text)).toBe(false);
  });
});

describe('a word with a meaning may begin', () => {
  const word = (text: string) => mayBeginWord(`e${text}e`, 1, text.length + 1);
  test.each([
    ...[
      'elite',
      'http',
      'https',
      'http/https',
      'socks5h',
      'socks',
      'ssl',
      'anm',
      'high',
      'high-anonymous',
      'yes',
      'google',
    ],
    ...[
      'DE',
      'ZZ',
      'Zzz',
      'ABC',
      'Elite',
      'ELITE',
      'Germany',
      'GERMAN',
      'Gerxyz',
      'Socks',
      'Türkei',
      'A-bc',
      'Ab1',
      'A1bc',
      'AS1x',
    ],
    ...[
      '1',
      '120ms',
      '(DE)',
      '+',
      '✓',
      'ä',
      '@',
      '[',
      '`',
      '{',
      'x'.replace('x', '~'),
      '1'.repeat(40),
      'distorting',
      'transparent',
    ],
  ])('%j', (text) => {
    expect(word(text)).toBe(true);
  });

  test.each([
    ...[
      '',
      'ann',
      'elites',
      'e',
      'a',
      'z',
      'http2',
      'sock',
      'socks9',
      'socks55',
      'so',
      's5',
      'high1',
      'eli',
      'transparents',
      'x/http',
    ],
    ...['Qxyz', 'QXYZ', 'Zyxw', 'Xyzabc', 'Abc1', 'elite1', 'elit1', '1'.repeat(41), `Germany${'x'.repeat(34)}`],
  ])('%j is no beginning', (text) => {
    expect(word(text)).toBe(false);
  });

  test.each([
    ['DE', true],
    ['12', false],
    ['12 ms', true],
    ['12:30', true],
    ['12;30', false],
    ['12\tms', false],
    ['123456 ms', true],
    ['1234567 ms', false],
    ['1a', true],
    ['ann x', false],
  ])('in %j: %s', (text, is) => {
    const tokens = tokensOf(text);
    expect(mayBegin(tokens, 0, tokens.count)).toBe(is);
  });

  test('a number with nothing behind it says nothing', () => {
    expect(mayBegin(tokensOf('12 ms'), 0, 1)).toBe(false);
  });
});

test.each([
  ['ger', true],
  ['uni', true],
  ['uae', true],
  ['gre', true],
  ['xyz', false],
  ['ge', false],
  ['Ger', false],
])('the name of a country may begin with %j: %s', (letters, is) => {
  expect(mayBeginCountry(letters)).toBe(is);
});

test.each([
  ['ann:pw', false],
  ['ann:pw:x', false],
  ['ann:pw:x:y', true],
  ['ann:p=w', true],
  ['ann:p?w', true],
  ['ann:p(w', true],
  ['ann:p/w', false],
  ['1nn:pw', true],
  ['ann:1', false],
])('the credentials %j may be something else: %s', (text, is) => {
  const tokens = tokensOf(text);
  expect(mayBeOther(tokens, 0, tokens.count)).toBe(is);
});

test.each([
  ['a=b', true],
  ['PROXY_URL=ann', true],
  ['a.b=c', true],
  ['--proxy=ann', true],
  ['-x=ann', true],
  ['--a_b-9=c', true],
  ['a==', false],
  ['a=', false],
  ['a1=b', false],
  ['---x=a', true],
  ['-=a', false],
  ['=a', false],
  ['xa b=c', false],
  [`${'a'.repeat(30)}=b`, true],
  [`${'a'.repeat(31)}=b`, false],
  [`-${'a'.repeat(30)}=b`, true],
  [`-${'a'.repeat(31)}=b`, false],
])('%j is assigned to a name: %s', (text, is) => {
  expect(isAssigned(text)).toBe(is);
});

test.each([
  ['', true, false],
  [' ~', true, false],
  ['a\tb', false, true],
  ['a\x1fb', false, true],
  ['a\x7fb', false, true],
  ['ä', false, false],
  ['\x9f', false, true],
  ['\u00a0', false, false],
  ['\u2028', false, true],
  ['\u2029', false, true],
  ['\ufffd', false, true],
  ['\ud800', false, true],
  ['😀', false, false],
  ['x'.repeat(39), true, false],
  ['x'.repeat(40), true, false],
  [`${'x'.repeat(39)}\t`, false, true],
  [`${'x'.repeat(38)}\t`, false, true],
  [`${'x'.repeat(60)}\x7f`, false, true],
  [`${'x'.repeat(60)}ä`, false, false],
])('%j is printable ASCII: %s, and holds a control character: %s', (text, isPrintable, isControl) => {
  expect([isPrintableAscii(text), hasControl(text)]).toEqual([isPrintable, isControl]);
});
