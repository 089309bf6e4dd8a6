import { cleanName } from '../../names.ts';
import { readCost } from './cost.ts';
import { readCountry } from './country.ts';
import { readMoment } from './moment.ts';
import { Refusal } from './refusal.ts';
import { readLongText, readShown, readText } from './text.ts';

/** How a value is kept and shown: what differs between kinds differs by this alone. */
export type KindName = 'text' | 'list' | 'moment' | 'amount';

/** A kind of value. A field names one, and is then read, stored and written the same way everywhere. */
export interface Kind<T, N extends KindName = KindName> {
  name: N;
  /** The type of its column. */
  sqlType: 'text' | 'text[]' | 'timestamptz' | 'numeric(12, 2)';
  /** Stands for "not said". */
  none: T;
  /**
   * Reads what a person, a file or a program wrote.
   *
   * @param noun the field in a sentence: "The label must be ..."
   */
  read(text: string, noun: string): T | Refusal;
  /** Writes a value so that `read` gives it back exactly; empty for `none`. */
  write(value: T): string;
  /** The same for people, where less will do: a modal is filled with it. */
  show(value: T): string;
  /** Writes what JSON holds so that `read` understands it; undefined for a value of another type. */
  fromJson(value: unknown): string | undefined;
  /** The longest text that can be read, in UTF-16 units. */
  maxChars: number;
  /** The same for one item of a list. */
  maxItemChars: number;
  /** Whether it may have several lines. */
  isLong: boolean;
  /** Whether printable ASCII within `maxChars`, without blanks around it, is read as it is. */
  isVerbatim?: true;
}

/** Room for a code, a date or an amount in any of their spellings, and for the longest name of a country. */
const SHORT_CHARS = 60;

const fromText = (value: unknown) => (typeof value === 'string' ? value : undefined);

function textKind(
  maxChars: number,
  read: (text: string, noun: string) => string | null | Refusal,
): Kind<string | null, 'text'> {
  const write = (value: string | null) => value ?? '';
  return {
    name: 'text',
    sqlType: 'text',
    none: null,
    read,
    write,
    show: write,
    fromJson: fromText,
    maxChars,
    maxItemChars: maxChars,
    isLong: false,
  };
}

/** One line. */
export const text = (limit: number): Kind<string | null, 'text'> => ({
  ...textKind(limit, (written, noun) => readText(written, noun, limit)),
  isVerbatim: true,
});

/** One line that everyone may read. */
export const shownText = (limit: number) => textKind(limit, (written, noun) => readShown(written, noun, limit));

/** A name that everyone may read: one line in its normal form. */
export const nameText = (limit: number) =>
  textKind(limit, (written, noun) => readShown(cleanName(written), noun, limit));

/** Several lines. */
export const longText = (limit: number): Kind<string | null, 'text'> => ({
  ...textKind(limit, (written, noun) => readLongText(written, noun, limit)),
  isLong: true,
  isVerbatim: true,
});

/** An ISO 3166-1 alpha-2 code. */
export const COUNTRY = textKind(SHORT_CHARS, (written, noun) =>
  written === ''
    ? null
    : (readCountry(written) ?? new Refusal(`The ${noun} must be an ISO 3166-1 code or an English name, such as DE.`)),
);

/** An http or https address. */
export const link = (limit: number) =>
  textKind(limit, (written, noun) => {
    const read = readText(written, noun, limit);
    if (read === null || read instanceof Refusal) return read;
    const isWeb = /^https?:\/\//i.test(read) && !/\s/.test(read) && URL.canParse(read);
    return isWeb ? read : new Refusal(`The ${noun} must be an http:// or https:// URL.`);
  });

/** Words of which none comes twice, with commas, semicolons or bars between them. */
export function list(limits: { items: number; chars: number }, one: string): Kind<readonly string[], 'list'> {
  return {
    name: 'list',
    sqlType: 'text[]',
    none: [],
    read(written, noun) {
      const items = [...new Set(written.split(/[,;|]/).map(cleanName))].filter((item) => item !== '');
      if (items.length > limits.items) return new Refusal(`There must be at most ${limits.items} ${noun}.`);
      const whole = readShown(cleanName(written), noun, Number.POSITIVE_INFINITY);
      if (whole instanceof Refusal) return whole;
      const refused = items.map((item) => readText(item, one, limits.chars)).find((item) => item instanceof Refusal);
      return refused ?? items;
    },
    write: (value) => value.join(','),
    show: (value) => value.join(', '),
    fromJson: (value) =>
      Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.join(',') : fromText(value),
    maxChars: limits.items * (limits.chars + 2),
    maxItemChars: limits.chars,
    isLong: false,
  };
}

/** A date with a time. */
export const MOMENT: Kind<Date | null, 'moment'> = {
  name: 'moment',
  sqlType: 'timestamptz',
  none: null,
  read: (written, noun) => (written === '' ? null : readMoment(written, noun)),
  write: (value) => value?.toISOString() ?? '',
  show: (value) => (value ? shortMoment(value) : ''),
  fromJson: fromText,
  maxChars: SHORT_CHARS,
  maxItemChars: SHORT_CHARS,
  isLong: false,
};

/** To the minute; a date alone for the end of a day, which is what it means. */
const shortMoment = (at: Date) =>
  at
    .toISOString()
    .replace('T', ' ')
    .replace(/ 23:59:59\.999Z$/, '')
    .replace(/:\d\d\.\d+Z$/, ' UTC');

/** An amount without a currency. */
export const AMOUNT: Kind<number | null, 'amount'> = {
  name: 'amount',
  sqlType: 'numeric(12, 2)',
  none: null,
  read: (written, noun) => (written === '' ? null : readCost(written, noun)),
  write: (value) => value?.toFixed(2) ?? '',
  show: (value) => value?.toFixed(2) ?? '',
  // A number, unlike a text, cannot mean thousands by its point: it is rounded to cents.
  fromJson: (value) => (typeof value === 'number' ? value.toFixed(2) : fromText(value)),
  maxChars: SHORT_CHARS,
  maxItemChars: SHORT_CHARS,
  isLong: false,
};
