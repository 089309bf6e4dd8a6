import { areTyped, TEXT_BEHIND } from '../../forms/columns.ts';
import type { Layout } from '../../forms/layout.ts';
import type { LineReading, OpenEnd } from '../../forms/reading.ts';
import type { Frame } from '../../frame/frame.ts';
import { TEXT_BEFORE } from '../../frame/link.ts';
import { COLON, NO_SEPARATOR } from '../separators.ts';
import { asText, cutPasswords, SENTENCE, type Tails, withEnd, withoutLogin } from './other-readings.ts';

/** A line that the rest of the batch decides. */
export interface OpenLine {
  line: number;
  text: string;
  /** The line is `text[from, to)`. */
  from: number;
  to: number;
  frame: Frame;
  reading: LineReading;
}

const PASSWORD: Tails = ['password'];
const WORDS: Tails = ['words'];

/**
 * Decides lines by the others of their batch. A layout beats another if it fits every line that the other fits, and more. The
 * text behind a password is a country or a type if all lines have one there, and a name before a change-IP link if every line with
 * a link has exactly one field more. A separator that ends every line is not part of the password.
 */
export class LineVote {
  #areCountries = true;
  #areNames = true;
  #areSlashes = true;
  /** Lines that end in a password, with a type, with other columns or with text behind it, and how many there are. */
  #typed = 0;
  #columned = 0;
  #texts = 0;
  #logins = 0;
  /** The separator before text behind a password; whether it is always the same. */
  #textKind = NO_SEPARATOR;
  #areTextsAlike = true;
  /** The separator that ends lines; whether it is always the same. */
  #endKind = NO_SEPARATOR;
  #areEnds = true;
  #endless = 0;
  #lastEndless = 0;
  #lines = 0;
  #lastLine = 0;
  #named = 0;

  /** Whether a line has to wait for the others. */
  static isOpen(reading: LineReading, frame: Frame): boolean {
    if (reading.next !== null || reading.open !== null || reading.instead !== null || reading.beside.isNamed)
      return true;
    return frame.hasSlash && reading.layout.endsInPassword;
  }

  /** Counts a line that has one reading and nothing doubtful in it. */
  countDecided(line: number, reading: LineReading, frame: Frame): void {
    this.#countLine(line);
    reading.layout.fits++;
    if (frame.hasLink && reading.beside.label === '') this.#areNames = false;
    if (!reading.layout.endsInPassword) return;
    if (frame.isUrl) this.#areSlashes = false;
    this.#countLogin(line, reading);
  }

  /**
   * Counts a line that has one reading and nothing but address and credentials.
   *
   * @param hasCountry whether its password ends in the code of a country
   */
  countPlain(line: number, layout: Layout, hasCountry: boolean): void {
    this.#countLine(line);
    layout.fits++;
    if (!layout.endsInPassword) return;
    this.#logins++;
    if (hasCountry) this.#columned++;
    this.#countEndless(line);
  }

  /** Counts the layouts of a line that waits. */
  countOpen({ line, reading }: OpenLine): void {
    this.#countLine(line);
    if (reading.beside.isNamed) this.#named++;
    for (let one: LineReading | null = reading; one; one = one.next) {
      one.layout.fits++;
      if (one.instead !== null) one.layout.doubtful++;
      for (let other = one.next; other; other = other.next) {
        countTogether(one.layout, other.layout);
        countTogether(other.layout, one.layout);
      }
    }
  }

