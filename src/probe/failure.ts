import type { CheckOutcome } from '../domain/health/outcome.ts';
import { ClosedError, TimeoutError } from './network/connection.ts';

/** The steps of a check, in their order; a step that a protocol does not have is left out. */
export type Step = 'dns' | 'connect' | 'proxy_tls' | 'tunnel' | 'target_tls' | 'answer';

/** Why a check is not `ok`. The detail is one sentence for people and holds no credentials. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly outcome: CheckOutcome;

  constructor(outcome: CheckOutcome, detail: string) {
    super(detail);
    this.outcome = outcome;
  }
}

const NAME_ERRORS = new Set(['ENOTFOUND', 'ENODATA', 'EAI_AGAIN', 'ESERVFAIL', 'ETIMEOUT', 'EBADNAME', 'EBADRESP']);

/** What the operating system says of the other side. */
const PEER_ERRORS: Record<string, CheckOutcome> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'inconclusive',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

/** What OpenSSL says of bytes that are no TLS at all; its other errors are about TLS that went wrong. */
const NO_TLS = /WRONG_VERSION_NUMBER|LENGTH_TOO_LONG|RECORD_LENGTH|HTTP_REQUEST|UNKNOWN_PROTOCOL|BAD_RECORD_TYPE/;

/** Certificates that do not verify, as node names them after OpenSSL's X509_V_ERR codes. */
const CERTIFICATE_ERROR = /CERT|SIGNATURE|ISSUER|SIGNED|CRL|CA_KEY|PURPOSE|HOSTNAME/;

const TIMEOUTS: Record<Step, string> = {
  dns: 'The name was not resolved in time.',
  connect: 'The connection was not taken in time.',
  proxy_tls: 'The proxy did not finish its TLS handshake in time.',
  tunnel: 'The proxy took the connection, but did not answer in time.',
  target_tls: 'There was no TLS handshake with the target in time.',
  answer: 'The target did not answer in full in time.',
};

/** Tells what an error of the network means in the step in which it came. */
export function failureOf(error: unknown, step: Step): CheckFailure {
  if (error instanceof CheckFailure) return error;
  if (error instanceof TimeoutError) return new CheckFailure(step === 'dns' ? 'dns' : 'timeout', TIMEOUTS[step]);
  if (error instanceof ClosedError) return new CheckFailure('reset', closedDetail(step));
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (step === 'dns' && NAME_ERRORS.has(code)) return new CheckFailure('dns', `The name does not resolve (${code}).`);
  return tlsFailure(code, step) ?? peerFailure(code, step);
}

/** In every step: TLS 1.3 tells a client that its handshake was refused only after it, in the first answer. */
function tlsFailure(code: string, step: Step): CheckFailure | null {
  const other = step === 'proxy_tls' || step === 'tunnel' ? 'proxy' : 'target';
  if (code.startsWith('ERR_SSL_')) {
    return NO_TLS.test(code)
      ? new CheckFailure('protocol', noTlsDetail(step))
      : new CheckFailure('tls', `TLS with the ${other} failed (${code.slice('ERR_SSL_'.length).toLowerCase()}).`);
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new CheckFailure('tls', `The certificate that was shown is not the ${other}'s: it names another host.`);
  }
  if (CERTIFICATE_ERROR.test(code)) {
    return new CheckFailure('tls', `The certificate shown for the ${other} cannot be trusted (${code.toLowerCase()}).`);
  }
  return null;
}

function noTlsDetail(step: Step): string {
  return step === 'proxy_tls'
    ? 'The proxy does not speak TLS; its type is not https.'
    : 'Something other than TLS came back through the tunnel.';
}

function closedDetail(step: Step): string {
  if (step === 'target_tls') return 'The tunnel was closed before there was a TLS connection with the target.';
  return step === 'answer' ? 'The tunnel was closed before the whole answer came.' : 'The proxy closed the connection.';
}

function peerFailure(code: string, step: Step): CheckFailure {
  // No name server takes our questions: that is not about the proxy.
  const outcome = (step !== 'dns' && PEER_ERRORS[code]) || 'inconclusive';
  return new CheckFailure(outcome, peerDetail(outcome, step, code));
}

function peerDetail(outcome: CheckOutcome, step: Step, code: string): string {
  switch (outcome) {
    case 'refused':
      return 'The connection was refused: nothing listens there.';
    case 'unreachable':
      return 'The address cannot be reached.';
    case 'timeout':
      return TIMEOUTS[step];
    case 'reset':
      return 'The connection was reset.';
    default:
      return `Our own network is at fault (${code || 'unknown error'}).`;
  }
}
