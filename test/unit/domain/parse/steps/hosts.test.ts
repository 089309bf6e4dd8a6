import { describe, expect, test } from 'vitest';
import { isDigit, isNumber } from '../../../../../src/domain/parse/fields/digits.ts';
import { beginOfName, hostStrength, isHostCode } from '../../../../../src/domain/parse/fields/host.ts';
import {
  formatQuad,
  formatV6,
  isLinkLocal,
  isPrivateAddress,
  parseLooseV4,
  parseQuad,
  parseV6,
} from '../../../../../src/domain/parse/fields/ip-address.ts';

test.each([
  ['', 0],
  ['a', 1],
  ['a.b', 2],
  ['a.b.', 2],
  ['a.', 1],
  ['.', 0],
  ['a..', 0],
  ['.a', 0],
  ['a-b.c', 2],
  ['a_b.c', 2],
  ['-a.b', 0],
  ['a-.b', 0],
  ['_a.b', 0],
  ['a_.b', 0],
  ['a.b-', 0],
  ['a.b_', 0],
  ['-', 0],
  ['a b', 0],
  ['a@b', 0],
  ['a`b', 0],
  ['a{b', 0],
  ['a[b', 0],
  ['AZ.az', 2],
  ['7.b', 2],
  ['a.7', 0],
  ['a.7b', 0],
  ['a.b7', 2],
  ['a.0x7', 0],
  ['0x7', 1],
  ['0X7f', 1],
  ['0xg', 0],
  ['0y7', 1],
  ['7', 1],
  ['7.8', 1],
  ['7.8.9', 1],
  ['7.8.9.10', 2],
  ['7.8.9.10.', 2],
  ['7.8.9.256', 0],
  ['7.8.9.010', 1],
  ['7.8.9.10.11', 0],
  ['7-8', 0],
  ['7.8-9', 0],
  ['4294967295', 1],
  ['4294967296', 0],
  ['[::1]', 2],
  ['[::1', 0],
  ['[::g]', 0],
  ['[]', 0],
  ['[1.2.3.4]', 0],
  ['bücher.b', 2],
  ['bücher', 1],
  ['bü cher', 0],
  ['１２７.0.0.1', 2],
  ['a'.repeat(63), 1],
  ['a'.repeat(64), 0],
  [`${'a'.repeat(63)}.b`, 2],
  [`${'a'.repeat(64)}.b`, 0],
])('%j is a host with the strength %d, alone and in a text', (text, strength) => {
  expect([hostStrength(text, 0, text.length), hostStrength(`9a${text}b.9`, 2, text.length + 2)]).toEqual([
    ...[strength, strength],
  ]);
});

test.each([
  ['gate.example', 0],
  ['x gate.example', 2],
  ['x+gate', 2],
  ['->gate', 2],
  ['x--gate', 0],
  ['+-._gate', 4],
  ['(._-', 4],
  ['gate)', 5],
  ['ä.b', 0],
  ['', 0],
])('the name at the end of %j begins at %d', (text, from) => {
  expect(beginOfName(text, 0, text.length)).toBe(from);
});

test('a name begins within the text that is looked at', () => {
  expect([beginOfName('abcdef', 2, 4), beginOfName('a--def', 1, 3), beginOfName('a--def', 1, 5)]).toEqual([2, 3, 3]);
});

test('a host has letters, digits, dots, hyphens, underscores, and all beyond ASCII', () => {
  const codes = Array.from({ length: 130 }, (_, code) => code).filter(isHostCode);
  expect(String.fromCharCode(...codes)).toBe(
    '-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz\x80\x81',
  );
});

test('digits are those of ASCII', () => {
  expect(String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code).filter(isDigit))).toBe('0123456789');
  expect([isNumber('a12b', 1, 3), isNumber('a12b', 0, 3), isNumber('a12b', 1, 4), isNumber('', 0, 0)]).toEqual([
    ...[true, false, false, true],
  ]);
});

