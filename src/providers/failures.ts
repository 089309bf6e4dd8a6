import { SourceError, type SourceErrorCode } from '../domain/sources/source-error.ts';
import type { HttpFault } from '../net/http-request-error.ts';

interface FaultMeaning {
  code: SourceErrorCode;
  /** The sentence behind the name of the host. */
  words: string;
  /** Whether the same request may succeed a moment later. */
  isPassing?: true;
}

const UNPROVEN: FaultMeaning = {
  code: 'unreachable',
  words: 'cannot be reached: its certificate could not be verified',
};

const FAULTS: Readonly<Record<HttpFault, FaultMeaning>> = {
  dns: { code: 'unreachable', words: 'cannot be reached: its name does not resolve', isPassing: true },
  refused: { code: 'unreachable', words: 'cannot be reached: it refuses the connection', isPassing: true },
  unreachable: { code: 'unreachable', words: 'cannot be reached', isPassing: true },
  reset: { code: 'unreachable', words: 'closed the connection before the end of its answer', isPassing: true },
  local: { code: 'unreachable', words: 'cannot be reached: the bot’s own network failed', isPassing: true },
  timeout: { code: 'took_too_long', words: 'did not send the whole list within the time of a sync' },
  no_tls: { code: 'unreachable', words: 'cannot be reached: it does not speak TLS' },
  no_http: { code: 'unreachable', words: 'does not answer in HTTP' },
  tls: UNPROVEN,
  wrong_host: UNPROVEN,
  untrusted: UNPROVEN,
  bad_address: { code: 'unsafe_address', words: 'is not at an http:// or https:// address' },
  private_address: { code: 'unsafe_address', words: 'leads to a private address, which is not allowed' },
  not_loopback: { code: 'unsafe_address', words: 'is not on this machine, and the sandbox calls nothing else' },
  bad_redirect: { code: 'unsafe_address', words: 'redirects to something other than a web address' },
  insecure_redirect: { code: 'unsafe_address', words: 'redirects from https to http, which is not secure' },
  foreign_redirect: { code: 'unsafe_address', words: 'redirects to another server, which must not get the key' },
  too_many_redirects: { code: 'unsafe_address', words: 'redirects too many times' },
  too_large: { code: 'too_large', words: 'sends more than 100 MiB, which is the limit of a sync' },
};

export const errorOfFault = (host: string, fault: HttpFault): SourceError =>
  new SourceError(FAULTS[fault].code, `${host} ${FAULTS[fault].words}.`);

export const isPassing = (fault: HttpFault): boolean => FAULTS[fault].isPassing ?? false;

const TOO_MANY_REQUESTS = 429;
const REQUEST_TIMEOUT = 408;

/** The error of a status other than 2xx. */
export function errorOfStatus(host: string, status: number, retryAfter: number | null): SourceError {
  if (status === 401 || status === 403) return new SourceError('key_rejected', `${host} rejects the key (${status}).`);
  if (status === TOO_MANY_REQUESTS) {
    return new SourceError('rate_limited', sentenceOfWait(host, retryAfter), retryAfter);
  }
  if (isPassingStatus(status)) {
    return new SourceError('unreachable', `${host} answers with an error of its own (${status}).`, retryAfter);
  }
  return new SourceError('request_refused', `${host} refuses the request (${status}).`);
}

export const isPassingStatus = (status: number): boolean =>
  status >= 500 || status === TOO_MANY_REQUESTS || status === REQUEST_TIMEOUT;

/** @param seconds null if the provider does not say how long */
export const sentenceOfWait = (host: string, seconds: number | null): string =>
  `${host} limits the rate of requests${seconds === null ? '' : `, and asks to wait ${seconds} s`}.`;
