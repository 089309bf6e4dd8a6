/** The scheduled job that assigns waiting accounts to slots that have become free. */
export const ASSIGNING_JOB = 'assign-waiting';

/** Figures, and when they were counted if changes since then may be missing; null if they are up to date. */
export type Counted<T> = T & { countedAt: Date | null };

/** Figures of the pool, for monitoring. */
export interface PoolFigures {
  proxies: readonly { status: string; health: string; count: number }[];
  accounts: { assigned: number; waiting: number; held: number };
  /** Proxies by the outcome of their last check. */
  outcomes: readonly { outcome: string; count: number }[];
  alerts: { open: number; undelivered: number; lagSeconds: number };
  /** Open incidents that are not in maintenance; the age is that of the oldest that is neither acknowledged nor muted. */
  incidents: { open: number; unacknowledged: number; unacknowledgedSeconds: number };
  freeSlots: number;
  /** Waiting accounts for whose model there is a free slot. */
  waitingWithSlots: number;
  /** How long ago a run of the job that assigns waiting accounts was completed; null: not known. */
  secondsSinceAssigning: number | null;
  checksDue: number;
  /** Due checks of proxies whose last check is more than 1.5 intervals ago. */
  checksLate: number;
  /** Sources by kind: the age of the oldest last complete sync, and missing proxies. */
  sources: readonly { kind: string; completeAgeSeconds: number; missing: number }[];
  /** Unfinished jobs by their state. */
  jobs: readonly { state: string; count: number }[];
}

/** A sync of a source that has ended, at a moment in epoch seconds. */
export interface CountedSync {
  kind: string;
  outcome: string;
  at: number;
}

/** An entry of the timeline of an incident that is counted: it was acknowledged so long after it was opened, or escalated. */
export interface CountedEvent {
  id: number;
  kind: 'acknowledged' | 'escalated';
  afterSeconds: number;
}