test.each([
  ['0.0.0.0', 0],
  ['1.2.3.4', 0x01020304],
  ['255.255.255.255', 0xffffffff],
  ['10.0.0.255', 0x0a0000ff],
  ['256.0.0.0', -1],
  ['1.2.3', -1],
  ['1.2.3.', -1],
  ['1.2.3.4.', -1],
  ['1.2.3.4.5', -1],
  ['.1.2.3', -1],
  ['1..2.3', -1],
  ['01.2.3.4', -1],
  ['1.2.3.00', -1],
  ['1.2.3.a', -1],
  ['1.2.3./', -1],
  ['1.2.3.:', -1],
  ['1234', -1],
  ['', -1],
])('%j is the quad %d, alone and in a text', (text, address) => {
  expect([parseQuad(text), parseQuad(`9.${text}9`, 2, text.length + 2)]).toEqual([address, address]);
});

test.each([
  ['1.2.3.4', 0x01020304],
  ['1.2.3', 0x01020003],
  ['1.2', 0x01000002],
  ['1', 1],
  ['0', 0],
  ['4294967295', 0xffffffff],
  ['4294967296', -1],
  ['1.16777215', 0x01ffffff],
  ['1.16777216', -1],
  ['1.2.65535', 0x0102ffff],
  ['1.2.65536', -1],
  ['1.2.3.255', 0x010203ff],
  ['1.2.3.256', -1],
  ['256.1', -1],
  ['255.1', 0xff000001],
  ['0x7f.1', 0x7f000001],
  ['0X7F.1', 0x7f000001],
  ['0x.1', 1],
  ['0x', 0],
  ['0xg', -1],
  ['x0x1', -1],
  ['017.1', 0x0f000001],
  ['00', 0],
  ['08', -1],
  ['1.08', -1],
  ['0178', -1],
  ['10', 10],
  ['1a', -1],
  ['a1', -1],
  ['', -1],
  ['1.', -1],
  ['.1', -1],
  ['1.2.3.4.5', -1],
  ['-1', -1],
])('%j is the address %d in the other spellings', (text, address) => {
  expect(parseLooseV4(text)).toBe(address);
});

test.each([
  ['::1', [0, 0, 0, 0, 0, 0, 0, 1], '::1'],
  ['::', [0, 0, 0, 0, 0, 0, 0, 0], '::'],
  ['2001:db8::7', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 7], '2001:db8::7'],
  ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8], '1:2:3:4:5:6:7:8'],
  ['::1.2.3.4', [0, 0, 0, 0, 0, 0, 0x102, 0x304], '::102:304'],
  ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304], '1.2.3.4'],
  ['64:ff9b::1.2.3.4', [0x64, 0xff9b, 0, 0, 0, 0, 0x102, 0x304], '64:ff9b::102:304'],
  ['x:1.2.3.4', null, ''],
  ['1.2.3.4', null, ''],
  ['1', null, ''],
  ['::1%eth0', null, ''],
  [':::', null, ''],
  ['', null, ''],
])('%j is the IPv6 address %j, written %s', (text, groups, written) => {
  const found = parseV6(text);
  expect([found, found === null ? '' : formatV6(found)]).toEqual([groups, written]);
});

test('an address is written with four numbers', () => {
  expect([formatQuad(0), formatQuad(0x01020304), formatQuad(0xffffffff)]).toEqual([
    ...['0.0.0.0', '1.2.3.4', '255.255.255.255'],
  ]);
});

describe('an address is link-local', () => {
  test.each([
    ['169.254.1.1', true],
    ['fe80::1', true],
    ['fe80::1%eth0', true],
    ['febf::1', true],
    ['fec0::1', false],
    ['10.0.0.1', false],
    ['203.0.113.7', false],
    ['x', false],
    ['', false],
  ])('%j: %s', (ip, is) => {
    expect(isLinkLocal(ip)).toBe(is);
  });
});

test.each([
  ['x', true],
  ['::1%eth0', true],
  ['2001:db8::7%eth0', false],
  ['203.0.113.7', false],
])('%j is private: %s', (ip, is) => {
  expect(isPrivateAddress(ip)).toBe(is);
});
