import { expect, test } from 'vitest';
import { resolvePinned } from '../../../src/net/address-guard.ts';

const LINK_LOCAL = ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe'];
const PRIVATE = ['10.0.0.1', '127.0.0.1', '192.168.1.1', 'fd00::1'];

test.each(LINK_LOCAL)('%s stays closed, even where private addresses are allowed', async (address) => {
  const resolve = async () => ['192.168.1.1', address];
  for (const isPrivateAllowed of [true, false]) {
    await expect(resolvePinned('proxy.example', resolve, isPrivateAllowed)).rejects.toThrow('a link-local address');
  }
});

test.each(PRIVATE)('%s is open only where private addresses are allowed', async (address) => {
  const resolve = async () => [address];
  expect(await resolvePinned('proxy.example', resolve, true)).toBe(address);
  await expect(resolvePinned('proxy.example', resolve, false)).rejects.toThrow('a private address');
});
