import { describe, expect, test } from 'vitest';
import { findAddresses } from '../../../../../src/domain/parse/forms/addresses.ts';
import type { Login } from '../../../../../src/domain/parse/forms/login/login.ts';
import {
  addressIn,
  areSeveral,
  hasSecondAddress,
  holdAddress,
  isNamedAddress,
} from '../../../../../src/domain/parse/forms/login/second-address.ts';
import { Tokens } from '../../../../../src/domain/parse/forms/tokens.ts';

const tokensOf = (text: string) => new Tokens().read(text, 0, text.length);

/** Username and password with the first separator between them. */
function loginIn(text: string): [Tokens, Login] {
  const tokens = tokensOf(text);
  const end = tokens.count;
  return [tokens, { kind: tokens.separatorBefore(Math.min(1, end - 1)), first: 0, password: Math.min(1, end), end }];
}

describe('credentials hold an address', () => {
  const hold = (text: string, isUserinfo: boolean, isNameCounted: boolean) => {
    const [tokens, login] = loginIn(text);
    return holdAddress(tokens, login, isUserinfo, isNameCounted);
  };
  test.each([
    ['ann:pw', false, false],
    ['b.c:80', false, false],
    ['b.c:80:x', true, false],
    ['ann:b.c:80', true, false],
    ['ann:x+b.c:80', true, true],
    ['ann:b.c:80x', false, false],
    ['ann:b.c:80/x', true, true],
    ['ann:b.c:80.5', false, false],
    ['ann:b.c:0', false, false],
    ['ann:b.c:65535', true, false],
    ['ann:b.c:65536', false, false],
    ['ann:b.c:655350', false, false],
    ['ann:b:80', false, false],
    ['ann:203.0.113.7:80', true, false],
    ['ann:x203.0.113.7:80', true, true],
    ['ann:1203.0.113.7:80', false, false],
    ['203.0.113.7:80', true, false],
    ['x203.0.113.7:80', true, true],
    ['ann:[::1]:80', true, false],
    ['ann:x[::1]:80', true, true],
    ['[::1]:80', true, false],
    ['ann:::1]:80', false, false],
    ['ann:b.c;80', true, false],
    ['ann:b.c 80', false, false],
    ['ann:b.c@80', false, false],
    ['x@b.c:80', true, false],
    ['x(b.c:80', true, true],
    ['x)b.c:80', true, true],
    ['x<b.c:80', true, true],
    ['x+b.c:80', false, false],
    ['x+b.c:80:y', true, true],
    ['x+b.c:pw', false, false],
  ])('%j, with names in fields of their own: %s, and without: %s', (text, counted, not) => {
    expect([hold(text, false, true), hold(text, false, false)]).toEqual([counted, not]);
  });

  test.each([
    ['ann:b.c:80', false],
    ['ann:x@b.c:80', true],
    ['ann@b.c:80', false],
    ['203.0.113.7:80', false],
  ])('in a URL only behind an @: %j %s', (text, is) => {
    const tokens = tokensOf(text);
    const password = tokens.findSeparator(1, tokens.count, 1);
    expect(holdAddress(tokens, { kind: 1, first: 0, password, end: tokens.count }, true, true)).toBe(is);
  });
});

test.each([
  ['b.c:80', 1, 'login'],
  ['b.c:80:x', 1, 'login'],
  ['b.c:80:x', 2, 'username'],
  ['b.c:80:x', 3, null],
  ['b.c:80', 2, 'username'],
  ['b.c', 1, null],
  ['b:80', 1, null],
  ['b.c:x', 1, null],
  ['b.c:0', 1, null],
  ['203.0.113.7:80', 1, 'login'],
])('in %j with %d fields of the username stands another proxy: %s', (text, password, found) => {
  const tokens = tokensOf(text);
  expect(addressIn(tokens, { kind: 1, first: 0, password, end: tokens.count })).toBe(found);
});

test.each([
  ['203.0.113.7:80', 0, false],
  ['203.0.113.7:80:b.c:81', 0, false],
  ['203.0.113.7:80;b.c:81', 0, true],
  ['203.0.113.7:80@b.c:81', 0, true],
  ['203.0.113.7:80 b.c:81', 0, true],
  ['203.0.113.7:80 b.c 81', 0, false],
  ['203.0.113.7:80:x-b.c:81', 0, false],
  ['203.0.113.7:80:x+b.c:81', 0, true],
  ['203.0.113.7:80:b.c:81/x', 0, true],
  ['b.c:81:203.0.113.7:80', 2, false],
  ['x+b.c:81:203.0.113.7:80', 2, true],
])('%j has a second address beside the one at %d: %s', (text, at, is) => {
  expect(hasSecondAddress(tokensOf(text), at)).toBe(is);
});

test.each([
  ['b.c 80', true],
  ['b.c:80', true],
  ['b.c@80', true],
  ['x b.c 80', true],
  ['b.c x 80', false],
  ['b 80', false],
  ['b.c 0', false],
  ['b.c', false],
])('%j names an address: %s', (text, is) => {
  const tokens = tokensOf(text);
  expect(isNamedAddress(tokens, 0, tokens.count)).toBe(is);
});

test.each([
  ['203.0.113.7:80:203.0.113.8:81', true],
  ['a.b.c:80;d.b.c:81', true],
  ['a.b.c:80 d.b.c:81', true],
  ['a.B.c:80;d.b.C:81', true],
  ['a.b.c:80:d.b.c:81', false],
  ['a.b.c:80@d.b.c:81', false],
  ['a.b.c:80;d.e.c:81', false],
  ['a.b:80;a.b:81', true],
  ['a.b.c:80;x;d.b.c:81', false],
  ['a:80;b:81', false],
])('%j are certainly several proxies: %s', (text, is) => {
  const tokens = tokensOf(text);
  expect(areSeveral(tokens, findAddresses(tokens))).toBe(is);
});
