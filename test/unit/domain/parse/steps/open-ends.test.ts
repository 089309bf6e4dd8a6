import { expect, test } from 'vitest';
import { openEnd } from '../../../../../src/domain/parse/forms/login/password.ts';
import { Tokens } from '../../../../../src/domain/parse/forms/tokens.ts';
import { nameOfWord } from '../../../../../src/domain/parse/forms/words.ts';

/** Everything that is open behind the password of `ann`: the tail with its words and its separator, its last field, and the end of the line. */
function endOf(text: string, hasBlank = false): string | null {
  const tokens = new Tokens().read(text, 0, text.length);
  let filled = tokens.count;
  while (tokens.isEmpty(filled - 1)) filled--;
  const end = Math.max(filled, 2);
  const open = openEnd(tokens, { kind: tokens.separatorBefore(1), first: 0, password: 1, end }, filled, hasBlank);
  if (!open) return null;
  const words = open.tailWords?.map((word) => nameOfWord(word)).join() ?? 'password';
  return [
    `${open.tailFrom}-${open.tailTextFrom} ${words} ${open.tailKind}`,
    `${open.lastFrom}-${open.lastTextFrom}`,
    `${open.hasBlank ? 'blank ' : ''}${open.endFrom} ${open.endKind}`,
  ].join(', ');
}

test.each([
  ['ann:pw', null],
  ['ann:pw:x', '6-7 password 1, 6-7, -1 -1'],
  ['ann:pw:x:y', '6-7 password 1, 8-9, -1 -1'],
  ['ann:pw:DE', '6-7 country 1, 6-7, -1 -1'],
  ['ann:pw:socks5', '6-7 type 1, 6-7, -1 -1'],
  ['ann:pw:socks5:DE', '6-7 type,country 1, 13-14, -1 -1'],
  ['ann:pw:Desk 7', '6-7 password 1, 6-7, -1 -1'],
  ['ann:pw:1600000000', '6-7 date 1, 6-7, -1 -1'],
  ['ann:pw:', '-1--1 password 0, -1--1, 6 1'],
  ['ann:pw::', '-1--1 password 0, -1--1, 6 1'],
  ['ann:pw;', '-1--1 password 0, -1--1, 6 2'],
  ['ann:pw:;', '-1--1 password 0, -1--1, 6 2'],
  ['ann;pw;', '-1--1 password 0, -1--1, 6 2'],
  ['ann@pw:', '-1--1 password 0, -1--1, 6 1'],
  ['ann:pw:x;', '6-7 password 1, 6-7, 8 2'],
  ['ann:pw:DE;', '6-7 country 1, 6-7, 9 2'],
  ['ann:pw;DE:', '6-7 country 2, 6-7, 9 1'],
  ['ann:pw;x', '6-7 text 2, 6-7, -1 -1'],
  ['ann:pw\tx', '6-7 text 6, 6-7, -1 -1'],
  ['ann:pw;x;y', null],
  ['ann:pw;x:y', '8-9 password 1, 8-9, -1 -1'],
  ['ann:pw:x;y', '6-7 password 1, 6-7, -1 -1'],
  ['ann:pw;:x', '7-8 password 1, 7-8, -1 -1'],
  ['ann:;x', null],
  ['ann:pw;;x', null],
  ['ann:;;x', null],
  ['ann:pw;DE', '6-7 country 2, 6-7, -1 -1'],
  ['ann:pw ;DE', '6-8 country 2, 6-8, -1 -1'],
  ['ann:pw|socks5|Germany', '6-7 type,country 4, 6-7, -1 -1'],
  ['ann:pw;x;DE', '6-7 text,country 2, 6-7, -1 -1'],
  ['ann:pw;DE;120', '6-7 country,text 2, 6-7, -1 -1'],
  ['ann:pw:DE|elite', '6-7 country,anonymity 1, 6-7, -1 -1'],
  ['ann:pw:x|elite', '8-9 anonymity 4, 8-9, -1 -1'],
  ['ann:pw:x:DE|elite', '6-7 text,country,anonymity 1, 8-9, -1 -1'],
  ['ann:pw;1600000000', '6-7 date 2, 6-7, -1 -1'],
  ['ann;pw', null],
  ['ann;pw:DE', null],
  ['ann,pw,DE', null],
])('the end of %j is open: %s', (text, end) => {
  expect(endOf(text)).toBe(end);
});

test('a blank behind the first separator is noted', () => {
  expect(endOf('ann:pw:Desk 7', true)).toBe('6-7 password 1, 6-7, blank -1 -1');
});
