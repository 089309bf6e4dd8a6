/** The days on which a weekly report can be sent, as `Date.getUTCDay` counts them. */
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** How long something took, over all incidents for which it is known. */
export interface Spread {
  count: number;
  medianMs: number;
  worstMs: number;
}

/** A provider in the week. */
export interface ProviderWeek {
  /** Empty: unknown. */
  name: string;
  /** Conclusive checks. */
  checks: number;
  succeeded: number;
  /** Minutes for which its proxies were failing, summed over the proxies. */
  failingMinutes: number;
}

/** The incidents of a day. */
export interface DayOfIncidents {
  /** `2026-11-26` */
  day: string;
  opened: number;
}

/** Figures of one week. */
export interface WeeklyFigures {
  incidents: { opened: number; open: number; escalated: number };
  /** From the opening of an incident; null if there was none. */
  acknowledged: Spread | null;
  resolved: Spread | null;
  /** The least available first. */
  providers: readonly ProviderWeek[];
  /** Accounts that were moved off failing proxies. */
  moved: number;
  /** Accounts that waited and got a proxy automatically, and those that wait now. */
  waited: { served: number; waiting: number };
  freeSlots: number;
  /** Number of waiting accounts without a free slot for their model. */
  missingSlots: number;
  /** Sum of the monthly costs of active proxies. */
  monthlyCost: number;
  /** Of the cost, as an ISO 4217 code. */
  currency: string;
  /** Incidents that were opened, by day (UTC), the first day first; empty in reports of earlier versions. */
  days: readonly DayOfIncidents[];
}
