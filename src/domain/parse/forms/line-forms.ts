import { AT } from '../lines/separators.ts';
import { findAddresses, noAddresses } from './addresses.ts';
import { addNameBefore, isListNumber, nameBefore, readCredentialsBefore } from './before-address.ts';
import { BehindAddress } from './behind-address.ts';
import { CREDENTIALS_FIRST, type Layouts } from './layout.ts';
import { LineAddress, type Surroundings } from './line-address.ts';
import { Credentials } from './login/credentials.ts';
import { areSeveral } from './login/second-address.ts';
import { holdsEntity } from './markup.ts';
import { append, type LineReading } from './reading.ts';
import { ReadingWriter } from './reading-writer.ts';
import { Tokens } from './tokens.ts';

/**
 * Finds all ways to give each token of a line a meaning.
 *
 * A way is an address, and an explanation of all tokens before it and of all behind it. Before it: nothing, a type, a number of a
 * list, credentials, or a name (which the batch has to confirm). Behind it: nothing, credentials, words with a meaning of their
 * own, or both. A way that leaves anything over does not count, so no text becomes part of a proxy by chance.
 *
 * One instance reads all lines of a batch.
 */
export class LineForms {
  readonly tokens = new Tokens();
  readonly #addresses = noAddresses();
  readonly #line = new LineAddress(this.tokens);
  readonly #logins = new Credentials(this.tokens);
  readonly #writer = new ReadingWriter(this.#line);
  readonly #behind = new BehindAddress(this.#line, this.#logins, this.#writer);
  readonly #before = { logins: this.#logins, writer: this.#writer };

  get layouts(): Layouts {
    return this.#writer.layouts;
  }

  /** Takes back a reading that is not used any more, for one of the next line. */
  reuse(reading: LineReading): void {
    this.#writer.reuse(reading);
  }

  /** The readings of `text[from, to)`, the likeliest first; null if there is none. */
  read(text: string, from: number, to: number, around: Surroundings): LineReading | null {
    const tokens = this.tokens.read(text, from, to);
    const { count, first, second, strength } = findAddresses(tokens, this.#addresses);
    if (count === 0 || count > 2 || holdsEntity(tokens)) return null;
    if (count === 2 && areSeveral(tokens, this.#addresses)) return null;
    this.#line.around = around;
    this.#line.strength = strength;
    const ofFirst = this.#readAt(first);
    if (count === 1) return ofFirst;
    const ofSecond = this.#readAt(second);
    const only = ofFirst ? (ofSecond ? null : ofFirst) : ofSecond;
    return only && this.#hidesAddress(only) ? null : append(ofFirst, ofSecond);
  }

  #readAt(at: number): LineReading | null {
    this.#line.turnTo(at);
    if (at === 0) return this.#behind.read();
    const start = this.#line.takeType();
    if (at === start || isListNumber(this.#line, start)) return this.#behind.read();
    return readCredentialsBefore(this.#line, start, this.#before) ?? this.#readNamed(start);
  }

  #readNamed(start: number): LineReading | null {
    const name = nameBefore(this.#line, start);
    return name === null ? null : addNameBefore(this.#line, name, this.#behind.read());
  }

  /**
   * Of two addresses the other one would be part of the credentials. Before an `@` it may be the domain of a username with a password
   * of digits, and in a URL anything without an `@`.
   */
  #hidesAddress({ layout, userTo }: LineReading): boolean {
    if (layout.order !== CREDENTIALS_FIRST || layout.middle !== AT) return true;
    const { first, second } = this.#addresses;
    if (this.tokens.separatorBefore(first) !== AT) return !this.#line.around.isUrl;
    return userTo !== this.tokens.toOf(first) || second !== first + 2;
  }
}
