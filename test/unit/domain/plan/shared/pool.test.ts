import { describe, expect, test } from 'vitest';
import { networkOf } from '../../../../../src/domain/plan/shared/network.ts';
import { isEligible } from '../../../../../src/domain/plan/shared/pool.ts';
import { NOW } from '../pools.ts';

describe('a proxy gets new accounts', () => {
  const sound = { status: 'active', health: 'degraded', expiresAt: NOW + 1, removedAt: null } as const;

  test('while it is active, unexpired, not failing and not removed', () => {
    expect(isEligible(sound, NOW)).toBe(true);
    expect(isEligible({ ...sound, expiresAt: null, health: 'unknown' }, NOW)).toBe(true);
  });

  test.each([
    ['inactive', { status: 'inactive' }],
    ['blocked', { status: 'blocked' }],
    ['failing', { health: 'failing' }],
    ['expired this moment', { expiresAt: NOW }],
    ['removed', { removedAt: NOW - 1 }],
  ] as const)('but not when it is %s', (_, change) => {
    expect(isEligible({ ...sound, ...change }, NOW)).toBe(false);
  });
});

describe('a network', () => {
  test.each([
    ['the exit IP, if it is known', '198.51.100.7', '192.0.2.1', '198.51.100.0/24'],
    ['else the host, if it is an address', null, '192.0.2.1', '192.0.2.0/24'],
    ['a number of three digits', null, '203.0.113.200', '203.0.113.0/24'],
    ['nothing for a host name', null, 'gate.example', null],
    ['a host name’s exit IP', '198.51.100.7', 'gate.example', '198.51.100.0/24'],
    ['nothing for a name that only looks like an address', null, '1.2.3.4.example', null],
    ['the /64 of IPv6', '2001:db8:1:2:3:4:5:6', 'gate.example', '2001:db8:1:2::/64'],
    ['the IPv4 network of a mapped address', '::ffff:198.51.100.7', 'gate.example', '198.51.100.0/24'],
  ])('is that of %s', (_, exitIp, host, network) => {
    expect(networkOf({ exitIp, host })).toBe(network);
  });
});
