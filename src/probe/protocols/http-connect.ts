import { formatAddress } from '../../domain/proxies/address.ts';
import { CheckFailure } from '../failure.ts';
import type { Connection } from '../network/connection.ts';
import { gatewayMessage, saysNotResolved, saysUsedUp } from './gateway-message.ts';
import { HttpError, type ResponseHead, readBody, readHead } from './http-message.ts';
import type { Credentials, Destination } from './tunnel.ts';

/** Names of RFC 9209, 2.3, outside of quoted strings; any other text in this place is not shown to people. */
const PROXY_STATUS_ERROR =
  /^(?:[^";]|"(?:[^"\\]|\\.)*"|;(?!\s*error\s*=))*;\s*error\s*=\s*"?([a-z_]{3,40})(?![^\s;,"])/;
/** Sent by curl and browsers: some gateways refuse or close a CONNECT without these. */
const ALWAYS_SENT = 'User-Agent: proxy-ops\r\nProxy-Connection: keep-alive\r\n';
const MAX_REASON_BYTES = 4 * 1024;
/** Not registered; gateways and web hosts use it for a plan whose traffic is used up. */
const BANDWIDTH_EXCEEDED = 509;
const NO_PROXY = new Set([404, 405, 501]);
/**
 * Statuses with which a proxy redirects to a page of its own: a login, or a notice that the balance is empty (511 is
 * RFC 6585, 6).
 */
const TO_ITS_OWN_PAGE = new Set([301, 302, 303, 307, 308, 511]);

/**
 * Requests a tunnel from an HTTP proxy (CONNECT, RFC 9110, 9.3.6; credentials by RFC 7617). Resolves after it is
 * established, with whether the proxy announced a page of its own, which is how captive portals respond to CONNECT.
 *
 * @throws CheckFailure with the proxy's response; network errors unchanged
 */
export async function connectHttp(
  connection: Connection,
  { host, port }: Destination,
  { username, password }: Credentials,
): Promise<{ isPageAnnounced: boolean }> {
  const authority = formatAddress(host, port);
  const login = username || password ? Buffer.from(`${username}:${password}`).toString('base64') : '';
  const credentials = login ? `Proxy-Authorization: Basic ${login}\r\n` : '';
  connection.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}${ALWAYS_SENT}\r\n`);
  const head = await readAnswer(connection);
  if (head.status >= 300) {
    const message = gatewayMessage(head, await readReason(connection, head), [username, password, login]);
    throw refusal(head, { message, hadCredentials: login !== '' });
  }
  return { isPageAnnounced: /^text\/html/i.test(head.headers.get('content-type') ?? '') };
}

/** The body of a refusal, if it is short and of known length. A malformed body does not change the outcome. */
async function readReason(connection: Connection, head: ResponseHead): Promise<string> {
  const length = Number(head.headers.get('content-length') ?? 0);
  if (!(length > 0 && length <= MAX_REASON_BYTES)) return '';
  return await readBody(connection, head, MAX_REASON_BYTES).then(
    (body) => body.toString('utf8'),
    (error: unknown) => {
      if (connection.isAborted) throw error;
      return '';
    },
  );
}

async function readAnswer(connection: Connection): Promise<ResponseHead> {
  try {
    return await readHead(connection);
  } catch (error) {
    if (error instanceof HttpError) throw new CheckFailure('protocol', describeGarbage(error.start));
    throw error;
  }
}

/**
 * The first byte often shows which protocol a server speaks: 22 and 21 begin TLS records; 0, 4 and 5 begin SOCKS
 * replies.
 */
function describeGarbage(start: Buffer): string {
  const first = start[0] ?? -1;
  if ((first === 21 || first === 22) && start[1] === 3) {
    return 'The proxy answered in TLS, not in HTTP; its type may be https.';
  }
  if (first === 0 || first === 4 || first === 5) return 'The proxy did not answer in HTTP; its type may be socks.';
  return 'The proxy did not send a valid HTTP response.';
}

/**
 * `Proxy-Authenticate` challenges (RFC 9110, 11.7.1) without one of these methods require something that we do not
 * support.
 */
const SUPPORTED_METHOD = /(?:^|,)\s*basic(?:\s|,|$)/i;
const METHOD_NAME = /^\s*([a-z][a-z-]{1,20})(?:\s|,|$)/i;

interface Evidence {
  /** The gateway's explanation; may be empty. */
  message: string;
  hadCredentials: boolean;
}

function refusal(head: ResponseHead, { message, hadCredentials }: Evidence): CheckFailure {
  const { status, headers } = head;
  const said = message && message.toLowerCase() !== head.reason.toLowerCase() ? ` It says: "${message}".` : '';
  if (status === 402 || status === BANDWIDTH_EXCEEDED || saysUsedUp(message)) {
    return new CheckFailure('billing', `The plan is used up or unpaid (${status}).${said}`);
  }
  if (status === 407) return new CheckFailure('auth', `${authDetail(headers, hadCredentials)}${said}`);
  const reason = PROXY_STATUS_ERROR.exec(headers.get('proxy-status') ?? '')?.[1];
  if (reason) return new CheckFailure('proxy_error', `The proxy reported an error: ${reason} (${status}).${said}`);
  if (saysNotResolved(message)) {
    return new CheckFailure('proxy_error', `The proxy could not resolve the target's name (${status}).${said}`);
  }
  if (status === 401 || status === 403) {
    return new CheckFailure(
      'auth',
      `The proxy refused access (${status}): check the credentials and its IP allowlist.${said}`,
    );
  }
  if (TO_ITS_OWN_PAGE.has(status)) {
    return new CheckFailure('captive_portal', `The proxy redirected to a page of its own (${status}).`);
  }
  if (NO_PROXY.has(status)) {
    return new CheckFailure('protocol', `A web server without CONNECT support answered (${status}).${said}`);
  }
  return new CheckFailure('proxy_error', `The proxy answered ${status} instead of opening a tunnel.${said}`);
}

function authDetail(headers: ResponseHead['headers'], hadCredentials: boolean): string {
  const challenge = headers.get('proxy-authenticate') ?? '';
  if (challenge !== '' && !SUPPORTED_METHOD.test(challenge)) {
    const method = METHOD_NAME.exec(challenge)?.[1];
    return `The proxy requires an authentication method that is not supported${method ? ` (${method})` : ''} (407).`;
  }
  return hadCredentials ? 'The proxy refused the credentials (407).' : 'The proxy requires credentials (407).';
}
