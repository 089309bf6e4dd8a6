import type { DeliveryProblem } from '../messages/delivery-problem.ts';
import type { Page } from '../page.ts';
import type { ProxyHealth } from '../proxies/proxy.ts';
import type { EscalationSettings } from './escalation.ts';
import type { IncidentEvent, Ownership } from './incident-event.ts';
import type { Maintenance } from './maintenance.ts';
import type { Weekday, WeeklyFigures } from './weekly.ts';

/**
 * The kinds of alerts: proxies that fail together; an exit IP conflict; a monitoring problem; proxies that expire; the
 * daily digest; the weekly report; and one line about anything else.
 */
export const ALERT_KINDS = ['failing', 'exit_ip_conflict', 'monitor', 'expiry', 'digest', 'weekly', 'notice'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Whether an alert of this kind is an incident, which lasts until it is resolved; the others are announcements. */
export const isIncident = (kind: AlertKind): boolean =>
  kind === 'failing' || kind === 'exit_ip_conflict' || kind === 'monitor';

export const FAILOVERS = ['off', 'suggest', 'auto'] as const;
export type Failover = (typeof FAILOVERS)[number];

/** Why an alert no longer concerns a proxy: it recovered, or it was deactivated, removed or expired. */
export const ENDINGS = ['recovered', 'off'] as const;
export type Ending = (typeof ENDINGS)[number];

export interface AlertSettings extends EscalationSettings {
  /** Undefined: the configured channel. */
  channelId: string | undefined;
  /** Number of consecutive failures after which a proxy is failing. */
  failuresToAlert: number;
  failover: Failover;
  /** Hour of the day in UTC; null: no digest. */
  digestHour: number | null;
  /** Of the weekly report; null: none. */
  weeklyDay: Weekday | null;
  expiryDays: number;
  /** Whether each incident has a thread with its timeline. */
  threads: boolean;
}

/** One proxy of an alert. */
export interface AlertProxy {
  id: number;
  host: string;
  port: number;
  provider: string | null;
  /** The network in CIDR text; for an exit IP conflict, the address. */
  network: string | null;
  model: string | null;
  outcome: string;
  detail: string;
  isFlapping: boolean;
  since: Date;
  endedAt: Date | null;
  /** Number of its accounts. */
  load: number;
  expiresAt: Date | null;
}

/** A number of items with the same name. */
export interface Tally {
  name: string;
  count: number;
}

/** The accounts of failing proxies that were moved, and those that could be. */
export interface FailoverState {
  mode: Failover;
  /** Number of accounts that the automatic failover has moved. */
  moved: number;
  /** Accounts that another proxy can take, by the planner; null: not planned yet. */
  movable: number | null;
}

/** Figures of one day. */
export interface DigestFigures {
  health: Record<ProxyHealth, number>;
  accounts: { assigned: number; waiting: number; held: number };
  freeSlots: number;
  incidents: { opened: number; open: number };
  /** Proxies that expire within `expiryDays`. */
  expiring: number;
  expiryDays: number;
}

/** A one-line announcement by another part of the program. */
export type Notice =
  | { kind: 'served'; models: readonly Tally[] }
  | {
      /** The channel of the settings was deleted or may not be used any more, so messages come to the configured one. */
      kind: 'channel_lost';
      channelId: string;
      problem: LostChannel;
    }
  /** The list of a source could not be read completely several times in a row. */
  | { kind: 'source_failing'; source: string; message: string };

export type LostChannel = Extract<DeliveryProblem, 'channel_gone' | 'no_access'>;

/** The thread of an incident, if another message than the one that has it is shown, or if it was deleted. */
export type IncidentThread = { kind: 'elsewhere'; id: string } | { kind: 'deleted' };

interface AlertBase {
  id: number;
  openedAt: Date;
  closedAt: Date | null;
  mutedUntil: Date | null;
  /** The end of the maintenance by which it is muted, if any. */
  maintainedUntil: Date | null;
  /** The id of who muted this alert itself; null if a proxy, a provider or everything is muted. */
  mutedBy: string | null;
  /** Null: it is not acknowledged. */
  ownership: Ownership | null;
  thread: IncidentThread | null;
  /** The last entries of its timeline, the oldest of them first; empty for an announcement. */
  events: readonly IncidentEvent[];
}

/** Proxies with something in common, as a message shows them. */
export interface IncidentAlert extends AlertBase {
  kind: 'failing' | 'exit_ip_conflict' | 'expiry';
  /** How often it was opened, the last time at `lastAt`. */
  openings: number;
  lastAt: Date;
  /** Number of all proxies that ever joined. */
  total: number;
  /** Number of those that the alert still concerns. */
  open: number;
  /** Number of those that were deactivated or removed, or have expired. */
  off: number;
  flapping: number;
  providers: readonly Tally[];
  networks: readonly Tally[];
  outcomes: readonly Tally[];
  /** Accounts on the proxies that the alert still concerns, by model. */
  models: readonly Tally[];
  sample: readonly AlertProxy[];
  failover: FailoverState | null;
}

/** The current content of an alert's message. */
export type Alert =
  | IncidentAlert
  | (AlertBase & { kind: 'monitor'; reason: string })
  | (AlertBase & { kind: 'digest'; figures: DigestFigures })
  | (AlertBase & { kind: 'weekly'; figures: WeeklyFigures })
  | (AlertBase & { kind: 'notice'; notice: Notice });

/** An alert in `/alerts list`. */
export interface AlertSummary {
  id: number;
  kind: AlertKind;
  openedAt: Date;
  open: number;
  total: number;
  accounts: number;
  providers: readonly string[];
  outcomes: readonly string[];
  mutedUntil: Date | null;
  ownerId: string | null;
  ownedSince: Date | null;
  /** The message of the alert; null if there is none. */
  message: { channelId: string; id: string } | null;
  wasDeleted: boolean;
  problem: DeliveryProblem | null;
}

/** Alerts that did not reach the channel, and why the newest of them did not. */
export interface Undelivered {
  problem: DeliveryProblem;
  count: number;
}

/** Open alerts and those that could not be delivered, the newest first. */
export interface AlertPage extends Page<AlertSummary, object> {
  undelivered: Undelivered | null;
  mutes: readonly Mute[];
  maintenances: readonly Maintenance[];
  channelId: string;
  guildId: string;
}

/** A mute: its target as it was entered, and its end. */
export interface Mute {
  alertId: number | null;
  proxyId: number | null;
  provider: string | null;
  until: Date;
  by: string;
}
