import type { ProxyType } from '../../proxies/proxy.ts';
import { readCountryCodeAt } from '../fields/country.ts';
import { isNumber } from '../fields/digits.ts';
import { parseQuad } from '../fields/ip-address.ts';
import { portOf } from '../forms/addresses.ts';
import { ADDRESS_FIRST, CREDENTIALS_FIRST } from '../forms/layout.ts';
import { holdsEntity } from '../forms/markup.ts';
import type { Tokens } from '../forms/tokens.ts';
import { mayBeginWord, wordOf } from '../forms/words.ts';
import { AT as AT_MARK, SLASH as SLASH_MARK } from '../lines/line-marks.ts';
import { typeOfScheme } from '../lines/proxy-scheme.ts';
import { AT, COLON, isCell, SEMICOLON } from '../lines/separators.ts';

const SLASH = 47;
const PERCENT = 37;
/** The limit of a username and of a password. */
const MAX_TEXT_CHARS = 255;

/**
 * A line that has one reading whatever else the file holds: an IPv4 address, a port, and two texts that are neither a number nor a
 * word with a meaning of its own. `203.0.113.7:8080:user:password` with one separator, `user:password@203.0.113.7:8080`, or that
 * behind a scheme.
 *
 * Most lines of most files are so, and the grammar finds the same reading in several times as many steps. One instance reads all lines
 * of a batch.
 */
export class PlainRow {
  /** The order of its layout. */
  order = ADDRESS_FIRST;
  /** The type that its scheme names; null without a scheme. */
  type: ProxyType | null = null;
  /** The token that is the host; the port is the next one. */
  host = 0;
  /** The same as a number. */
  address = 0;
  port = 0;
  /** Where the credentials are in the text. */
  userFrom = 0;
  userTo = 0;
  passwordFrom = 0;
  passwordTo = 0;
  /** The country whose code follows the password and a `:`, if the code is not a part of the password; null without one. */
  country: string | null = null;

  /** Reads a line that has been split. Gives whether it is such a row; if not, nothing here is of it. */
  read(tokens: Tokens): boolean {
    const { count, marks } = tokens;
    this.country = null;
    if (count === 4 && (marks & ~AT_MARK) === 0) return this.#readFour(tokens);
    if (count !== 5) return false;
    return marks === 0 ? this.#readWithTail(tokens) : marks === (SLASH_MARK | AT_MARK) && this.#readUrl(tokens);
  }

  /** `203.0.113.7:8080:user:password:DE`. */
  #readWithTail(tokens: Tokens): boolean {
    for (let index = 1; index < tokens.count; index++) if (tokens.separatorBefore(index) !== COLON) return false;
    this.type = null;
    this.country = tokens.toOf(4) - tokens.fromOf(4) === 2 ? readCountryCodeAt(tokens.text, tokens.fromOf(4)) : null;
    if (this.country === null || tokens.toOf(4) - tokens.fromOf(3) > MAX_TEXT_CHARS) return false;
    return this.#readAddress(tokens, 0) && this.#readLogin(tokens, 2, 0);
  }

  #readFour(tokens: Tokens): boolean {
    const first = tokens.separatorBefore(1);
    const middle = tokens.separatorBefore(2);
    const last = tokens.separatorBefore(3);
    this.type = null;
    if (middle === AT) {
      return first === COLON && last === COLON && this.#readAddress(tokens, 2) && this.#readLogin(tokens, 0, 0);
    }
    const isOneSeparator = middle === first && last === first && (first === COLON || isCell(first));
    if (!isOneSeparator || (first === SEMICOLON && holdsEntity(tokens))) return false;
    return this.#readAddress(tokens, 0) && this.#readLogin(tokens, 2, 0);
  }

  /** `socks5://user:password@203.0.113.7:8080`: the slashes are the first characters of the second token. */
  #readUrl(tokens: Tokens): boolean {
    const { text } = tokens;
    const from = tokens.fromOf(1);
    if (text.charCodeAt(from) !== SLASH || text.charCodeAt(from + 1) !== SLASH) return false;
    const isUrl = tokens.separatorBefore(1) === COLON && tokens.separatorBefore(2) === COLON;
    // The marks of the line show that it has an `@`.
    if (!isUrl || tokens.separatorBefore(4) !== COLON) return false;
    this.type = typeOfScheme(tokens.textOf(0)) ?? null;
    if (this.type === null || !this.#readAddress(tokens, 3) || !this.#readLogin(tokens, 1, 2)) return false;
    return !holdsSign(text, this.userFrom, this.passwordTo);
  }

  #readAddress(tokens: Tokens, host: number): boolean {
    this.host = host;
    this.order = host === 0 ? ADDRESS_FIRST : CREDENTIALS_FIRST;
    this.port = portOf(tokens, host + 1);
    if (this.port === 0) return false;
    this.address = parseQuad(tokens.text, tokens.fromOf(host), tokens.toOf(host));
    return this.address >= 0;
  }

  /** Dates and latencies begin with a digit, and so may a password, but no username. */
  #readLogin(tokens: Tokens, user: number, offset: number): boolean {
    const { text } = tokens;
    this.userFrom = tokens.fromOf(user) + offset;
    this.userTo = tokens.toOf(user);
    this.passwordFrom = tokens.fromOf(user + 1);
    this.passwordTo = tokens.toOf(user + 1);
    const first = text.charCodeAt(this.userFrom) | 32;
    if (first < 97 || first > 122) return false;
    return isText(text, this.userFrom, this.userTo) && isText(text, this.passwordFrom, this.passwordTo);
  }
}

/** Neither empty nor too long, nor a number, nor a word with a meaning of its own. */
function isText(text: string, from: number, to: number): boolean {
  if (to - from > MAX_TEXT_CHARS || isNumber(text, from, to)) return false;
  return !mayBeginWord(text, from, to) || wordOf(text.slice(from, to)) === null;
}

/** Whether a text holds what ends the credentials of a URL, or is encoded. */
function holdsSign(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === SLASH || code === PERCENT) return true;
  }
  return false;
}
