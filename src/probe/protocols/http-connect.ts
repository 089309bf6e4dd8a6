import { formatAddress } from '../../domain/proxies/address.ts';
import { CheckFailure } from '../failure.ts';
import type { Connection } from '../network/connection.ts';
import { HttpError, type ResponseHead, readHead } from './http-message.ts';
import type { Credentials, Destination } from './tunnel.ts';

/** Names of RFC 9209, 2.3, outside of quoted strings; anything else in that place is not repeated to people. */
const PROXY_STATUS_ERROR =
  /^(?:[^";]|"(?:[^"\\]|\\.)*"|;(?!\s*error\s*=))*;\s*error\s*=\s*"?([a-z_]{3,40})(?![^\s;,"])/;
const NO_PROXY = new Set([404, 405, 501]);
/** Where a proxy sends to a page of its own: a login, or a note that the account is empty (511 is RFC 6585, 6). */
const TO_ITS_OWN_PAGE = new Set([301, 302, 303, 307, 308, 511]);

/**
 * Asks an HTTP proxy for a tunnel (CONNECT, RFC 9110, 9.3.6; credentials by RFC 7617). Resolves when it stands, with whether
 * the proxy announced a page of its own behind it, which is how captive portals answer CONNECT.
 *
 * @throws CheckFailure with what the proxy answered; network errors as they are.
 */
export async function connectHttp(
  connection: Connection,
  { host, port }: Destination,
  { username, password }: Credentials,
): Promise<{ isPageAnnounced: boolean }> {
  const authority = formatAddress(host, port);
  const login = username || password ? Buffer.from(`${username}:${password}`).toString('base64') : '';
  const credentials = login ? `Proxy-Authorization: Basic ${login}\r\n` : '';
  connection.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`);
  const head = await readAnswer(connection);
  if (head.status >= 300) throw refusal(head, login !== '');
  return { isPageAnnounced: /^text\/html/i.test(head.headers.get('content-type') ?? '') };
}

async function readAnswer(connection: Connection): Promise<ResponseHead> {
  try {
    return await readHead(connection);
  } catch (error) {
    if (error instanceof HttpError) throw new CheckFailure('protocol', describeGarbage(error.start));
    throw error;
  }
}

/** The first byte often tells what a proxy is instead: 22 and 21 begin TLS records, 0, 4 and 5 SOCKS replies. */
function describeGarbage(start: Buffer): string {
  const first = start[0] ?? -1;
  if ((first === 21 || first === 22) && start[1] === 3) {
    return 'The proxy answered in TLS, not in HTTP; its type may be https.';
  }
  if (first === 0 || first === 4 || first === 5) return 'The proxy did not answer in HTTP; its type may be socks.';
  return 'The proxy did not answer in HTTP as it should.';
}

function refusal({ status, headers }: ResponseHead, hadCredentials: boolean): CheckFailure {
  const reason = PROXY_STATUS_ERROR.exec(headers.get('proxy-status') ?? '')?.[1];
  if (status === 407) {
    return new CheckFailure(
      'auth',
      hadCredentials ? 'The proxy refused the credentials (407).' : 'The proxy asks for credentials (407).',
    );
  }
  if (status === 402) return new CheckFailure('billing', 'The proxy asks for payment (402).');
  if (reason) return new CheckFailure('proxy_error', `The proxy could not go on: ${reason} (${status}).`);
  if (status === 401 || status === 403) {
    return new CheckFailure(
      'auth',
      `The proxy does not let us through (${status}): credentials, or its list of clients.`,
    );
  }
  if (TO_ITS_OWN_PAGE.has(status)) {
    return new CheckFailure('captive', `The proxy sends us to a page of its own (${status}).`);
  }
  if (NO_PROXY.has(status)) {
    return new CheckFailure('protocol', `What answers is a web server without tunnels (${status}).`);
  }
  return new CheckFailure('proxy_error', `The proxy answered ${status} instead of a tunnel.`);
}
