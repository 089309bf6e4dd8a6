/** The kinds of stored plans. */
export const PLAN_KINDS = [
  'proxy.import',
  'account.import',
  'vps.import',
  'assignment.fill',
  'pool.change',
  'account.model',
  'account.change',
  'source.sync',
] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** The states of a stored plan; an open one is `expired` when it can no longer be applied. */
export const PLAN_STATES = ['open', 'applied', 'cancelled', 'expired'] as const;
export type PlanState = (typeof PLAN_STATES)[number];

/** Actor and time of an action. */
export interface Stamp {
  /** The actor's id. */
  by: string;
  at: string;
}
