import { isIP } from 'node:net';
import { isPrivateAddress } from '../domain/parse/fields/ip-address.ts';
import type { Resolve } from './resolver.ts';

/** A name or an address that leads into a private network, where what people typed must not lead us. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** Whether an IP address leads to this machine. */
export function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && /^(127\.|::1$)/.test(address);
}

/**
 * Resolves a host and checks every address of it. The connection must go to the address that is returned, never to the name again:
 * a second answer could be another one. An IP address is checked without a question.
 *
 * @throws PrivateAddressError if one of them is private and that is not allowed; what `resolve` rejects with.
 */
export async function resolvePinned(host: string, resolve: Resolve, isPrivateAllowed: boolean): Promise<string> {
  const addresses = isIP(host) ? [host] : await resolve(host);
  if (!isPrivateAllowed && addresses.some(isPrivateAddress)) throw new PrivateAddressError('a private address');
  const [address] = addresses;
  if (address === undefined) throw Object.assign(new Error('no addresses'), { code: 'ENODATA' });
  return address;
}
