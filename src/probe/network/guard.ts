import { isIP } from 'node:net';
import { isPrivateAddress } from '../../domain/parse/fields/ip-address.ts';
import type { Connection } from './connection.ts';
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
 * Resolves a host and checks every address of it. The connection then goes to the one that is returned, not to the name again:
 * a second answer could be another one.
 *
 * @throws PrivateAddressError where one of them is private and that is not allowed; what the resolver rejects with.
 */
export async function resolvePinned(
  connection: Connection,
  host: string,
  resolve: Resolve,
  isPrivateAllowed: boolean,
): Promise<string> {
  const addresses = isIP(host) ? [host] : await connection.wait(resolve(host));
  if (!isPrivateAllowed && addresses.some(isPrivateAddress)) throw new PrivateAddressError('a private address');
  const [address] = addresses;
  if (address === undefined) throw Object.assign(new Error('no addresses'), { code: 'ENODATA' });
  return address;
}
