/**
 * The outcome of a check:
 * - `ok`: the target responded through the proxy as expected;
 * - `timeout`, `refused`, `unreachable`, `dns`, `reset`: the proxy was not reached, or the connection to it failed;
 * - `auth` (407, SOCKS refusal), `billing` (402), `proxy_error` (502 to 504, `Proxy-Status`, SOCKS failure): the proxy refused;
 * - `protocol`: the response does not belong to the protocol; `tls`: no encrypted connection that can be verified;
 * - `target_blocked`: the target responded with 401, 403 or 429, so the proxy works; `captive_portal`: 200 with a wrong body;
 * - `inconclusive`: the target or our own network failed, so nothing is known about the proxy.
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
  'captive_portal',
  'inconclusive',
] as const;

export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];
