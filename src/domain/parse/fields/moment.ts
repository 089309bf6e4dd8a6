import { Refusal } from './refusal.ts';

const TIME = String.raw`(?:,? |T)(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)?`;
const ZONE = String.raw` ?(?<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)`;
const dated = (date: string) => new RegExp(`^${date}(?:${TIME}(?:${ZONE})?)?$`, 'i');

/** A date, and behind it a time and a zone, if there are any. */
const SHAPES = [
  dated(String.raw`(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})`),
  dated(String.raw`(?<year>\d{4})/(?<month>\d{1,2})/(?<day>\d{1,2})`),
  dated(String.raw`(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})`),
  dated(String.raw`(?<day>\d{1,2}) (?<name>[a-z]{3,9})\.?,? (?<year>\d{4})`),
  dated(String.raw`(?<name>[a-z]{3,9})\.? (?<day>\d{1,2}),? (?<year>\d{4})`),
];
/** Either of the first two numbers may be the day. */
const SLASHED = dated(String.raw`(?<first>\d{1,2})/(?<other>\d{1,2})/(?<year>\d{4})`);
const UNIX = /^(\d{9,10}|\d{12,13})$/;

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DAY_MS = 86_400_000;

type Groups = Readonly<Record<string, string | undefined>>;

const unreadable = (noun: string) => new Refusal(`The ${noun} must be a date, such as 2026-12-31.`);
export const eitherOrder = (noun: string) => new Refusal(`Ambiguous ${noun}: use YYYY-MM-DD, such as 2026-12-31.`);

/** A date with two numbers that can be day and month: what it means in each order; null if no calendar has it. */
export interface SlashedDate {
  dayFirst: Date | null;
  monthFirst: Date | null;
}

/**
 * A moment as people and programs write it: ISO 8601, PostgreSQL's, `2026-12-31`, `31.12.2026`, `2026/12/31`, `31 Dec 2026`, Unix
 * seconds or milliseconds. A time without a zone is UTC. `05/06/2027` is refused: countries differ in which number is the month;
 * `12/31/2026` is not, since there are twelve months.
 * A date without a time is its last millisecond, since what is valid until a day is valid on that day.
 */
export function readMoment(text: string, noun = 'date'): Date | Refusal {
  for (const shape of SHAPES) {
    const groups = shape.exec(text)?.groups;
    if (groups) return momentOf(groups, groups.day, monthOf(groups)) ?? unreadable(noun);
  }
  if (UNIX.test(text)) return new Date(text.length > 10 ? Number(text) : Number(text) * 1000);
  const slashed = readSlashedDate(text);
  if (slashed === null) return unreadable(noun);
  const { dayFirst, monthFirst } = slashed;
  if (dayFirst && monthFirst && dayFirst.getTime() !== monthFirst.getTime()) return eitherOrder(noun);
  return dayFirst ?? monthFirst ?? unreadable(noun);
}

/** Reads `05/06/2027` in both orders; null for a text that is written otherwise. */
export function readSlashedDate(text: string): SlashedDate | null {
  const groups = SLASHED.exec(text)?.groups;
  if (!groups) return null;
  const { first, other } = groups;
  return { dayFirst: momentOf(groups, first, other), monthFirst: momentOf(groups, other, first) };
}

function monthOf({ month, name }: Groups): string | undefined {
  if (name === undefined) return month;
  const index = MONTHS.findIndex((each) => each === name.toLowerCase() || each.slice(0, 3) === name.toLowerCase());
  return String(index + 1);
}

/** Null for a date that no calendar has. */
function momentOf(groups: Groups, day: string | undefined, month: string | undefined): Date | null {
  const [year, monthNumber, dayNumber] = [groups.year, month, day].map(Number) as [number, number, number];
  const date = Date.UTC(year, monthNumber - 1, dayNumber);
  const { hour } = groups;
  const isReal = new Date(date).getUTCMonth() === monthNumber - 1 && new Date(date).getUTCDate() === dayNumber;
  if (!isReal || year < 1970) return null;
  if (hour === undefined) return new Date(date + DAY_MS - 1);
  const [hours, minutes, seconds] = [hour, groups.minute, groups.second ?? 0].map(Number) as [number, number, number];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const ms = Number(`${groups.fraction ?? ''}000`.slice(0, 3));
  return new Date(date + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms - zoneMs(groups.zone));
}

function zoneMs(zone: string | undefined): number {
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '');
  if (!offset) return 0;
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
  return (offset[1] === '-' ? -minutes : minutes) * 60_000;
}
