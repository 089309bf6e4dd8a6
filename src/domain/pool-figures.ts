/** Figures of the pool, for monitoring. */
export interface PoolFigures {
  proxies: readonly { status: string; health: string; count: number }[];
  accounts: { assigned: number; waiting: number; held: number };
  /** Proxies by the outcome of their last check. */
  outcomes: readonly { outcome: string; count: number }[];
  alerts: { open: number; undelivered: number; lagSeconds: number };
  checksDue: number;
  /** Unfinished jobs by their state. */
  jobs: readonly { state: string; count: number }[];
}
