import { readMoment } from '../parse/fields/moment.ts';
import { Refusal } from '../parse/fields/refusal.ts';

/** Announced maintenance of a provider or of everything. */
export interface Maintenance {
  id: number;
  /** Null: everything. */
  provider: string | null;
  reason: string | null;
  startsAt: Date;
  endsAt: Date;
  /** Null: it has not begun. */
  beganAt: Date | null;
  /** Null: it is planned or goes on. */
  closedAt: Date | null;
  /** Who ended it, as in `Actor`; `system` if its time was over. */
  closedBy: string | null;
  createdBy: string;
  /** Number of proxies that failed in it and had not recovered at its end. */
  leftFailing: number;
  /** The incident that has the failures; null if there were none. */
  incidentId: number | null;
  /** The message that announces it; null if it was not posted yet. */
  message: { channelId: string; id: string } | null;
}

export const LONGEST_MAINTENANCE_HOURS = 7 * 24;
const DAY_MS = 24 * 3_600_000;
/** A later start is more likely a mistake than a plan. */
const LATEST_START_MS = 90 * DAY_MS;

const TIME = /^(?<hour>\d{1,2}):(?<minute>\d{2})$/;

/** Reads a start: `2026-12-01 22:00`, or `22:00` for the next time at which it is so late, both in UTC unless a zone is given. */
export function readStart(written: string, now: Date): Date | Refusal {
  const { hour, minute } = TIME.exec(written.trim())?.groups ?? {};
  const at = hour === undefined ? readDated(written) : nextTime(Number(hour), Number(minute), now);
  if (at instanceof Refusal) return at;
  if (at.getTime() < now.getTime()) return new Refusal('The start must be in the future.');
  if (at.getTime() > now.getTime() + LATEST_START_MS) return new Refusal('The start must be within 90 days.');
  return at;
}

function readDated(written: string): Date | Refusal {
  // A date alone would be the end of its day.
  if (!written.includes(':')) return new Refusal('The start must have a time, such as 2026-12-01 22:00.');
  return readMoment(written.trim(), 'start');
}

function nextTime(hour: number, minute: number, now: Date): Date | Refusal {
  if (hour > 23 || minute > 59) return new Refusal('The start must be a time of day, such as 22:00.');
  const today = new Date(now);
  today.setUTCHours(hour, minute, 0, 0);
  return today.getTime() < now.getTime() ? new Date(today.getTime() + DAY_MS) : today;
}
