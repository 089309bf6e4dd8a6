import type { ProxyHealth } from '../proxies/proxy.ts';

/**
 * What the ops channel is told of: proxies that fail together; models that meet on one exit IP; a monitor that is itself at fault;
 * proxies that expire; the day in figures; and one line about anything else.
 */
export const ALERT_KINDS = ['failing', 'collision', 'monitor', 'expiry', 'digest', 'notice'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const FAILOVERS = ['off', 'suggest', 'auto'] as const;
export type Failover = (typeof FAILOVERS)[number];

/** Why an alert no longer concerns a proxy: it recovered, or it was deactivated, removed or expired. */
export const ENDINGS = ['recovered', 'off'] as const;
export type Ending = (typeof ENDINGS)[number];

/** Why a message did not reach the channel; what it was is in the log. */
export const DELIVERY_PROBLEMS = ['channel_gone', 'no_access', 'refused', 'unavailable'] as const;
export type DeliveryProblem = (typeof DELIVERY_PROBLEMS)[number];

export interface AlertSettings {
  /** Undefined: the channel of the configuration. */
  channelId: string | undefined;
  /** Bad checks in a row before a proxy is failing. */
  failuresToAlert: number;
  failover: Failover;
  /** Hour of the day in UTC; null: no digest. */
  digestHour: number | null;
  expiryDays: number;
}

/** One proxy of an alert. */
export interface AlertProxy {
  id: number;
  host: string;
  port: number;
  provider: string | null;
  /** The network in CIDR text; of a collision the address. */
  network: string | null;
  model: string | null;
  outcome: string;
  detail: string;
  isFlapping: boolean;
  since: Date;
  endedAt: Date | null;
  /** Accounts that it carries now. */
  load: number;
  expiresAt: Date | null;
}

/** How many of something, under its name. */
export interface Tally {
  name: string;
  count: number;
}

/** What became of the accounts of failing proxies, and what could. */
export interface FailoverState {
  mode: Failover;
  /** Accounts that the automatic failover has moved. */
  moved: number;
  /** Accounts that have a place elsewhere, by the planner. */
  movable: number;
}

/** A day in figures. */
export interface DigestFigures {
  health: Record<ProxyHealth, number>;
  accounts: { assigned: number; waiting: number; held: number };
  freeSlots: number;
  incidents: { opened: number; open: number };
  /** Proxies that expire within `expiryDays`. */
  expiring: number;
  expiryDays: number;
}

/** One line of news from another part of the program. */
export type Notice = { kind: 'served'; models: readonly Tally[] };

interface AlertBase {
  id: number;
  openedAt: Date;
  closedAt: Date | null;
  mutedUntil: Date | null;
}

/** Proxies with one thing in common, as a message shows them. */
export interface IncidentAlert extends AlertBase {
  kind: 'failing' | 'collision' | 'expiry';
  /** All that ever joined. */
  total: number;
  /** Of them, those that it still goes for. */
  open: number;
  /** Of them, those that were deactivated, removed or expired meanwhile. */
  off: number;
  flapping: number;
  providers: readonly Tally[];
  networks: readonly Tally[];
  outcomes: readonly Tally[];
  /** Accounts on the proxies that it still goes for, by model. */
  models: readonly Tally[];
  sample: readonly AlertProxy[];
  failover: FailoverState | null;
}

/** An alert as its message shows it. */
export type Alert =
  | IncidentAlert
  | (AlertBase & { kind: 'monitor'; reason: string })
  | (AlertBase & { kind: 'digest'; figures: DigestFigures })
  | (AlertBase & { kind: 'notice'; notice: Notice });

/** An alert as `/alerts list` shows it. */
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
  /** Where its message stands; null: it has none. */
  message: { channelId: string; id: string } | null;
  wasDeleted: boolean;
  problem: DeliveryProblem | null;
}

/** What is muted until when, in the words of whoever did it. */
export interface Mute {
  alertId: number | null;
  proxyId: number | null;
  provider: string | null;
  until: Date;
  by: string;
}
