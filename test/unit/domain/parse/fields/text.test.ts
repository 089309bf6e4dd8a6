import { describe, expect, test } from 'vitest';
import { maskUnread } from '../../../../../src/domain/parse/fields/mask.ts';
import { Refusal } from '../../../../../src/domain/parse/fields/refusal.ts';
import {
  hasControl,
  isPrintableAscii,
  readLongText,
  readShown,
  readText,
} from '../../../../../src/domain/parse/fields/text.ts';

const LONG = 'a'.repeat(60);

describe('characters that no field takes', () => {
  test.each(['\0', '\x1f', '\x7f', '\x80', '\x9f', '\n', '\t', '\r', '\u2028', '\u2029', '\ufffd', '\ud800', '\udc00'])(
    '%j',
    (char) => {
      for (const text of [char, `a${char}`, `${char}b`, `${LONG}${char}`, `${char}${LONG}`]) {
        expect([hasControl(text), isPrintableAscii(text)]).toEqual([true, false]);
        expect(readText(text, 'label', 1000)).toBeInstanceOf(Refusal);
      }
    },
  );

  test.each(['é', '😀', '\u00a0', '\u2027', 'ÿ'])('but %j is taken', (char) => {
    for (const text of [char, `${LONG}${char}`]) {
      expect([hasControl(text), isPrintableAscii(text)]).toEqual([false, false]);
      expect(readText(text, 'label', 1000)).toBe(text);
    }
  });

  test.each([' ', '~', 'a', LONG, ''])('and so is %j, which is ASCII', (text) => {
    expect([hasControl(text), isPrintableAscii(text)]).toEqual([false, true]);
  });
});

describe('a text', () => {
  test('is not given if it is empty, and has at most as many characters as its field', () => {
    expect([readText('', 'label', 3), readLongText('', 'notes', 3), readShown('', 'label', 3)]).toEqual([
      null,
      null,
      null,
    ]);
    expect([readText('abc', 'label', 3), readLongText('abc', 'notes', 3)]).toEqual(['abc', 'abc']);
    for (const refused of [
      readText('abcd', 'label', 3),
      readShown('abcd', 'label', 3),
      readLongText('abcd', 'label', 3),
    ])
      expect(refused).toEqual(new Refusal('The label must be at most 3 characters long.'));
    expect(readText('é'.repeat(1001), 'note', 1000)).toMatchObject({
      reason: expect.stringContaining('at most 1,000'),
    });
  });

  test('of several lines keeps them, with one kind of line end', () => {
    expect(readLongText('a\r\nb\rc\nd\te', 'notes', 20)).toBe('a\nb\nc\nd\te');
    expect(readLongText('a\0b', 'notes', 20)).toBeInstanceOf(Refusal);
    expect(readLongText('\r\n', 'notes', 20)).toBe('\n');
    expect(readLongText('a\r\nb', 'notes', 3)).toBe('a\nb');
  });
});

describe('text that everyone can read', () => {
  test.each([
    ...['ann:s@gate.example.com', 'see ann:s3cret@203.0.113.7:8080', 'x ann:s@a.b c', `a:${'s'.repeat(255)}@a.b`],
    ...[
      '203.0.113.7:8080:ann:s3cret',
      'gate.example;1;a;b',
      'a.b|80|u|p',
      'a.b,80,u,p',
      'a.b\u00208080 u p',
      '[::1]:80:u:p',
    ],
  ])('holds no credentials: %j', (text) => {
    expect(readShown(text, 'label', 1000)).toEqual(
      new Refusal('The label holds the credentials of a proxy, and everyone can read it: remove them.'),
    );
  });

  test.each([
    ...['ann@gate.example.com', ':s@a.b', 'ann:@a.b', 'ann:s@ab', 'ann:s a@a.b', `a:${'s'.repeat(256)}@a.b`],
    ...['203.0.113.7:8080', '203.0.113.7:8080:ann', 'a.b:123456:u:p', 'ab:80:u:p', '203.0.113.7:x:u:p', 'a.b:80::p'],
  ])('may hold anything else: %j', (text) => {
    expect(readShown(text, 'label', 1000)).toBe(text);
  });
});

describe('of a line that is not understood', () => {
  test.each([
    ['203.0.113.7:8080:ann:s3cret', '203.0.113.7:8080:•••:•••'],
    ['ann:8080@203.0.113.7:1080', '•••:•••@203.0.113.7:1080'],
    ['203.0.113.7@8080', '203.0.113.7@•••'],
    ['203.0.113.7:65535', '203.0.113.7:65535'],
    ['203.0.113.7:65536', '203.0.113.7:•••'],
    ['203.0.113.7:08080', '203.0.113.7:•••'],
    ['203.0.113.7::8080', '203.0.113.7::•••'],
    ['203.0.113.7.8:80', '•••:•••'],
    ['999.0.113.7:8080', '999.0.113.7:8080'],
    ['8080:203.0.113.7', '•••:203.0.113.7'],
    ['4711 203.0.113.7', '••• 203.0.113.7'],
    ['gate.example.com:8080', 'gate.example.com:•••'],
    ['gate.example.secret', '•••'],
    ['GATE.example.com', '•••'],
    ['Your proxy list', 'Your proxy list'],
    ['your proxy: list', 'your proxy: list'],
    ['proxy, secret server.', 'proxy, ••• •••'],
    ['proxy:list', '•••:•••'],
    ['the\tsecret server', 'the\t••• server'],
    ['(proxy)', '(•••)'],
    ['[proxy] list', '[•••] list'],
    ['a{b}<c>/d|e;f', '•••{•••}<•••>/•••|•••;•••'],
    ['', ''],
  ])('%j only %j is shown', (line, shown) => {
    expect(maskUnread(line)).toBe(shown);
  });

  test('at most 200 characters are shown', () => {
    const marks = ':'.repeat(200);
    expect(maskUnread(marks)).toBe(marks);
    expect(maskUnread(`${marks}:`)).toBe(`${':'.repeat(199)}…`);
    expect(maskUnread(`${'x'.repeat(500)}:`)).toBe('•••');
  });

  test.each(
    (
      'a an and are at by for from in is it list lists my of on or order page port premium proxies proxy provider renew server servers ' +
      'subscription support the this to type until updated valid with your http https ssl socks socks4 socks5 host ip address country ' +
      'city contact datacenter dedicated expires ipv4 ipv6 location mobile new our plan please residential rotating static total traffic website'
    ).split(' '),
  )('the plain word %s is shown', (word) => {
    expect(maskUnread(`${word} ${word.toUpperCase()}`)).toBe(`${word} ${word.toUpperCase()}`);
  });

  test.each('com net org io co me pro dev app info biz xyz online cloud host example'.split(' '))(
    'a name under .%s is shown',
    (top) => {
      expect(maskUnread(`a-1.b.${top}`)).toBe(`a-1.b.${top}`);
      expect(maskUnread(`a-1.b.${top}x`)).toBe('•••');
    },
  );
});
