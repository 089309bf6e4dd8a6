import { describe, expect, test } from 'vitest';
import { parseQuad } from '../../../../../src/domain/parse/fields/ip-address.ts';
import { ADDRESS_FIRST, CREDENTIALS_FIRST } from '../../../../../src/domain/parse/forms/layout.ts';
import { Tokens } from '../../../../../src/domain/parse/forms/tokens.ts';
import { PlainRow } from '../../../../../src/domain/parse/plain/plain-row.ts';

const tokens = new Tokens();
const row = new PlainRow();

/** All that a row says; null for a line that is none. */
function readRow(text: string) {
  if (!row.read(tokens.read(text, 0, text.length))) return null;
  return {
    order: row.order,
    type: row.type,
    host: tokens.textOf(row.host),
    address: row.address,
    port: row.port,
    username: text.slice(row.userFrom, row.userTo),
    password: text.slice(row.passwordFrom, row.passwordTo),
    country: row.country,
  };
}

const ADDRESS = { host: '203.0.113.7', address: parseQuad('203.0.113.7'), port: 8080 };
const FIRST = {
  order: ADDRESS_FIRST,
  type: null,
  ...ADDRESS,
  username: 'ann',
  password: 's3cret',
  country: null,
};
const LAST = { ...FIRST, order: CREDENTIALS_FIRST };
const LONG = 'x'.repeat(255);

describe('a plain row', () => {
  test.each([
    ['203.0.113.7:8080:ann:s3cret', FIRST],
    ['203.0.113.7;8080;ann;s3cret', FIRST],
    ['203.0.113.7,8080,ann,s3cret', FIRST],
    ['203.0.113.7|8080|ann|s3cret', FIRST],
    ['203.0.113.7\x7f8080\x7fann\x7fs3cret', null],
    ['203.0.113.7,8080,ann&amp,s3cret', { ...FIRST, username: 'ann&amp' }],
    ['203.0.113.7:8080:Ann:1x', { ...FIRST, username: 'Ann', password: '1x' }],
    ['203.0.113.7:8080:a:-', null],
    ['203.0.113.7:8080:a:_', { ...FIRST, username: 'a', password: '_' }],
    ['203.0.113.7:8080:z:!', { ...FIRST, username: 'z', password: '!' }],
    ['203.0.113.7:8080:A:Z', { ...FIRST, username: 'A', password: 'Z' }],
    ['203.0.113.7:8080:Z:$x', { ...FIRST, username: 'Z', password: '$x' }],
    [`203.0.113.7:8080:${LONG}:${LONG}`, { ...FIRST, username: LONG, password: LONG }],
    ['203.0.113.7:65535:ann:s3cret', { ...FIRST, port: 65_535 }],
    ['203.0.113.7:1:ann:s3cret', { ...FIRST, port: 1 }],
    ['10.0.0.1:8080:ann:s3cret', { ...FIRST, host: '10.0.0.1', address: 0x0a000001 }],
    ['ann:s3cret@203.0.113.7:8080', LAST],
    ['http://ann:s3cret@203.0.113.7:8080', { ...LAST, type: 'http' }],
    ['SSL://ann:s3cret@203.0.113.7:8080', { ...LAST, type: 'https' }],
    ['socks4a://ann:s3cret@203.0.113.7:8080', { ...LAST, type: 'socks4' }],
    ['socks5h://ann:s3cret@203.0.113.7:8080', { ...LAST, type: 'socks5' }],
    ['203.0.113.7:8080:ann:s3cret:DE', { ...FIRST, country: 'DE' }],
    ['203.0.113.7:8080:ann:s3cret:UK', { ...FIRST, country: 'GB' }],
    [`203.0.113.7:8080:ann:${'x'.repeat(252)}:DE`, { ...FIRST, password: 'x'.repeat(252), country: 'DE' }],
  ])('%s', (text, read) => {
    expect(readRow(text)).toEqual(read);
  });

  test('keeps nothing of the row before it', () => {
    expect(readRow('socks5://ann:s3cret@203.0.113.7:8080')).toEqual({ ...LAST, type: 'socks5' });
    expect(readRow('203.0.113.7:8080:ann:s3cret:DE')).toEqual({ ...FIRST, country: 'DE' });
    expect(readRow('203.0.113.7:8080:ann:s3cret')).toEqual(FIRST);
    expect(readRow('socks5://ann:s3cret@203.0.113.7:8080')).toEqual({ ...LAST, type: 'socks5' });
    expect(readRow('203.0.113.7:8080:ann:s3cret')).toEqual(FIRST);
    expect(readRow('socks5://ann:s3cret@203.0.113.7:8080')).toEqual({ ...LAST, type: 'socks5' });
    expect(readRow('ann:s3cret@203.0.113.7:8080')).toEqual(LAST);
  });

  test('may be a part of a larger text', () => {
    const text = 'x/%:203.0.113.7:8080:ann:s3cret:x/%';
    expect(row.read(tokens.read(text, 4, text.length - 4))).toBe(true);
    expect(text.slice(row.userFrom, row.passwordTo)).toBe('ann:s3cret');
  });
});