  #countLine(line: number): void {
    this.#lines++;
    this.#lastLine = Math.max(this.#lastLine, line);
  }

  /** Counts the ends of a line that waits, once all layouts are counted. */
  countEnds({ line, frame, reading }: OpenLine): void {
    const unbeaten = this.#unbeaten(reading);
    for (const one of unbeaten) {
      if (frame.isUrl && one.layout.endsInPassword && !frame.hasSlash) this.#areSlashes = false;
      const tail = one.open && one.open.tailFrom !== -1 && one.open.tailWords !== TEXT_BEHIND ? one.open : null;
      if (tail && !isCountry(tail)) this.#areCountries = false;
      const isLabelled = one.beside.label !== '' || (tail !== null && tail.lastFrom === tail.tailFrom);
      if (frame.hasLink && !isLabelled) this.#areNames = false;
    }
    const [first] = unbeaten;
    if (first?.layout.endsInPassword) this.#countLogin(line, first);
  }

  #countEndless(line: number): void {
    this.#endless++;
    this.#lastEndless = Math.max(this.#lastEndless, line);
  }

  #countLogin(line: number, { open }: LineReading): void {
    this.#logins++;
    if (areTyped(open?.tailWords)) this.#typed++;
    else if (open?.tailWords === TEXT_BEHIND) this.#countText(open.tailKind);
    else if (open?.tailWords) this.#columned++;
    if (!open || open.endFrom === -1) {
      this.#countEndless(line);
    } else if (this.#endKind === NO_SEPARATOR) {
      this.#endKind = open.endKind;
    } else if (this.#endKind !== open.endKind) {
      this.#areEnds = false;
    }
  }

  #countText(separator: number): void {
    if (this.#texts > 0 && this.#textKind !== separator) this.#areTextsAlike = false;
    this.#textKind = separator;
    this.#texts++;
  }

  /** Whether the `/` at the end of every URL of the batch is the URL's and not the password's. */
  get areSlashes(): boolean {
    return this.#areSlashes;
  }

  /** Whether all texts behind a password and a separator are countries. */
  get areCountries(): boolean {
    return this.#areCountries;
  }

  /** Whether every line has a name before its proxy: one line alone proves nothing. */
  get areNamed(): boolean {
    return this.#lines > 1 && this.#named === this.#lines;
  }

  /** Whether every password has text behind the same separator or other columns, so that the text may be a column. */
  get #areTexts(): boolean {
    return this.#areTextsAlike && this.#logins > 1 && this.#texts + this.#columned + this.#typed === this.#logins;
  }

  /** Whether every line ends in the same separator; the last one may lack it, as in a list of program code. */
  get #hasEnds(): boolean {
    if (!this.#areEnds) return false;
    return this.#endless === 0 || (this.#endless === 1 && this.#lastEndless === this.#lastLine);
  }

  /** The readings of a line that are still possible, the likeliest first, each with the end of its password decided. */
  readingsOf({ text, to, frame, reading }: OpenLine): LineReading[] {
    // Most lines that wait are so, and three lists for each of them would cost more than the vote itself.
    if (reading.next === null && reading.instead === null) return this.#decideEnd(reading, text, to, frame);
    const readings: LineReading[] = [];
    const unbeaten = this.#unbeaten(reading);
    for (const one of unbeaten) {
      // Of two readings with credentials the line asks already, and no line asks for more than two.
      for (const choice of this.#alternatives(one, unbeaten.length === 1))
        readings.push(...this.#decideEnd(choice, text, to, frame));
    }
    return readings;
  }

  /** Credentials, or the columns or the text that the same words may be. */
  #alternatives(reading: LineReading, isOnly: boolean): LineReading[] {
    const { instead, layout } = reading;
    if (instead === null) return [reading];
    const isAlways = layout.doubtful === layout.fits;
    if (!isOnly && (instead === 'prose' || instead === 'text before')) return [reading];
    if (instead === 'prose') return isAlways ? [reading, withoutLogin(reading, [])] : [reading];
    if (instead === 'sentence' || instead === 'text before') {
      if (!isAlways) return [reading];
      if (layout.fits * 2 <= this.#lines) return [];
      return [reading, asText(reading, instead === 'sentence' ? SENTENCE : TEXT_BEFORE)];
    }
    const columns = withoutLogin(reading, instead);
    return isAlways ? [columns] : [reading, columns];
  }

  #decideEnd(reading: LineReading, text: string, to: number, frame: Frame): LineReading[] {
    const { open } = reading;
    if (!open) return [reading];
    const tails = this.#tailsOf(reading, frame);
    if (open.endFrom === -1 || this.#hasEnds) return cutPasswords(reading, tails, text);
    return withEnd(reading, text, to).flatMap((end) => cutPasswords(end, tails, text));
  }

  #tailsOf({ open }: LineReading, frame: Frame): Tails {
    if (!open || open.tailFrom === -1) return PASSWORD;
    if (areTyped(open.tailWords)) {
      return this.#typed === this.#logins ? WORDS : ['words', 'password'];
    }
    if (open.tailWords === TEXT_BEHIND) return this.#areTexts ? ['words', 'password'] : PASSWORD;
    if (this.#areCountries) return WORDS;
    // The code of a country behind a colon belongs to the password unless every line has one.
    if (open.tailWords && !(open.tailKind === COLON && isCountry(open))) {
      return this.#columned === this.#logins && this.#logins > 1 ? WORDS : ['words', 'password'];
    }
    if (frame.hasLink) return this.#areNames ? ['name'] : ['name', 'password'];
    return open.hasBlank ? ['password', 'name'] : PASSWORD;
  }

  #unbeaten(reading: LineReading): LineReading[] {
    if (reading.next === null) return [reading];
    const readings: LineReading[] = [];
    for (let one: LineReading | null = reading; one; one = one.next) readings.push(one);
    return readings.filter((one) => !readings.some((other) => beats(other.layout, one.layout)));
  }
}

function isCountry({ tailWords }: OpenEnd): boolean {
  return tailWords?.map(({ part }) => part).join() === 'country';
}

function countTogether(layout: Layout, other: Layout): void {
  layout.together.set(other, (layout.together.get(other) ?? 0) + 1);
}

function beats(winner: Layout, loser: Layout): boolean {
  return loser.together.get(winner) === loser.fits && winner.fits > loser.fits;
}
