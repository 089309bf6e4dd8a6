import { readCountryCode } from '../fields/country.ts';
import { credentialSeparator, endsInPassword, FORMS, type LineReading, type Tail } from './line-forms.ts';
import type { Frame } from './line-frame.ts';
import { findSeparator, placeFound, separatorAt } from './separators.ts';

const PASSWORD: readonly Tail[] = ['password'];
const COUNTRY: readonly Tail[] = ['country'];
const NAME: readonly Tail[] = ['name'];
const NAME_OR_PASSWORD: readonly Tail[] = ['name', 'password'];

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
  countTails({ text, frame, reading }: OpenLine): void {
    for (const one of this.#unbeaten(reading)) {
      const first = tailOf(text, one);
      if (frame.isUrl && endsInPassword(one.form) && !frame.hasSlash) this.#areSlashes = false;
      if (first >= 0 && readCountryCode(afterSeparator(text, first, one)) === null) this.#areCountries = false;
      if (frame.hasLink && (first < 0 || tailOf(text, one, true) !== first)) this.#areNames = false;
    }
  }

  /** Whether the `/` at the end of every URL of the batch is the URL's and not the password's. */
  get areSlashes(): boolean {
    return this.#areSlashes;
  }

  fits(form: number): number {
    return this.#fits[form] ?? 0;
  }

  /** The readings of a line that are still possible, the likeliest first, each with the end of its password told. */
  readingsOf({ text, frame, reading }: OpenLine): LineReading[] {
    const readings: LineReading[] = [];
    for (const one of this.#unbeaten(reading)) {
      const [tail = 'password', other] = this.#tailsOf(text, one, frame);
      one.tail = tail;
      readings.push(one);
      if (other) readings.push({ ...one, tail: other });
    }
    return readings;
  }

  #tailsOf(text: string, reading: LineReading, frame: Frame): readonly Tail[] {
    if (tailOf(text, reading) < 0) return PASSWORD;
    if (this.#areCountries) return COUNTRY;
    if (!frame.hasLink) return PASSWORD;
    return this.#areNames ? NAME : NAME_OR_PASSWORD;
  }

  #unbeaten(reading: LineReading): LineReading[] {
    if (reading.next === null) return [reading];
    const readings: LineReading[] = [];
    for (let one: LineReading | null = reading; one; one = one.next) readings.push(one);
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
