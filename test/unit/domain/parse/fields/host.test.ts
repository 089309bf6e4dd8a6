import { describe, expect, test } from 'vitest';
import { readHost } from '../../../../../src/domain/parse/fields/host.ts';
import { isPrivateAddress } from '../../../../../src/domain/parse/fields/ip-address.ts';
import { Refusal } from '../../../../../src/domain/parse/fields/refusal.ts';

describe('a host', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7.', '203.0.113.7'],
    ['Proxy.Example.COM.', 'proxy.example.com'],
    ['my_gate.example.com', 'my_gate.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['192.0.2.1', '192.0.2.1'],
    ['198.51.100.1', '198.51.100.1'],
    ['2002:cb00:7107::1', '2002:cb00:7107::1'],
    ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
    ['4.proxy4.example', '4.proxy4.example'],
  ])('%s is kept as %s', (text, host) => {
    expect(readHost(text, false)).toBe(host);
  });

  test.each([
    ['999.1.1.1', 'over 255'],
    ['203.0.113.256', 'over 255'],
    ['203.0.113', 'four decimal numbers'],
    ['0xcb007107', 'four decimal numbers'],
    ['203.0.113.010', 'four decimal numbers'],
    ['255.0.113.010', 'four decimal numbers'],
    ['1.2.3.4.5', 'a host name or an IP address'],
    ['example.123', 'a host name or an IP address'],
    ['-a.example.com', 'a host name or an IP address'],
    ['[2001:db8::7', 'a host name or an IP address'],
    ['2001:db8::7]', 'a host name or an IP address'],
    ['[[2001:db8::7', 'a host name or an IP address'],
    ['a-.example.com', 'a host name or an IP address'],
    ['_a.example.com', 'a host name or an IP address'],
    ['a..example.com', 'a host name or an IP address'],
    ['example.com..', 'a host name or an IP address'],
    ['203.0.113.7..', 'a host name or an IP address'],
    ['127.0.0.1..', 'a host name or an IP address'],
    ['localhost..', 'a host name or an IP address'],
    ['exa mple.com', 'a host name or an IP address'],
    ['example.com/x', 'a host name or an IP address'],
    [`${'a'.repeat(64)}.example.com`, 'a host name or an IP address'],
    ['', 'a host name or an IP address'],
    ['.', 'a host name or an IP address'],
    ['2001:db8:::7', 'a host name or an IP address'],
    ['fe80::1%eth0', 'a host name or an IP address'],
    [`${'a.'.repeat(130)}example.com`, 'at most 253'],
    ['gateway', 'must contain a dot'],
  ])('%s is refused: %s', (text, reason) => {
    expect(readHost(text, false)).toMatchObject({ reason: expect.stringContaining(reason) });
  });

  const PRIVATE = [
    ['10.1.2.3', '10.1.2.3'],
    ['100.64.0.1', '100.64.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['0x7F.0.0.0x1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['017700000001', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['１２７.0.0.1', '127.0.0.1'],
    ['169.254.169.254', '169.254.169.254'],
    ['172.31.255.255', '172.31.255.255'],
    ['192.168.1.1', '192.168.1.1'],
    ['192.0.0.1', '192.0.0.1'],
    ['198.19.0.1', '198.19.0.1'],
    ['224.0.0.1', '224.0.0.1'],
    ['240.0.0.1', '240.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
    ['::1', '::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['::10.0.0.1', '::a00:1'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
    ['64:ff9b:1::1', '64:ff9b:1::1'],
    ['2002:a00:1::', '2002:a00:1::'],
    ['2001::1', '2001::1'],
    ['fc00::1', 'fc00::1'],
    ['fe80::1', 'fe80::1'],
    ['fec0::1', 'fec0::1'],
    ['ff02::1', 'ff02::1'],
    ['100::1', '100::1'],
    ['localhost', 'localhost'],
    ['LOCALHOST.', 'localhost'],
    ['a.localhost', 'a.localhost'],
    ['printer.local', 'printer.local'],
    ['db.internal', 'db.internal'],
    ['router.home.arpa', 'router.home.arpa'],
    ['squid', 'squid'],
  ];
  test.each(PRIVATE)('%s is refused unless private hosts are allowed', (text, host) => {
    expect(readHost(text, false)).toBeInstanceOf(Refusal);
    expect(readHost(text, true)).toBe(host);
  });
});

describe('isPrivateAddress', () => {
  test.each([
    '10.0.0.1',
    '127.0.0.1',
    '::1',
    'fe80::1%eth0',
    '::ffff:192.168.0.1',
    '0.0.0.0',
    '224.0.0.1',
    'no address',
    '',
  ])('holds for %s', (ip) => {
    expect(isPrivateAddress(ip)).toBe(true);
  });

  test.each([
    '203.0.113.7',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '192.0.2.1',
    '2001:db8::1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])('does not hold for %s', (ip) => {
    expect(isPrivateAddress(ip)).toBe(false);
  });
});
