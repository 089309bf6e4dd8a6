import { readCountryCode } from './country.ts';
import { credentialSeparator, endsInPassword, FORMS, type LineReading } from './line-forms.ts';
import type { Frame } from './line-frame.ts';
import { findSeparator, placeFound, separatorAt } from './separators.ts';

/** What the end of the password is, where a separator stands in it. */
export type Tail = 'password' | 'country' | 'name';

/** A reading of a line, and of the end of its password. */
export interface Way {
  reading: LineReading;
  tail: Tail;
}

/** A line that the rest of the batch decides. */
export interface OpenLine {
  text: string;
  frame: Frame;
  reading: LineReading;
}

/** Where the first (`isLast`: the last) separator in the password begins; -1 where there is none, or something follows the password. */
export function tailOf(text: string, reading: LineReading, isLast = false): number {
  if (!endsInPassword(reading.form)) return -1;
  return findSeparator(text, reading.passwordFrom, reading.passwordTo, credentialSeparator(reading.form), isLast);
}

/** What stands behind a separator of the password. */
export function afterSeparator(text: string, at: number, reading: LineReading): string {
  return text.slice(placeFound(separatorAt(text, at, reading.passwordTo)), reading.passwordTo);
}

/**
 * Decides lines by the others of their batch. A form beats another where it fits every line that the other fits, and more. A
 * fifth field is a country where all fifth fields of the batch are, and the name before a change-IP link where every line with
 * a link has exactly one field more.
 */
export class LineVote {
  /** How many lines each form fits. */
  readonly #fits = new Int32Array(FORMS);
  /** How many lines two forms fit at once, by both their numbers. */
  readonly #together = new Map<number, number>();
  #areCountries = true;
  #areNames = true;
  #areSlashes = true;

  /** Whether a line has to wait for the others. */
  static isOpen(text: string, reading: LineReading, frame: Frame): boolean {
    return reading.next !== null || (frame.hasSlash && endsInPassword(reading.form)) || tailOf(text, reading) >= 0;
  }

  /** Counts a line that has one reading and no doubtful end. @param hasName a name stood before its link */
  countDecided(reading: LineReading, frame: Frame, hasName: boolean): void {
    this.#fits[reading.form] = this.fits(reading.form) + 1;
    if (frame.hasLink && !hasName) this.#areNames = false;
    if (frame.isUrl && endsInPassword(reading.form)) this.#areSlashes = false;
  }

  /** Counts the forms of a line that waits. */
  countOpen({ reading }: OpenLine): void {
    for (let one: LineReading | null = reading; one; one = one.next) {
      this.#fits[one.form] = this.fits(one.form) + 1;
      for (let other = one.next; other; other = other.next) {
        const pair = pairOf(one.form, other.form);
        this.#together.set(pair, (this.#together.get(pair) ?? 0) + 1);
      }
    }
  }

  /** Counts the ends of a line that waits, once all forms are counted. */
  countTails(line: OpenLine): void {
    const { text, frame } = line;
    for (const reading of this.#unbeaten(line.reading)) {
      const first = tailOf(text, reading);
      if (frame.isUrl && endsInPassword(reading.form) && !frame.hasSlash) this.#areSlashes = false;
      if (first >= 0 && readCountryCode(afterSeparator(text, first, reading)) === null) this.#areCountries = false;
      if (frame.hasLink && (first < 0 || tailOf(text, reading, true) !== first)) this.#areNames = false;
    }
  }

  /** Whether the `/` at the end of every URL of the batch is the URL's and not the password's. */
  get areSlashes(): boolean {
    return this.#areSlashes;
  }

  fits(form: number): number {
    return this.#fits[form] ?? 0;
  }

  /** The ways in which a line can still be read, the likeliest first. */
  waysOf({ text, frame, reading }: OpenLine): Way[] {
    return this.#unbeaten(reading).flatMap((one) =>
      this.#tails(text, one, frame).map((tail) => ({ reading: one, tail })),
    );
  }

  #tails(text: string, reading: LineReading, frame: Frame): Tail[] {
    if (tailOf(text, reading) < 0) return ['password'];
    if (this.#areCountries) return ['country'];
    if (!frame.hasLink) return ['password'];
    return this.#areNames ? ['name'] : ['name', 'password'];
  }

  #unbeaten(reading: LineReading): LineReading[] {
    const readings: LineReading[] = [];
    for (let one: LineReading | null = reading; one; one = one.next) readings.push(one);
    if (readings.length === 1) return readings;
    return readings.filter((one) => !readings.some((other) => this.#beats(other.form, one.form)));
  }

  #beats(winner: number, loser: number): boolean {
    if (winner === loser) return false;
    return this.#together.get(pairOf(winner, loser)) === this.fits(loser) && this.fits(winner) > this.fits(loser);
  }
}

function pairOf(a: number, b: number): number {
  return a < b ? a * FORMS + b : b * FORMS + a;
}
