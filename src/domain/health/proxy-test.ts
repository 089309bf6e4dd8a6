import type { Finding } from './health-state.ts';
import type { CheckOutcome } from './outcome.ts';

/** Progress of a test of proxies. */
export interface TestProgress {
  /** Carried by the `Cancel` button. */
  testId: number;
  total: number;
  /** Proxies checked so far, by what their check says of them. */
  counts: Record<Finding, number>;
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
  /** Null if the check did not complete. */
  totalMs: number | null;
  exitIp: string | null;
}

/** Result of a test. */
export interface TestSummary extends TestProgress {
  endedAt: Date;
  /** The actor who cancelled it. */
  cancelledBy: string | null;
  /** The monitoring problem for which failures left health unchanged; empty if there was none. */
  fault: string;
  tested: readonly TestedProxy[];
}
