import { describe, expect, test } from 'vitest';
import { endsInAddress, findAddresses, portOf } from '../../../../../src/domain/parse/forms/addresses.ts';
import { holdsEntity } from '../../../../../src/domain/parse/forms/markup.ts';
import { Tokens } from '../../../../../src/domain/parse/forms/tokens.ts';
import {
  AT,
  BLANK,
  BRACKET,
  EXOTIC,
  HASH,
  QUERY,
  QUOTE,
  SLASH,
} from '../../../../../src/domain/parse/lines/line-marks.ts';
import { separatorText } from '../../../../../src/domain/parse/lines/separators.ts';

const tokensOf = (text: string) => new Tokens().read(text, 0, text.length);
const fieldsOf = (tokens: Tokens) => Array.from({ length: tokens.count }, (_, index) => tokens.textOf(index));
const separatorsOf = (tokens: Tokens) =>
  Array.from({ length: tokens.count }, (_, index) => separatorText(tokens.separatorBefore(index)));

describe('a line is split', () => {
  test.each([
    ['', [''], ['']],
    ['a', ['a'], ['']],
    ['a:b', ['a', 'b'], ['', ':']],
    ['a::b:', ['a', '', 'b', ''], ['', ':', ':', ':']],
    ['a : b', ['a', 'b'], ['', ':']],
    ['a  b', ['a', 'b'], ['', ' ']],
    ['a \t b', ['a', 'b'], ['', '\t']],
    ['a\t;\tb', ['a', 'b'], ['', ';']],
    ['a; ,b', ['a', '', 'b'], ['', ';', ',']],
    [' a', ['', 'a'], ['', ' ']],
    ['a ', ['a', ''], ['', ' ']],
    ['a|b,c@d\x7fe', ['a', 'b', 'c', 'd', 'e'], ['', '|', ',', '@', ',']],
    ['[::1]:2', ['[::1]', '2'], ['', ':']],
    ['[::1', ['[', '', '1'], ['', ':', ':']],
    ['[::g]', ['[', '', 'g]'], ['', ':', ':']],
    ['a[::1]', ['a[', '', '1]'], ['', ':', ':']],
    ['a [::1] b', ['a', '[::1]', 'b'], ['', ' ', ' ']],
    ['[0af.9AF:]x:y', ['[0af.9AF:]x', 'y'], ['', ':']],
    ['[/]:1', ['[/]', '1'], ['', ':']],
    ['[@]', ['[', ']'], ['', '@']],
    ['[`:]', ['[`', ']'], ['', ':']],
    [`[${':'.repeat(45)}]`, [`[${':'.repeat(45)}]`], ['']],
    [`[${':'.repeat(46)}]`, ['[', ...Array(45).fill(''), ']'], ['', ...Array(46).fill(':')]],
    ['ä:ß', ['ä', 'ß'], ['', ':']],
  ])('%j', (text, fields, separators) => {
    const tokens = tokensOf(text);
    expect([fieldsOf(tokens), separatorsOf(tokens)]).toEqual([fields, separators]);
  });

  test('with more fields than there was room for', () => {
    const tokens = tokensOf('x:'.repeat(99));
    expect([tokens.count, tokens.textOf(98), tokens.separatorBefore(98), tokens.fromOf(98)]).toEqual([
      100,
      'x',
      1,
      196,
    ]);
    expect([tokens.textOf(0), tokens.separatorBefore(0), tokens.separatorBefore(31), tokens.toOf(31)]).toEqual([
      ...['x', 0, 1, 63],
    ]);
  });

  test.each([
    ['a:b', false],
    ['a b', true],
    ['a\tb', true],
    ['a: b', true],
    ['a :b', true],
    ['a;\tb', true],
  ])('%j has a blank: %s', (text, is) => {
    expect(tokensOf(text).hasBlank).toBe(is);
  });

  test.each([
    ['a:b', 0],
    ['ä', EXOTIC],
    ['\x1f', EXOTIC],
    ['a b', BLANK],
    ['a\tb', BLANK],
    ['a: b', BLANK],
    ['a#b', HASH],
    ['"', QUOTE],
    ["'", QUOTE],
    ['`', QUOTE],
    ['~', QUOTE],
    ['a/b', SLASH],
    ['a?b', QUERY],
    ['a=b', QUERY],
    ['a@b', AT],
    ['a: @b', BLANK | AT],
    ['[::1]', BRACKET],
    ...['[', ']', '(', ')', '{', '}', '<', '>'].map((sign): [string, number] => [sign, BRACKET]),
    ['ä #/', EXOTIC | BLANK | HASH | SLASH],
  ])('%j has the marks %d', (text, marks) => {
    expect(tokensOf(text).marks).toBe(marks);
  });

  test('up to its end', () => {
    const tokens = new Tokens();
    const text = 'a:b\r\nc d\ne';
    expect([tokens.readLine(text, 0), fieldsOf(tokens), tokens.marks]).toEqual([3, ['a', 'b'], 0]);
    expect([tokens.readLine(text, 5), fieldsOf(tokens), tokens.marks]).toEqual([8, ['c', 'd'], BLANK]);
    expect([tokens.readLine(text, 9), fieldsOf(tokens), tokens.hasBlank]).toEqual([10, ['e'], false]);
    expect(fieldsOf(tokens.read(text, 5, 7))).toEqual(['c', '']);
    expect(fieldsOf(tokens.read(text, 0, 3))).toEqual(['a', 'b']);
    expect(fieldsOf(tokens.read('a:c', 0, 3))).toEqual(['a', 'c']);
    expect(fieldsOf(tokens.read('a:c', 0, 2))).toEqual(['a', '']);
    expect(fieldsOf(tokens.read('a:c', 1, 2))).toEqual(['', '']);
  });

  test('and its fields are found again', () => {
    const tokens = tokensOf('a : b;;c');
    expect([0, 1, 2, 3].map((index) => tokens.isEmpty(index))).toEqual([false, false, true, false]);
    expect([1, 2, 3].map((index) => tokens.isTight(index))).toEqual([false, true, true]);
    expect([tokens.sliceOf(0, 2), tokens.sliceOf(1, 4), tokens.sliceOf(2, 2), tokens.sliceOf(2, 3)]).toEqual([
      ...['a : b', 'b;;c', '', ''],
    ]);
    expect([tokens.findSeparator(0, 4, 2), tokens.findSeparator(3, 4, 2), tokens.findSeparator(3, 3, 2)]).toEqual([
      ...[2, 3, -1],
    ]);
    expect([tokens.findSeparator(0, 4, 1), tokens.findSeparator(2, 4, 1)]).toEqual([1, -1]);
  });
});

