import { isIPv4, isIPv6 } from 'node:net';
import { parseV6 } from '../../domain/parse/fields/ip-address.ts';
import { codeOf } from '../../net/network-fault.ts';
import { CheckFailure } from '../failure.ts';
import { ClosedError, type Connection } from '../network/connection.ts';
import { readVersion } from './socks-version.ts';
import type { Credentials, Destination } from './tunnel.ts';

const VERSION = 5;
const METHOD_NONE = 0;
const METHOD_PASSWORD = 2;
const METHOD_REFUSED = 0xff;
const METHOD_WANTS: Record<number, string> = { 1: 'GSSAPI, which is not supported', 2: 'add a username and password' };
const MAX_FIELD_BYTES = 255;
const ADDRESS_BYTES: Record<number, number> = { 1: 4, 4: 16 };
const ADDRESS_IS_NAME = 3;

/** Replies of RFC 1928, 6, and their meaning for the proxy. */
const REPLIES: Record<number, string> = {
  1: 'general failure',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'time to live expired',
  7: 'command not supported',
  8: 'address type not supported',
};

/**
 * Requests a tunnel from a SOCKS5 proxy (RFC 1928; credentials by RFC 1929).
 *
 * @throws CheckFailure with the proxy's reply; network errors unchanged
 */
export async function connectSocks5(
  connection: Connection,
  destination: Destination,
  credentials: Credentials,
): Promise<void> {
  const hasCredentials = credentials.username !== '' || credentials.password !== '';
  const methods = hasCredentials ? [METHOD_NONE, METHOD_PASSWORD] : [METHOD_NONE];
  connection.write(Buffer.from([VERSION, methods.length, ...methods]));
  await readVersion(connection, [VERSION]);
  const [method = -1] = await connection.read(1);
  if (method === METHOD_REFUSED) {
    throw new CheckFailure(
      'auth',
      hasCredentials
        ? 'The proxy does not accept a username and password (SOCKS5).'
        : 'The proxy requires credentials (SOCKS5).',
    );
  }
  if (!methods.includes(method)) throw notOffered(method);
  if (method === METHOD_PASSWORD) await logIn(connection, credentials);
  await request(connection, destination);
}

/** Some proxies select a method that was not offered instead of refusing (RFC 1928, 3). */
function notOffered(method: number): CheckFailure {
  const wanted = METHOD_WANTS[method] ?? `method ${method}`;
  return new CheckFailure(
    'protocol',
    `The proxy chose an authentication method that was not offered: ${wanted} (SOCKS5).`,
  );
}

async function logIn(connection: Connection, { username, password }: Credentials): Promise<void> {
  connection.write(Buffer.concat([Buffer.from([1]), field(username), field(password)]));
  const status = await readLoginStatus(connection);
  if (status !== 0) throw new CheckFailure('auth', 'The proxy refused the credentials (SOCKS5).');
}

/** A server must close the connection after a failed login (RFC 1929, 2); some do so without a reply. */
async function readLoginStatus(connection: Connection): Promise<number | undefined> {
  try {
    // Version 1 is correct; some servers repeat the 5 of the protocol.
    await readVersion(connection, [1, VERSION]);
    return (await connection.read(1))[0];
  } catch (error) {
    if (connection.isAborted || !(error instanceof ClosedError || codeOf(error) === 'ECONNRESET')) throw error;
    throw new CheckFailure('reset', 'The proxy closed the connection after the login: check the credentials (SOCKS5).');
  }
}

function field(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > MAX_FIELD_BYTES) throw new CheckFailure('auth', 'The credentials are longer than SOCKS5 allows.');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

async function request(connection: Connection, { host, port }: Destination): Promise<void> {
  const command = Buffer.from([VERSION, 1, 0]);
  connection.write(Buffer.concat([command, addressBytes(host), Buffer.from([port >> 8, port & 255])]));
  await readVersion(connection, [VERSION]);
  const [reply = -1] = await connection.read(1);
  if (reply === 2) {
    throw new CheckFailure('auth', 'The proxy refused access (SOCKS5 reply 2): check the credentials and its rules.');
  }
  if (reply !== 0) {
    const reason = REPLIES[reply] ?? 'unknown failure';
    throw new CheckFailure('proxy_error', `The proxy reported an error: ${reason} (SOCKS5 reply ${reply}).`);
  }
  const [, kind = -1] = await connection.read(2);
  const length = kind === ADDRESS_IS_NAME ? (await connection.read(1))[0] : ADDRESS_BYTES[kind];
  if (length === undefined) throw new CheckFailure('protocol', 'The proxy returned an unknown address type (SOCKS5).');
  await connection.read(length + 2);
}

function addressBytes(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)]);
  const groups = isIPv6(host) ? parseV6(host) : null;
  if (groups) return Buffer.from([4, ...groups.flatMap((group) => [group >> 8, group & 255])]);
  return Buffer.concat([Buffer.from([ADDRESS_IS_NAME]), field(host)]);
}
