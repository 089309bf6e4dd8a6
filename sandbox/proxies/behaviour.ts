/**
 * Behaviors of a loopback proxy:
 * - `ok`: what it is asked for, if the credentials are right;
 * - `dead`: nothing listens; `silent`: takes connections and never answers; `reset`: breaks them at the first bytes;
 * - `garbage`: answers with bytes of no protocol;
 * - `denied`: refuses any credentials; `unpaid`: 402; `bad_gateway`: 502 with a Proxy-Status (what SOCKS cannot say, it says as a failure);
 * - `captive_portal`: a page of its own behind the tunnel; `intercepting`: reads the traffic under a certificate of its own.
 */
export const BEHAVIOURS = [
  'ok',
  'dead',
  'silent',
  'reset',
  'garbage',
  'denied',
  'unpaid',
  'bad_gateway',
  'captive_portal',
  'intercepting',
] as const;

/** A behavior, or `ok` after a delay before each response. */
export type Behaviour = (typeof BEHAVIOURS)[number] | { slowMs: number };
