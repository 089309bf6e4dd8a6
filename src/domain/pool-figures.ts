/** The pool in figures, for whoever watches over it. */
export interface PoolFigures {
  proxies: readonly { status: string; health: string; count: number }[];
  accounts: { assigned: number; waiting: number; held: number };
  /** Proxies by what their last check found. */
  outcomes: readonly { outcome: string; count: number }[];
  alerts: { open: number; undelivered: number; lagSeconds: number };
  checksDue: number;
  /** Jobs that nobody has finished, by their state. */
  jobs: readonly { state: string; count: number }[];
}
