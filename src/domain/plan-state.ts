/** How a plan stands that was written down; `expired` once it can no longer be applied. */
export type PlanState = 'open' | 'applied' | 'cancelled' | 'expired';

/** Who did a thing, and when. */
export interface Stamp {
  /** The actor's id. */
  by: string;
  at: string;
}
