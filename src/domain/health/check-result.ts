import type { CheckOutcome } from './outcome.ts';

/**
 * Durations of the steps of a check, in milliseconds; null for a step that did not complete. `connectMs` and
 * `handshakeMs` are spans (TCP to the proxy; from there to a verified TLS connection with the target), `firstByteMs`
 * and `totalMs` count from the start.
 */
export interface CheckTimes {
  connectMs: number | null;
  handshakeMs: number | null;
  firstByteMs: number | null;
  totalMs: number | null;
}

/** Result of one check of one proxy. */
export interface CheckResult {
  outcome: CheckOutcome;
  /** One short sentence for people; it must not contain credentials. */
  detail: string;
  times: CheckTimes;
  /** The address that the target saw, in canonical form; null if the target did not report one. */
  exitIp: string | null;
  /** The host of the target; empty if no target was requested. */
  target: string;
}
