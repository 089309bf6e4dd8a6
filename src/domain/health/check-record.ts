import type { CheckResult } from './check-result.ts';
import type { CheckOutcome } from './outcome.ts';

export const CHECK_SOURCES = ['monitor', 'test', 'report'] as const;
export type CheckSource = (typeof CHECK_SOURCES)[number];

/** A check, or a program's report that counts as one, as it is stored. */
export interface CheckRecord {
  proxyId: number;
  at: Date;
  source: CheckSource;
  /** The name of the token that sent the report; null for a check. */
  reporter: string | null;
  result: CheckResult;
}

/** A check as a card shows it. */
export interface PastCheck {
  at: Date;
  source: CheckSource;
  reporter: string | null;
  outcome: CheckOutcome;
  detail: string;
  totalMs: number | null;
  exitIp: string | null;
}
