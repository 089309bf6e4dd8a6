import { isIPv4 } from 'node:net';
import type { CheckOutcome } from '../../domain/health/outcome.ts';
import { CheckFailure } from '../failure.ts';
import type { Connection } from '../network/connection.ts';
import { readVersion } from './socks-version.ts';
import type { Credentials, Destination } from './tunnel.ts';

const VERSION = 4;
const GRANTED = 90;
const REFUSALS: Record<number, readonly [outcome: CheckOutcome, detail: string]> = {
  91: ['proxy_error', 'The proxy rejected the request or could not reach the target (SOCKS4 reply 91).'],
  92: ['auth', 'The proxy could not ask for our identity (SOCKS4 reply 92).'],
  93: ['auth', 'The proxy refused the user id (SOCKS4 reply 93).'],
};

/**
 * Requests a tunnel from a SOCKS4 proxy: by name with the 4a extension, so that the proxy resolves it. The protocol has
 * a user id and no password.
 *
 * @throws CheckFailure with the proxy's reply; network errors unchanged
 * @see https://www.openssh.com/txt/socks4.protocol and socks4a.protocol
 */
export async function connectSocks4(
  connection: Connection,
  { host, port }: Destination,
  { username }: Credentials,
): Promise<void> {
  if (username.includes('\0'))
    throw new CheckFailure('auth', 'The username contains a byte that SOCKS4 does not allow.');
  const isAddress = isIPv4(host);
  // 0.0.0.x with x not 0 announces a name (4a).
  const address = isAddress ? host.split('.').map(Number) : [0, 0, 0, 1];
  const name = isAddress ? '' : `${host}\0`;
  const head = Buffer.from([VERSION, 1, port >> 8, port & 255, ...address]);
  connection.write(Buffer.concat([head, Buffer.from(`${username}\0${name}`)]));
  // 0 is correct; some servers repeat the 4 of the protocol.
  await readVersion(connection, [0, VERSION]);
  const [reply = -1] = await connection.read(1);
  if (reply !== GRANTED) {
    const unknown = ['protocol', `The proxy answered with an unknown SOCKS4 reply (${reply}).`] as const;
    throw new CheckFailure(...(REFUSALS[reply] ?? unknown));
  }
  await connection.read(6);
}
