/**
 * What one check found, told apart by evidence:
 * - `ok`: the target answered through the proxy as it should;
 * - `timeout`, `refused`, `unreachable`, `dns`, `reset`: the proxy was not reached, or the connection to it broke;
 * - `auth` (407, SOCKS refusal), `billing` (402), `proxy_error` (502 to 504, `Proxy-Status`, SOCKS failure): the proxy answered and said no;
 * - `protocol`: it answered what its protocol does not know; `tls`: no encrypted connection that can be verified;
 * - `target_blocked`: the target answered 401, 403 or 429, so the proxy lives; `captive`: 200 with a wrong body;
 * - `inconclusive`: the target or our own network is at fault, and nothing is known about the proxy.
 */
export const CHECK_OUTCOMES = [
  'ok',
  'timeout',
  'refused',
  'unreachable',
  'dns',
  'reset',
  'auth',
  'billing',
  'proxy_error',
  'protocol',
  'tls',
  'target_blocked',
  'captive',
  'inconclusive',
] as const;

export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];
