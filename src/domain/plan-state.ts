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

/** The state of a stored plan; `expired` if it can no longer be applied. */
export type PlanState = 'open' | 'applied' | 'cancelled' | 'expired';

/** Actor and time of an action. */
export interface Stamp {
  /** The actor's id. */
  by: string;
  at: string;
}
