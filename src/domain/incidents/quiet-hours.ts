/** A part of each day in which no role is mentioned, by the wall clock of a time zone. It may go over midnight. */
export interface QuietHours {
  /** Minutes after midnight. */
  from: number;
  to: number;
  /** As in the IANA time zone database, such as `Europe/Berlin`. */
  zone: string;
}

const WRITTEN = /^(?<from>\d{1,2}:\d{2})\s*[-–]\s*(?<to>\d{1,2}:\d{2})(?:\s+(?<zone>[A-Za-z][\w+/-]*))?$/;
const DEFAULT_ZONE = 'UTC';
const DAY_MINUTES = 24 * 60;

/** Reads `22:00-07:00 Europe/Berlin`; without a time zone the hours are UTC. @returns undefined if it is something else */
export function readQuietHours(written: string): QuietHours | undefined {
  const { from, to, zone } = WRITTEN.exec(written.trim())?.groups ?? {};
  if (from === undefined || to === undefined) return undefined;
  const hours = { from: minuteOf(from), to: minuteOf(to), zone: knownZone(zone ?? DEFAULT_ZONE) };
  const isPossible = hours.from < DAY_MINUTES && hours.to < DAY_MINUTES && hours.from !== hours.to;
  return isPossible && hours.zone !== undefined ? { ...hours, zone: hours.zone } : undefined;
}

/** The minute after midnight; at least `DAY_MINUTES` if the text is not a time of day. */
function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return minute < 60 ? hour * 60 + minute : DAY_MINUTES;
}

function knownZone(zone: string): string | undefined {
  try {
    return clockOf(zone).resolvedOptions().timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** Writes hours so that `readQuietHours` gives them back. */
export function writeQuietHours({ from, to, zone }: QuietHours): string {
  return `${timeOf(from)}-${timeOf(to)} ${zone}`;
}

const twoDigits = (number: number) => String(number).padStart(2, '0');
const timeOf = (minute: number) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;

/**
 * Whether a moment is in the quiet hours. The wall clock decides, so on the days on which it changes they are as much
 * shorter or longer as the night is.
 */
export function isQuiet({ from, to, zone }: QuietHours, at: Date): boolean {
  const minute = minuteOf(clockOf(zone).format(at));
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Tells the time of day in a zone: `07:05`. It is kept, because making it is slow. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const options = { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const clock = new Intl.DateTimeFormat('en-GB', options);
  clocks.set(zone, clock);
  return clock;
}
