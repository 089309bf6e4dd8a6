/**
 * Behaviors of a loopback proxy:
 * - `ok`: serves requests with correct credentials;
 * - `dead`: nothing listens; `silent`: accepts connections and never responds; `reset`: resets them at the first bytes;
 * - `garbage`: responds with bytes of no protocol;
 * - `denied`: refuses any credentials; `unpaid`: 402; `bad_gateway`: 502 with a Proxy-Status (a general failure in
 * SOCKS);
 * - `captive_portal`: a page of its own behind the tunnel; `intercepting`: reads the traffic under a certificate of its
 * own.
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
