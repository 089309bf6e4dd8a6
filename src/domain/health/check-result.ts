import type { CheckOutcome } from './outcome.ts';

/**
 * How long the steps of a check took, in milliseconds; null for a step that was not finished. `connectMs` and `handshakeMs` are
 * spans (TCP to the proxy; from there to a verified TLS connection with the target), `firstByteMs` and `totalMs` count from the start.
 */
export interface CheckTimes {
  connectMs: number | null;
  handshakeMs: number | null;
  firstByteMs: number | null;
  totalMs: number | null;
}

/** What one check of one proxy found. */
export interface CheckResult {
  outcome: CheckOutcome;
  /** One short sentence for people; never holds credentials. */
  detail: string;
  times: CheckTimes;
  /** The address that the target saw, in its canonical spelling; null where it was not told. */
  exitIp: string | null;
  /** The host of the target that was asked; empty where none was. */
  target: string;
}
