import { expect, test } from 'vitest';
import { MAX_LINE_CHARS, refuseLine } from '../../../../../src/domain/parse/lines/line-limits.ts';
import { markOf, marksOf, sourceLine } from '../../../../../src/domain/parse/lines/line-marks.ts';
import { hasBareIpv6 } from '../../../../../src/domain/parse/lines/line-refusal.ts';
import { isForeignScheme, typeOfNames, typeOfScheme } from '../../../../../src/domain/parse/lines/proxy-scheme.ts';
import { isBlank, isCell, kindOf, separatorText } from '../../../../../src/domain/parse/lines/separators.ts';
import { readTypeHeader, typesIn } from '../../../../../src/domain/parse/lines/type-header.ts';
import { read } from '../read.ts';

test.each([
  ['http', 'http'],
  ['HTTPS', 'https'],
  ['ssl', 'https'],
  ['socks4', 'socks4'],
  ['socks4a', 'socks4'],
  ['socks5', 'socks5'],
  ['socks5h', 'socks5'],
  ['socks', 'socks5'],
  ['SOCKS 5', 'socks5'],
  ['socks-5', 'socks5'],
  ['socks_5', 'socks5'],
  ['http/https', 'http'],
  ['https,http', 'http'],
  ['http|http', 'http'],
  ['https;https', 'https'],
  ['socks4 + socks5', 'socks5'],
  ['socks4&socks4', 'socks4'],
  ['http,socks5', undefined],
  ['http,https,socks5', undefined],
  ['http,x', undefined],
  ['http,', undefined],
  ['x', undefined],
  ['', undefined],
  ['http2', undefined],
])('%j names the type %s', (text, type) => {
  expect(typeOfNames(text)).toBe(type);
});

test('a line has at most 16,384 characters, with noise in it or without', () => {
  const reasons = (text: string) => read(text).rejected.map(({ reason }) => reason);
  const tooLong = ['It has more than 16,384 characters, which is the limit of a line.'];
  for (const begin of ['x', 'x ', '203.0.113.7:8080:ann:']) {
    expect(reasons(begin + 'y'.repeat(16_384 - begin.length))).not.toEqual(tooLong);
    expect(reasons(begin + 'y'.repeat(16_385 - begin.length))).toEqual(tooLong);
  }
});

test('a value in JSON has as many characters as a line', () => {
  const reasons = (length: number) =>
    read(JSON.stringify([{ ip: '203.0.113.7', port: 80, username: 'ann', password: 'y'.repeat(length) }])).rejected;
  expect(reasons(16_384)).toMatchObject([{ reason: 'The password must be at most 255 characters long.' }]);
  expect(reasons(16_385)).toMatchObject([
    { reason: 'It has more than 16,384 characters, which is the limit of a line.' },
  ]);
});

test('a scheme is one name, and some are of other kinds', () => {
  expect([typeOfScheme('Socks5'), typeOfScheme('socks 5'), typeOfScheme('')]).toEqual(['socks5', undefined, undefined]);
  const foreign =
    'vless vmess ss ssr shadowsocks trojan hysteria hysteria2 hy2 tuic wireguard wg SSH ftp snell naive mtproto';
  expect(foreign.split(' ').filter((name) => !isForeignScheme(name))).toEqual([]);
  expect(['xss', 'ssx', 'http', 'hysteria3', ''].filter(isForeignScheme)).toEqual([]);
});

