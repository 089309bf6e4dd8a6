import { isQuiet, type QuietHours } from './quiet-hours.ts';

/** The settings that decide when a role is mentioned about an incident that is not acknowledged. */
export interface EscalationSettings {
  /** The id of the role in Discord; undefined: none is mentioned. */
  escalateRole: string | undefined;
  /** Minutes without an acknowledgement; 0: never. */
  escalateAfter: number;
  /** Number of accounts that an incident must affect. */
  escalateMinAccounts: number;
  quietHours: QuietHours | null;
}

/** The conditions under which an incident is escalated; `role` is the one to mention. */
export interface EscalationRule {
  role: string;
  afterMs: number;
  minAccounts: number;
}

/** The rule in force; undefined if escalation is off. */
export function escalationRule(settings: EscalationSettings): EscalationRule | undefined {
  const { escalateRole: role, escalateAfter, escalateMinAccounts: minAccounts } = settings;
  if (role === undefined || escalateAfter === 0) return undefined;
  return { role, afterMs: escalateAfter * 60_000, minAccounts };
}

/** Whether no role is mentioned at this time of day. */
export const isQuietNow = ({ quietHours }: EscalationSettings, now: Date): boolean =>
  quietHours !== null && isQuiet(quietHours, now);

/** The content of the reply that mentions a role. */
export interface Escalation {
  alertId: number;
  /** Null if the role no longer exists in the server. */
  roleId: string | null;
  accounts: number;
  /** Providers of its failing proxies, those with most of them first. */
  providers: readonly string[];
  /** How long the incident was not acknowledged. */
  waitedMs: number;
  /** Who has it now, as in `Actor`. */
  ownerId: string | null;
  isResolved: boolean;
}
