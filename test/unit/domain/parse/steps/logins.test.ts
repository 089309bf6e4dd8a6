import { expect, test } from 'vitest';
import type { Login } from '../../../../../src/domain/parse/forms/login/login.ts';
import {
  areNumbers,
  isLabelled,
  isNote,
  isOneWord,
  isPasswordLike,
  isPlain,
  isWord,
} from '../../../../../src/domain/parse/forms/login/login-text.ts';
import { endsInBareLink, isNameWithBlank } from '../../../../../src/domain/parse/forms/login/password.ts';
import { Tokens } from '../../../../../src/domain/parse/forms/tokens.ts';

const tokensOf = (text: string) => new Tokens().read(text, 0, text.length);

/** Username and password with the first separator between them. */
function loginIn(text: string): [Tokens, Login] {
  const tokens = tokensOf(text);
  const end = tokens.count;
  return [tokens, { kind: tokens.separatorBefore(Math.min(1, end - 1)), first: 0, password: Math.min(1, end), end }];
}

test.each([
  ['elite', true],
  ['elite proxy', true],
  ['10 ms', true],
  ['DE', true],
  ['ann', false],
  ['elite x', false],
  ['Ann', false],
])('%j is a word with a meaning: %s', (text, is) => {
  const tokens = tokensOf(text);
  expect(isWord(tokens, 0, tokens.count)).toBe(is);
});

test.each([
  ['', true],
  ['!', true],
  ['…', true],
  ['a', false],
  ['1', false],
  ['½', false],
  ['a=b', true],
  ['a_b=c', true],
  ['a==', false],
  ['a1=b', false],
  ['a b=c', false],
  [`${'a'.repeat(20)}=b`, true],
  [`${'a'.repeat(21)}=b`, false],
  ['-a', true],
  ['#a', true],
  ['@a', true],
  ['(a', true],
  ['[a', true],
  ['{a', true],
  ['<a', true],
  ['*a', false],
  ['a-', false],
  ['a@b.c', true],
  ['a@b-c.d.e', true],
  ['a@b', false],
  ['a@b.', false],
  ['a@b@c.d', false],
  ['a@b.c/d', false],
])('%j is a note: %s', (text, is) => {
  expect(isNote(text)).toBe(is);
});

test.each([
  ['a1b', true],
  ['a1', false],
  ['abc', false],
  ['123', false],
  ['12a', true],
  ['A1B', true],
  ['a`1', true],
  ['a{1', true],
  ['a@1', true],
  ['a.b', false],
  ['a-b', false],
  ["a'b", false],
  ['a’b', false],
  ['a_b', true],
  ['a!b', true],
  ['a!', false],
  ['äb1', true],
  ['äbc', false],
  ['ab٣', true],
  ['-a1', false],
  ['a=b1', false],
  ['a@b1.c', false],
  ['...', false],
  ['a.1', true],
])('the password %j looks like one: %s', (text, is) => {
  const [tokens, login] = loginIn(`ann:${text}`);
  expect(isPasswordLike(tokens, login)).toBe(is);
});

test.each([
  ['ann:pw', true],
  ['ann:12', true],
  ['12:ann', true],
  ['12:34', false],
  ['12:345', true],
  ['123:45', true],
  ['1,200', false],
  ['12;34.5', false],
  ['12;a', true],
  ['a;12', true],
  ['1.5;2', false],
  ['.5;2', true],
  ['a:!', false],
  ['!:a', false],
  ['a=b:c', false],
  ['a:b=c', false],
  ['"a":"b"', false],
  ['"a":b', true],
  ['a:"b"', true],
  ["'a':'b'", false],
  ['`a`:`b`', false],
  [`"a':"b"`, true],
  ['-a:b', false],
  ['#a:b', false],
  ['@a:b', false],
  ['(a:b', false],
  ['a:-b', true],
  ['a:(b', true],
  ['a:(b)', false],
  ['a:[b]', false],
  ['a:{b}', false],
  ['a:<b>', false],
  ['a:()', false],
  ['a:(abc)d', false],
  ['a:d(abc)d', true],
  ['a:(abcdefg)d', false],
  ['a:(ab)d', true],
  ['a:(abcdefgh)d', true],
  ['a:(abc]d', false],
  ['a:b(c)', true],
  ['city:b', false],
  ['user:b', false],
  ['User:b', false],
  ['us er:b', true],
  ['users:b', true],
  ['cc:b', false],
  ['c:b', true],
  ['elite:b', false],
  ['b:elite', false],
  ['DE:b', false],
  ['10:30', false],
  ['10:30:11', false],
])('%j is plainly a username and a password: %s', (text, is) => {
  const [tokens, login] = loginIn(text);
  expect(isPlain(tokens, login)).toBe(is);
});