describe('no plain row', () => {
  test.each([
    // The host or the port may be something else.
    'gate.example.com:8080:ann:s3cret',
    '300.0.113.7:8080:ann:s3cret',
    '203.0.113:8080:ann:s3cret',
    '[2001:db8::7]:8080:ann:s3cret',
    '203.0.113.7:0:ann:s3cret',
    '203.0.113.7:65536:ann:s3cret',
    '203.0.113.7:080x:ann:s3cret',
    '203.0.113.7::ann:s3cret',
    'ann:s3cret@gate.example.com:8080',
    'ann:s3cret@203.0.113.7:0',
    // The credentials may be something else.
    '203.0.113.7:8080:7:s3cret',
    '203.0.113.7:8080:7a:s3cret',
    '203.0.113.7:8080:-U:s3cret',
    '203.0.113.7:8080:^x:s3cret',
    '203.0.113.7:8080:!:s3cret',
    '203.0.113.7:8080:ann:7',
    '203.0.113.7:8080:ann:',
    '203.0.113.7:8080::s3cret',
    '203.0.113.7:8080:socks5:s3cret',
    '203.0.113.7:8080:Germany:s3cret',
    '203.0.113.7:8080:DE:s3cret',
    '203.0.113.7:8080:elite:s3cret',
    '203.0.113.7:8080:ann:HTTP',
    '203.0.113.7:8080:ann:elite',
    '203.0.113.7:8080:ann:120ms',
    '203.0.113.7:8080:ann:+',
    '203.0.113.7:8080:ann:yes',
    '203.0.113.7:8080:ann:DE',
    `203.0.113.7:8080:${LONG}x:s3cret`,
    `203.0.113.7:8080:ann:${LONG}x`,
    'ann:7@203.0.113.7:8080',
    '7:s3cret@203.0.113.7:8080',
    'http:s3cret@203.0.113.7:8080',
    'ann:s3cret:203.0.113.7:8080',
    // A character may have a meaning of its own.
    '203.0.113.7:8080:ann:s#cret',
    '203.0.113.7:8080:ann:"s3cret"',
    '203.0.113.7:8080:ann:s[cret',
    '203.0.113.7:8080:ann:s?cret',
    '203.0.113.7:8080:ann:s/cret',
    '203.0.113.7:8080:ann:secrét',
    '203.0.113.7:8080:ann:s3 cret',
    '203.0.113.7\t8080\tann\ts3cret',
    '203.0.113.7:8080:ann:s@cret',
    '203.0.113.7;8080;ann&amp;s3cret',
    // Other separators, and more or fewer of them.
    '203.0.113.7;8080:ann:s3cret',
    '203.0.113.7:8080;ann:s3cret',
    '203.0.113.7:8080:ann;s3cret',
    '203.0.113.7;8080;ann:s3cret',
    '203.0.113.7@8080@ann@s3cret',
    '203.0.113.7:8080@ann:s3cret',
    '203.0.113.7@8080:ann:s3cret',
    'ann;s3cret@203.0.113.7:8080',
    'ann:s3cret@203.0.113.7;8080',
    '203.0.113.7:8080',
    '203.0.113.7:8080:ann',
    '203.0.113.7:8080:ann:s3cret:x:y',
    // The fifth part may belong to the password.
    '203.0.113.7:8080:ann:s3cret:ZZ',
    '203.0.113.7:8080:ann:s3cret:de',
    '203.0.113.7:8080:ann:s3cret:DEU',
    '203.0.113.7:8080:ann:s3cret:D',
    '203.0.113.7:8080:ann:s3cret:',
    '203.0.113.7:8080:ann:s3cret;DE',
    '203.0.113.7;8080:ann:s3cret:DE',
    '203.0.113.7:8080;ann:s3cret:DE',
    '203.0.113.7:8080:ann;s3cret:DE',
    '203.0.113.7;8080;ann;s3cret;DE',
    '203.0.113.7:8080:ann:7:DE',
    '203.0.113.7:8080:ann:s/cret:DE',
    '203.0.113.7:0:ann:s3cret:DE',
    'ann:s3cret:203.0.113.7:8080:DE',
    `203.0.113.7:8080:ann:${'x'.repeat(253)}:DE`,
    // The scheme, and what it changes.
    'ftp://ann:s3cret@203.0.113.7:8080',
    'socks5:/ann:s3cret@203.0.113.7:8080',
    'socks5:x/ann:s3cret@203.0.113.7:8080',
    'socks5:/xann:s3cret@203.0.113.7:8080',
    'socks5;//ann:s3cret@203.0.113.7:8080',
    'socks5://ann;s3cret@203.0.113.7:8080',
    'socks5://ann:s3cret:203.0.113.7:8080',
    'socks5://ann:s3cret@203.0.113.7;8080',
    'socks5://ann@s3cret@203.0.113.7:8080',
    'socks5://203.0.113.7:8080:ann:s3cret',
    'socks5://ann:s3cret@gate.example.com:8080',
    'socks5://7:s3cret@203.0.113.7:8080',
    'socks5://ann:7@203.0.113.7:8080',
    'socks5://a%41:s3cret@203.0.113.7:8080',
    'socks5://ann:s3cret%@203.0.113.7:8080',
    'socks5://ann:%s3cret@203.0.113.7:8080',
    'socks5:///nn:s3cret@203.0.113.7:8080',
    'socks5://a/n:s3cret@203.0.113.7:8080',
    'socks5://ann:s3cret/@203.0.113.7:8080',
    'socks5://ann:s3cret@203.0.113.7:8080/',
    'socks5://ann:s3cret?x@203.0.113.7:8080',
    '',
  ])('%s', (text) => {
    expect(readRow(text)).toBeNull();
  });
});
