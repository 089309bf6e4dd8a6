import { Refusal } from '../fields/refusal.ts';
import { AT, NO_SEPARATOR } from '../lines/separators.ts';
import { ADDRESS_ALONE, Layout } from './layout.ts';
import { NO_WORDS, type Word } from './words.ts';

/** The end of a line that the rest of the batch decides: offsets in its text. */
export interface OpenEnd {
  /** Where the first separator inside the password begins; -1 if there is none. */
  tailFrom: number;
  /** Where the text behind that separator begins. */
  tailTextFrom: number;
  /** The words behind it if all of them have a meaning of their own: types, countries and others. */
  tailWords: readonly Word[] | null;
  /** The kind of that separator. */
  tailKind: number;
  /** Where the last separator inside the password begins, and the text behind it. */
  lastFrom: number;
  lastTextFrom: number;
  /** Whether the text behind the first separator contains a blank. */
  hasBlank: boolean;
  /** Where the separators at the end of the line begin, and of which kind they are; -1 if there are none. */
  endFrom: number;
  endKind: number;
}

/** The parts of a line beside address and credentials. */
export interface Beside {
  /** Types, countries and other words that are certain. */
  words: readonly Word[];
  /** A name of its own, before the address or before a change-IP link. */
  label: string;
  /** Whether the label is before the address, where only the rest of the batch can tell that it is one. */
  isNamed: boolean;
  /** The names of the parts before and behind address and credentials: `type `, `:country`. */
  before: string;
  behind: string;
}

/** Nothing. It is shared, so that the many plain lines need no object of their own. */
export const NOTHING: Readonly<Beside> = { words: NO_WORDS, label: '', isNamed: false, before: '', behind: '' };

/** One way to read a line: offsets in its text, and the parts beside them. Together they cover the whole line. */
export interface LineReading {
  layout: Layout;
  /** Whether the host can be nothing else: an IP address, or a name with a dot. */
  isStrong: boolean;
  hostFrom: number;
  hostTo: number;
  port: number;
  /** Credentials that are not there are empty and at -1. */
  userFrom: number;
  userTo: number;
  passwordFrom: number;
  passwordTo: number;
  beside: Readonly<Beside>;
  /**
   * The meaning of the credentials if they are columns instead; `prose` if they may as well be text that says nothing, `text before`
   * if that stood before the address, `sentence` if the whole line may be text.
   */
  instead: readonly Word[] | 'prose' | 'text before' | 'sentence' | null;
  /** Why the line is not taken if this reading is chosen. */
  refusal: Refusal | null;
  open: OpenEnd | null;
  /** The next way to read the same line, the likelier ones first. */
  next: LineReading | null;
}

export const TWO_LABELS = new Refusal('It names two different labels.');

/** Stands for the layout of a reading until it is filled in. */
const NO_LAYOUT = new Layout(ADDRESS_ALONE, [NO_SEPARATOR, NO_SEPARATOR, NO_SEPARATOR]);

/** A reading to be filled in. */
export function newReading(): LineReading {
  return {
    layout: NO_LAYOUT,
    isStrong: false,
    hostFrom: 0,
    hostTo: 0,
    port: 0,
    userFrom: -1,
    userTo: -1,
    passwordFrom: -1,
    passwordTo: -1,
    beside: NOTHING,
    instead: null,
    refusal: null,
    open: null,
    next: null,
  };
}

/** Empties a reading of which nothing was open, so that it can be filled in again. */
export function resetReading(reading: LineReading): LineReading {
  reading.userFrom = -1;
  reading.userTo = -1;
  reading.passwordFrom = -1;
  reading.passwordTo = -1;
  reading.beside = NOTHING;
  return reading;
}

/** Adds a list of readings behind another one. */
export function append(readings: LineReading | null, others: LineReading | null): LineReading | null {
  if (readings === null || others === null) return readings ?? others;
  let last = readings;
  while (last.next) last = last.next;
  last.next = others;
  return readings;
}

/** The name of the form that a line is read in: `host:port:user:password`, `URL`. */
export function formOf(reading: LineReading, frame: { isUrl: boolean; hasLink: boolean }): string {
  const { layout, beside } = reading;
  const isPlainUrl = frame.isUrl && (layout.order === ADDRESS_ALONE || layout.middle === AT) && !layout.endsInPassword;
  const isPlain = !frame.isUrl || isPlainUrl;
  if (isPlain && !frame.hasLink && beside.before === '') {
    return isPlainUrl ? `URL${beside.behind}` : layout.formWith(beside.behind);
  }
  const form = isPlainUrl ? 'URL' : `${frame.isUrl ? 'scheme://' : ''}${beside.before}${layout.form}`;
  return `${form}${beside.behind}${frame.hasLink ? '[link]' : ''}`;
}
