/** The kinds of stored plans. */
export const PLAN_KINDS = [
  'proxy.import',
  'account.import',
  'vps.import',
  'assignment.fill',
  'pool.change',
  'account.model',
] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** How a plan stands that was written down; `expired` once it can no longer be applied. */
export type PlanState = 'open' | 'applied' | 'cancelled' | 'expired';

/** Who did a thing, and when. */
export interface Stamp {
  /** The actor's id. */
  by: string;
  at: string;
}
