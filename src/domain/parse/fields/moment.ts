import { Refusal } from './refusal.ts';

const ISO =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const YEAR_FIRST = /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/;
const SLASHED = /^\d{1,2}\/\d{1,2}\/\d{2,4}/;
const UNIX = /^(\d{9,10}|\d{12,13})$/;

const unreadable = (noun: string) => new Refusal(`The ${noun} must be a date, such as 2026-12-31.`);
const eitherOrder = (noun: string) => new Refusal(`Ambiguous ${noun}: use YYYY-MM-DD, such as 2026-12-31.`);

/**
 * A moment as people and programs write it: ISO 8601, `2026-12-31`, `31.12.2026`, `2026/12/31`, Unix seconds or milliseconds. A
 * date alone is its beginning, and what names no zone is UTC. `12/31/2026` is refused: which number is the month depends on
 * where it was written.
 */
export function readMoment(text: string, noun = 'date'): Date | Refusal {
  const iso = ISO.exec(text) ?? YEAR_FIRST.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    const date = utc([year, month, day, hour, minute, second, `${fraction ?? ''}000`.slice(0, 3)]);
    return date ? new Date(date.getTime() - zoneMs(zone)) : unreadable(noun);
  }
  const dotted = DOTTED.exec(text);
  if (dotted) {
    const [, day, month, year, hour, minute, second] = dotted;
    return utc([year, month, day, hour, minute, second, '0']) ?? unreadable(noun);
  }
  if (UNIX.test(text)) return new Date(text.length > 10 ? Number(text) : Number(text) * 1000);
  return SLASHED.test(text) ? eitherOrder(noun) : unreadable(noun);
}

/** Null for a date that no calendar has. */
function utc(parts: readonly (string | undefined)[]): Date | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal && year >= 1970 ? date : null;
}

function zoneMs(zone: string | undefined): number {
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!offset) return 0;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return (offset[1] === '-' ? -minutes : minutes) * 60_000;
}