test('a phrase of two words is no username and password', () => {
  const tokens = tokensOf('high anonymity');
  expect(isPlain(tokens, { kind: 7, first: 0, password: 1, end: 2 })).toBe(false);
});

test.each([
  ['12:30:11', true],
  ['2001:db8::7', true],
  ['12:30', true],
  ['12:3', false],
  ['elite:x', false],
  ['high:anonymity', false],
])('%j is one word: %s', (text, is) => {
  const [tokens, login] = loginIn(text);
  expect(isOneWord(tokens, login)).toBe(is);
});

test.each([
  ['1:2', true],
  ['12345:67890', true],
  ['123456:1', false],
  ['1:123456', false],
  ['1.5:9,9', true],
  ['1:a', false],
  ['a:1', false],
  ['1:a:b', true],
  ['123456:a:b', false],
  ['1x:a:b', false],
  ['.1:2', false],
])('%j may be two numbers, or a port: %s', (text, is) => {
  const [tokens, login] = loginIn(text);
  expect(areNumbers(tokens, login)).toBe(is);
});

test.each([
  ['ann:pw', false],
  ['ann:pw{De}', true],
  ['ann:pw{D}', false],
  ['ann:{De}', false],
  ['ann:pw{De}x', false],
  ['ann:pw{1e}', false],
  ['ann:pw{Ö 1_-}', true],
  ['ann:cc=DE', true],
  ['ann:x:cc=DE', true],
  ['ann:x?cc=DE', true],
  ['ann:x#cc=DE', true],
  ['ann:x&cc=DE', true],
  ['ann:x;cc=DE', true],
  ['ann:x,cc=DE', true],
  ['ann:x|cc=DE', true],
  ['ann:x-cc=DE', false],
  ['ann:x&y=1', false],
  ['ann:x&y=1&cc=2', true],
  ['ann:cc==', false],
  ['ann:cc=', false],
  ['ann:(x)', false],
  ['user=a:b', true],
  ['x=a:b', false],
  ['x=a:y=b', true],
  ['x1=a:y=b', false],
  ['user:a:pass:b', true],
  ['login:a:pwd:b', true],
  ['user:a:x:pass:b', true],
  ['user:a:b:pass', false],
  ['user:a:b:c', false],
  ['user:pass:a:b', false],
  ['user:a:pass', false],
  ['pass:a:user:b', false],
  ['x:a:pass:b', false],
])('%j has names: %s', (text, is) => {
  const [tokens, login] = loginIn(text);
  expect(isLabelled(tokens, login)).toBe(is);
});

test('a username alone has no named end', () => {
  const tokens = tokensOf('x{Desk}');
  expect(isLabelled(tokens, { kind: 1, first: 0, password: 1, end: 1 })).toBe(false);
});

test.each([
  ['ann:pw:a.b/c', true],
  ['ann:a.b/c', false],
  ['ann:pw://a.b/c', true],
  ['ann:pw:///a.b/c', false],
  ['ann:pw:a/c', false],
  ['ann:pw:a.b/', false],
  ['ann:pw:a.b//', false],
  ['ann:pw:a.b/ c', false],
  ['ann:a.b/c:pw', false],
  [`ann:pw:${'a.'.repeat(8)}b/c`, true],
  [`ann:pw:${'a.'.repeat(9)}b/c`, false],
  [`ann:pw:${'a'.repeat(63)}.b/c`, true],
  [`ann:pw:${'a'.repeat(64)}.b/c`, false],
  ['ann:pw:a_b.c/d', false],
])('%j ends in a link without its scheme: %s', (text, is) => {
  const [tokens, login] = loginIn(text);
  expect(endsInBareLink(tokens, login)).toBe(is);
});

test.each([
  ['ann:pw:Desk 7', 3, true],
  ['ann:pw:Desk', 3, true],
  ['ann:pw', 2, false],
  ['ann:pw Desk:7', 2, false],
  ['ann:pw:Desk DE', 3, false],
  ['ann:pw:Desk  7', 3, true],
  ['ann:pw:Desk : 7', 4, false],
  ['ann:pw:Desk;7', 4, true],
  ['ann:pw:Desk ;7', 4, false],
  ['ann:pw:Desk\t7', 3, true],
])('%j is a password and a name: %s', (text, end, is) => {
  const tokens = tokensOf(text);
  expect(isNameWithBlank(tokens, { kind: 1, first: 0, password: 1, end }, tokens.count)).toBe(is);
});

test('a name with a blank stands behind a colon', () => {
  const tokens = tokensOf('ann;pw:Desk 7');
  expect(isNameWithBlank(tokens, { kind: 2, first: 0, password: 1, end: 3 }, 4)).toBe(false);
});
