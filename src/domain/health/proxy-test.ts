import type { CheckOutcome } from './outcome.ts';

/** How far a test of proxies is. */
export interface TestProgress {
  /** What `Cancel` names. */
  testId: number;
  total: number;
  good: number;
  bad: number;
  /** The target or our own network was at fault: nothing is known. */
  unclear: number;
  startedAt: Date;
}

/** One proxy of a test. */
export interface TestedProxy {
  id: number;
  host: string;
  port: number;
  provider: string | null;
  outcome: CheckOutcome;
  detail: string;
  /** Null where the check did not come to its end. */
  totalMs: number | null;
  exitIp: string | null;
}

/** What a test found. */
export interface TestSummary extends TestProgress {
  endedAt: Date;
  /** Who ended it before its end. */
  cancelledBy: string | null;
  /** Why its bad results were not held against the proxies; empty: they were. */
  fault: string;
  tested: readonly TestedProxy[];
}