test.each([
  ['socks5', 'socks5', ['socks5']],
  ['[socks5]', 'socks5', ['socks5']],
  ['socks5://', 'socks5', ['socks5']],
  ['socks5:// x', null, []],
  ['socks5://[', null, []],
  ['=== SOCKS 5 ===', 'socks5', ['socks5']],
  ['socks-v5', 'socks5', ['socks5']],
  ['sock4', 'socks4', ['socks4']],
  ['socks4/5', 'socks5', ['socks4', 'socks5']],
  ['socks4 & socks5', 'socks5', ['socks4', 'socks5']],
  ['socks5, v4', 'socks5', ['socks5', 'socks4']],
  ['socks45', null, []],
  ['socks5x', null, []],
  ['s4', 'socks4', []],
  ['(S5):', 'socks5', []],
  ['as5', null, []],
  ['s5 x', null, []],
  ['http(s)', 'http', ['http', 'https']],
  ['http https', 'http', ['http', 'https']],
  ['http socks5', null, ['http', 'socks5']],
  ['http https socks5', null, ['http', 'https', 'socks5']],
  ['https socks4', null, ['https', 'socks4']],
  ['vless', 'foreign', []],
  ['vless ss', 'foreign', []],
  ['vless http', null, ['http']],
  ['http proxies (20)', 'http', ['http']],
  ['http 123456', 'http', ['http']],
  ['http 1234567', null, ['http']],
  ['http of mine', null, ['http']],
  ['x-1:2 http', null, []],
  ['http :1', 'http', ['http']],
  ['proxies', null, []],
  ['', null, []],
  [`http${' '.repeat(56)}`, 'http', ['http']],
  [`http${' '.repeat(57)}`, null, ['http']],
  [`http${' '.repeat(196)}`, null, ['http']],
  [`http${' '.repeat(197)}`, null, []],
] as const)('the heading %j sets %s and names %j', (text, type, types) => {
  expect([readTypeHeader(text), typesIn(text)]).toEqual([type, types]);
});

test('each filler says nothing', () => {
  const fillers =
    'proxy proxies proxys list lists server servers type protocol scheme premium private residential datacenter mobile isp my the new our ' +
    'your free working checked elite anonymous fast updated daily today now all total count only here are is section begin end';
  for (const word of fillers.split(' ')) expect([word, readTypeHeader(`${word} http`)]).toEqual([word, 'http']);
});

test.each([
  ['2001:db8::7', true],
  ['2001:db8::7:80', true],
  ['x@2001:db8::7', true],
  ['x/::1', true],
  ['x ::1', true],
  ['x;::1', true],
  ['x,::1', true],
  ['x|::1', true],
  ['x-::1', false],
  ['::1.x', true],
  ['::1/64', true],
  ['::1@x', true],
  ['::1-x', false],
  ['::ffff:1.2.3.4', true],
  ['1:2:3:4:5:6:7:8', true],
  ['1:2:3:4:5:6:7', false],
  ['a:b:c', false],
  ['A::B', true],
  ['g::1', false],
  ['12345::1', false],
  ['[::1]', false],
  ['', false],
])('%j holds an IPv6 address without brackets: %s', (text, is) => {
  expect(hasBareIpv6(text)).toBe(is);
});

test('a line has at most 16,384 characters, and no control characters but tabs', () => {
  const tooLong = { reason: 'It has more than 16,384 characters, which is the limit of a line.' };
  expect([refuseLine('x'.repeat(MAX_LINE_CHARS)), refuseLine('x'.repeat(MAX_LINE_CHARS + 1))]).toEqual([null, tooLong]);
  expect([refuseLine('a\tb'), refuseLine('a\x01b')]).toEqual([
    null,
    expect.objectContaining({ reason: expect.any(String) }),
  ]);
});

test('a line of its own begins at its first character', () => {
  expect(sourceLine(7, 'a b')).toEqual({ line: 7, text: 'a b', from: 0, to: 3, marks: 2 });
  expect(sourceLine(7, 'a b', 9)).toEqual({ line: 7, text: 'a b', from: 0, to: 3, marks: 9 });
  expect([marksOf(''), marksOf('a#'), marksOf('#a/'), markOf(127), markOf(128), markOf(31), markOf(9)]).toEqual([
    ...[0, 4, 20, 1, 1, 1, 2],
  ]);
});

test('each separator has a kind and a text', () => {
  const kinds = [...':;,|\x7f\t @'].map((char) => kindOf(char.charCodeAt(0)));
  expect(kinds).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([0, ...kinds, 9].map(separatorText).join('.')).toBe('.:.;.,.|.,.\t. .@.');
  expect([kinds.map(isBlank), kinds.map(isCell)]).toEqual([
    [false, false, false, false, false, true, true, false],
    [false, true, true, true, true, true, false, false],
  ]);
  expect([kindOf(128), kindOf(97), isBlank(0), isCell(0)]).toEqual([0, 0, false, false]);
});
