import { MAX_SCHEME, typeOfScheme } from '../lines/proxy-scheme.ts';
import { AT, COLON } from '../lines/separators.ts';
import type { Addresses } from './addresses.ts';
import { isNamedAddress } from './login/second-address.ts';
import type { Tokens } from './tokens.ts';
import { NO_WORDS, type Word } from './words.ts';

/** Known text around the tokens of a line. */
export interface Surroundings {
  /** Behind a `scheme://`, where a username may stand without a password. */
  isUrl: boolean;
  /** Before a change-IP link, where a name may stand. */
  hasLink: boolean;
}

/** A line and the address in it that is read. One instance serves all lines of a batch. */
export class LineAddress {
  readonly tokens: Tokens;
  around: Surroundings = { isUrl: false, hasLink: false };
  strength: Addresses['strength'] = 'weak';
  /** The token that is the host; the port is the next one. */
  at = 0;
  /** The end of the tokens that are not empty; empty ones at the end are separators that end the line. */
  last = 0;
  /** The type before the address. */
  type: readonly Word[] = NO_WORDS;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  /** Turns to the address whose host is the token `at`. */
  turnTo(at: number): void {
    const { tokens } = this;
    this.at = at;
    this.type = NO_WORDS;
    this.last = tokens.count;
    while (tokens.isEmpty(this.last - 1)) this.last--;
  }

  /** The first token behind the address. */
  get behind(): number {
    return this.at + 2;
  }

  /** Takes a type as the first word: `socks5 203.0.113.7 1080`. Gives the first token behind it. */
  takeType(): number {
    const { tokens } = this;
    if (tokens.separatorBefore(1) === AT || tokens.toOf(0) - tokens.fromOf(0) > MAX_SCHEME) return 0;
    const type = typeOfScheme(tokens.textOf(0));
    if (type === undefined) return 0;
    this.type = [{ part: 'type', type }];
    return 1;
  }

  /** Whether the separator before the token `index` is the one between host and port. */
  isRow(index: number): boolean {
    const { tokens, at } = this;
    const isAlike = tokens.separatorBefore(at + 1) === tokens.separatorBefore(index);
    return isAlike && tokens.isTight(at + 1) === tokens.isTight(index);
  }

  /** The only field between the port and a change-IP link; null for several fields, and without a link. */
  nameBeforeLink(): string | null {
    const { tokens, behind, last } = this;
    if (!this.around.hasLink || tokens.separatorBefore(behind) !== COLON) return null;
    if (tokens.findSeparator(behind + 1, last, COLON) !== -1 || isNamedAddress(tokens, behind, last)) return null;
    return tokens.sliceOf(behind, last);
  }
}
