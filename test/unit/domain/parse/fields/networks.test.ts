import { describe, expect, test } from 'vitest';
import { readHost } from '../../../../../src/domain/parse/fields/host.ts';
import {
  formatQuad,
  isLinkLocal,
  parseLooseV4,
  parseQuad,
  parseV6,
} from '../../../../../src/domain/parse/fields/ip-address.ts';

const PUBLIC = 'public';
/** Why a host is refused, without the sentence around it. */
function networkOf(host: string): string {
  const read = readHost(host, false);
  if (typeof read === 'string') return PUBLIC;
  return /^The host is not on the public internet: (.*)\.$/.exec(read.reason)?.[1] ?? read.reason;
}

describe('a network that is not public (IANA) is named from its first to its last address, and no further', () => {
  test.each([
    ['unspecified (0.0.0.0/8)', '0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
    ['private (10.0.0.0/8)', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
    ['private (carrier-grade NAT, 100.64.0.0/10)', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['loopback (127.0.0.0/8)', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
    ['link-local (169.254.0.0/16)', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
    ['private (172.16.0.0/12)', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['reserved (192.0.0.0/24)', '192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
    ['reserved (192.88.99.0/24)', '192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
    ['private (192.168.0.0/16)', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['reserved (198.18.0.0/15)', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
    ['multicast (224.0.0.0/4)', '224.0.0.0', '239.255.255.255', '223.255.255.255', null],
    ['reserved (240.0.0.0/4)', '240.0.0.0', '255.255.255.255', null, null],
    ['multicast (ff00::/8)', 'ff00::', 'ffff:ffff::', 'feff::', null],
    ['private (fc00::/7)', 'fc00::', 'fdff:ffff::', null, null],
    ['link-local (fe80::/10)', 'fe80::', 'febf:ffff::', null, null],
    ['private (fec0::/10)', 'fec0::', 'feff:ffff::', null, null],
    ['reserved', '4000::', 'fbff:ffff::', '3ffe:ffff::', null],
    ['reserved (2001::/23)', '2001::', '2001:1ff:ffff::', '2000:ffff::', '2001:200::'],
    ['reserved (3fff::/20)', '3fff::', '3fff:fff:ffff::', '3ffe:ffff::', '3fff:1000::'],
    ['reserved (::/96)', '::', '::1.2.3.4', null, null],
    ['loopback (::1)', '::1', '::1', null, null],
    ['reserved', '1::', '63:ffff::', null, null],
    ['reserved (64:ff9b:1::/48)', '64:ff9b:1::', '64:ff9b:0:1::', null, null],
  ] as const)('%s', (...[name, first, last, ...around]) => {
    // Of the first addresses of ::/96 the IPv4 address inside is what counts.
    const names = first === '::' ? ['unspecified (0.0.0.0/8)', name] : [name, name];
    expect([first, last].map(networkOf)).toEqual(names);
    for (const outside of around) if (outside !== null) expect(networkOf(outside)).not.toBe(name);
  });

  test.each([
    ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
    ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255', '192.0.1.0'],
    ...['192.88.98.255', '192.88.100.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0'],
    ...['223.255.255.255', '2000::', '2001:200::', '2001:db8::', '3ffe:ffff::', '3fff:1000::'],
    ...['::ffff:1.2.3.4', '64:ff9b::1.2.3.4', '2002:102:304::', '2a00:ff9b::1.2.3.4', '2a00:ff9b:1::'],
  ])('%s is public', (host) => {
    expect(networkOf(host)).toBe(PUBLIC);
  });

  test.each([
    ['::10.0.0.1', 'private (10.0.0.0/8)'],
    ['::ffff:192.168.0.1', 'private (192.168.0.0/16)'],
    ['64:ff9b::192.168.0.1', 'private (192.168.0.0/16)'],
    ['2002:c0a8:1::', 'private (192.168.0.0/16)'],
    ['2002:a00:1::', 'private (10.0.0.0/8)'],
    ['::ffff:0.0.0.1', 'unspecified (0.0.0.0/8)'],
    ['64:ff9a::1.2.3.4', 'reserved'],
    ['::fffe:1.2.3.4', 'reserved'],
    ['1::ffff:1.2.3.4', 'reserved'],
    ['0:0:0:0:1:ffff:1.2.3.4', 'reserved'],
  ])('%s is judged by the IPv4 address in it, if it has one: %s', (host, name) => {
    expect(networkOf(host)).toBe(name);
  });
});

describe('an IPv4 address', () => {
  test.each([
    ['0.0.0.0', 0],
    ['1.2.3.4', 0x01020304],
    ['255.255.255.255', 0xffffffff],
    ['10.0.0.9', 0x0a000009],
  ])('%s is four numbers', (text, address) => {
    expect(parseQuad(text)).toBe(address);
    expect(parseQuad(`x${text}y`, 1, text.length + 1)).toBe(address);
    expect(formatQuad(address)).toBe(text);
  });

  test.each([
    ...['', '.', '1', '1.2', '1.2.3', '1.2.3.', '.1.2.3', '1..2.3', '1.2.3.4.', '1.2.3.4.5', '1.2.3.256', '1.2.3.04'],
    ...['1.2.3.00', '1.2.3.a', '1.2.3/4', '1.2.3:4', '1.2.3.-4', ' 1.2.3.4', '1.2.3.4 ', '256.1.1.1', '01.2.3.4'],
  ])('%j is none', (text) => {
    expect(parseQuad(text)).toBe(-1);
  });

  test.each([
    ['0', 0],
    ['4294967295', 0xffffffff],
    ['1.2', 0x01000002],
    ['1.16777215', 0x01ffffff],
    ['1.2.3', 0x01020003],
    ['1.2.65535', 0x0102ffff],
    ['1.2.3.255', 0x010203ff],
    ['0x1.0X2.03.4', 0x01020304],
    ['0x', 0],
    ['017', 15],
    ['0xFF', 255],
  ])('%s is another spelling that inet_aton takes', (text, address) => {
    expect(parseLooseV4(text)).toBe(address);
  });

  test.each([
    '',
    '4294967296',
    '1.16777216',
    '1.2.65536',
    '1.2.3.256',
    '256.1',
    '1.256.3',
    '1.2.3.4.5',
    '08',
    '0x1g',
    'x0x1',
  ])('%j is no such spelling', (text) => {
    expect(parseLooseV4(text)).toBe(-1);
  });
});

test.each([
  ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
  ['::0.0.0.0', [0, 0, 0, 0, 0, 0, 0, 0]],
  ['::1.2.3.4', [0, 0, 0, 0, 0, 0, 0x102, 0x304]],
  ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304]],
  ['2001:db8::7', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 7]],
  ['1.2.3.4', null],
  ['fe80::1%eth0', null],
  ['2001:db8', null],
  ['abcd', null],
])('the groups of %s are %j', (text, groups) => {
  expect(parseV6(text)).toEqual(groups);
});

test('only link-local addresses are those under which clouds give out credentials', () => {
  for (const ip of ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', '::ffff:169.254.0.1'])
    expect(isLinkLocal(ip)).toBe(true);
  for (const ip of ['10.0.0.1', '203.0.113.7', '2001:db8::1', 'no address']) expect(isLinkLocal(ip)).toBe(false);
});
