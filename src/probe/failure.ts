import type { CheckOutcome } from '../domain/health/outcome.ts';
import { codeOf, type NetworkFault, networkFault } from '../net/network-fault.ts';
import { ClosedError, TimeoutError } from './network/connection.ts';

/** The steps of a check, in order; a protocol may omit some. */
export type Step = 'dns' | 'connect' | 'proxy_tls' | 'tunnel' | 'target_tls' | 'answer';

/** Thrown if a check is not `ok`. The detail is one sentence for people and contains no credentials. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly outcome: CheckOutcome;

  constructor(outcome: CheckOutcome, detail: string) {
    super(detail);
    this.outcome = outcome;
  }
}

const OUTCOMES: Record<NetworkFault, CheckOutcome> = {
  dns: 'dns',
  refused: 'refused',
  unreachable: 'unreachable',
  reset: 'reset',
  timeout: 'timeout',
  no_tls: 'protocol',
  wrong_host: 'tls',
  untrusted: 'tls',
  tls: 'tls',
  local: 'inconclusive',
};

const TIMEOUTS: Record<Step, string> = {
  dns: 'The name was not resolved in time.',
  connect: 'The connection was not accepted in time.',
  proxy_tls: 'The proxy did not finish its TLS handshake in time.',
  tunnel: 'The proxy accepted the connection but did not respond in time.',
  target_tls: 'The TLS handshake with the target did not complete in time.',
  answer: 'The response of the target did not complete in time.',
};

/** The failure that a network error means in a step. */
export function failureOf(error: unknown, step: Step): CheckFailure {
  if (error instanceof CheckFailure) return error;
  if (error instanceof TimeoutError) return new CheckFailure(step === 'dns' ? 'dns' : 'timeout', TIMEOUTS[step]);
  if (error instanceof ClosedError) return new CheckFailure('reset', closedDetail(step));
  const code = codeOf(error);
  const fault = networkFault(code, step === 'dns');
  return new CheckFailure(OUTCOMES[fault], faultDetail(fault, step, code));
}

function noTlsDetail(step: Step): string {
  return step === 'proxy_tls'
    ? 'The proxy does not speak TLS; its type is not https.'
    : 'Something other than TLS came back through the tunnel.';
}

function closedDetail(step: Step): string {
  if (step === 'target_tls') return 'The tunnel was closed before the TLS connection with the target was established.';
  return step === 'answer'
    ? 'The tunnel was closed before the response was complete.'
    : 'The proxy closed the connection.';
}

function faultDetail(fault: NetworkFault, step: Step, code: string): string {
  const other = step === 'proxy_tls' || step === 'tunnel' ? 'proxy' : 'target';
  switch (fault) {
    case 'dns':
      return `The name does not resolve (${code}).`;
    case 'no_tls':
      return noTlsDetail(step);
    case 'tls':
      return `TLS with the ${other} failed (${code.slice('ERR_SSL_'.length).toLowerCase()}).`;
    case 'wrong_host':
      return `The certificate is not valid for the ${other}: it names another host.`;
    case 'untrusted':
      return `The certificate of the ${other} is not trusted (${code.toLowerCase()}).`;
    case 'refused':
      return 'The connection was refused: nothing listens there.';
    case 'unreachable':
      return 'The address is unreachable.';
    case 'timeout':
      return TIMEOUTS[step];
    case 'reset':
      return 'The connection was reset.';
    case 'local':
      return `The monitor’s own network failed (${code || 'unknown error'}).`;
  }
}