test.each([
  ['1', 1],
  ['65535', 65_535],
  ['65536', 0],
  ['99999', 0],
  ['00080', 80],
  ['000080', 0],
  ['0', 0],
  ['', 0],
  ['8a', 0],
  ['8/', 0],
  ['-8', 0],
])('%j is the port %d', (text, port) => {
  expect(portOf(tokensOf(text), 0)).toBe(port);
});

describe('an address and a port end a text', () => {
  test.each([
    ...['203.0.113.7:1', 'x 203.0.113.7:65535', '203.0.113.7 1', '203.0.113.7 : 1', '203.0.113.7;1', '203.0.113.7\t1'],
    ...['a.b :1', 'a.b  : 1', 'a.b:  1', 'a.b ;1', '0.0.0.0:1'],
    ...[
      '[2001:db8::7]:1',
      'x[2001:db8::7]:1',
      '[2001:db8::7] 1',
      'gate.example.com:80',
      'a:gate.example.com:80',
      '203.0.113.7@80',
    ],
    `${'a'.repeat(63)}.example:80`,
  ])('%j', (text) => {
    expect([endsInAddress(text, text.length), endsInAddress(`${text}0`, text.length)]).toEqual([true, true]);
  });

  test.each([
    ...[
      '',
      '1',
      ':1',
      '203.0.113.7',
      '203.0.113.7:',
      '203.0.113.7:0',
      '203.0.113.7:65536',
      '203.0.113.7:123456',
      '203.0.113.7:000080',
      '203.0.113.71',
    ],
    ...[
      '203.0.113.7::1',
      '203.0.113.7:;1',
      '203.0.113.300:1',
      'squid:1',
      '2001:db8::7]:1',
      '2001:db8::7:1',
      '203.0.113.7:1x',
      ' 80',
      'a.b,,80',
      'gate.example.com80',
    ],
  ])('%j does not', (text) => {
    expect(endsInAddress(text, text.length)).toBe(false);
  });
});

test.each([
  ['a.b:1', 1, 0, -1, 'name'],
  ['a:1', 1, 0, -1, 'weak'],
  ['a:1:b:2', 2, 0, 2, 'weak'],
  ['a:1:b:2:c:3', 3, 0, 2, 'weak'],
  ['a:1:b.c:2', 1, 2, -1, 'name'],
  ['b.c:2:a:1', 1, 0, -1, 'name'],
  ['b.c:2:203.0.113.7:1', 1, 2, -1, 'literal'],
  ['203.0.113.7:1:b.c:2', 1, 0, -1, 'literal'],
  ['a:1:203.0.113.7:1', 1, 2, -1, 'literal'],
  ['203.0.113.7:1:a:1', 1, 0, -1, 'literal'],
  ['[::1]:1', 1, 0, -1, 'literal'],
  ['[::1] 1', 1, 0, -1, 'literal'],
  ['203.0.113.7@1', 0, -1, -1, 'weak'],
  ['a 1', 0, -1, -1, 'weak'],
  ['a.b 1', 1, 0, -1, 'name'],
  ['x a.b 1', 0, -1, -1, 'weak'],
  ['http a.b 1', 1, 1, -1, 'name'],
  ['x http a.b 1', 0, -1, -1, 'weak'],
  ['a: 1', 0, -1, -1, 'weak'],
  ['a;1', 0, -1, -1, 'weak'],
  ['port:1', 0, -1, -1, 'weak'],
  ['1:1', 0, -1, -1, 'weak'],
  ['1.2:1', 1, 0, -1, 'weak'],
  ['0x1:1', 1, 0, -1, 'weak'],
  ['a.b:x', 0, -1, -1, 'weak'],
  ['a.b', 0, -1, -1, 'weak'],
] as const)('%j has %d addresses', (text, ...found) => {
  const { count, first, second, strength } = findAddresses(tokensOf(text));
  expect([count, first, second, strength]).toEqual(found);
});

test.each([
  ['a&amp;b', true],
  ['&LT;', true],
  ['a&gt;', true],
  ['&quot;', true],
  ['&apos;', true],
  ['&nbsp;', true],
  ['&#1;', true],
  ['&#123456;', true],
  ['&#1234567;', false],
  ['&#x1;', true],
  ['&#xaF123;', true],
  ['&#xabcdef;', false],
  ['&#xg;', false],
  ['&#;', false],
  ['x;&amp;', true],
  ['&amp', false],
  ['&amp:', false],
  ['amp;', false],
  ['&ampx;', false],
  ['&am p;', false],
  ['&amp&;', false],
  ['&a&amp;', true],
  ['a;b;&lt;', true],
  ['&aamp;', false],
  ['&;', false],
])('%j holds an entity of HTML: %s', (text, is) => {
  expect(holdsEntity(tokensOf(text))).toBe(is);
});
