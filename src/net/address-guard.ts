import { isIP } from 'node:net';
import { isLinkLocal, isPrivateAddress } from '../domain/parse/fields/ip-address.ts';
import type { Resolve } from './resolver.ts';

/** Thrown if a name or an address leads to a private network, which addresses that people typed must not do. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** Whether an IP address leads to this machine. */
export function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && /^(127\.|::1$)/.test(address);
}

/**
 * Resolves a host and checks all of its addresses. Connect to the returned address, never to the name again: a second
 * lookup could return another address. An IP address is checked without a lookup.
 *
 * @throws PrivateAddressError if one of them is link-local, or private and that is not allowed; any error of `resolve`
 */
export async function resolvePinned(host: string, resolve: Resolve, isPrivateAllowed: boolean): Promise<string> {
  const addresses = isIP(host) ? [host] : await resolve(host);
  if (addresses.some(isLinkLocal)) throw new PrivateAddressError('a link-local address');
  if (!isPrivateAllowed && addresses.some(isPrivateAddress)) throw new PrivateAddressError('a private address');
  const [address] = addresses;
  if (address === undefined) throw Object.assign(new Error('no addresses'), { code: 'ENODATA' });
  return address;
}
