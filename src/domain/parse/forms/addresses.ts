import { isDigit } from '../fields/digits.ts';
import { HOST_NONE, HOST_STRONG, hostStrength } from '../fields/host.ts';
import { parseQuad } from '../fields/ip-address.ts';
import { typeOfScheme } from '../lines/proxy-scheme.ts';
import { AT, COLON, isBlank, kindOf, NO_SEPARATOR, SPACE } from '../lines/separators.ts';
import { columnOf } from '../records/columns.ts';
import type { Tokens } from './tokens.ts';

export const MAX_PORT = 65_535;
const MAX_PORT_DIGITS = 5;
const OPENING_BRACKET = 91;
const COLUMN_NAME = /^[a-z]/i;

/** The tokens of a line that can be a host with the port behind it. One instance serves all lines of a batch. */
export interface Addresses {
  count: number;
  /** The index of the first two hosts; the port of each is the next token. */
  first: number;
  second: number;
  /** Literal IP addresses, names with a dot, or words that may as well be something else. */
  strength: 'literal' | 'name' | 'weak';
}

export function noAddresses(): Addresses {
  return { count: 0, first: -1, second: -1, strength: 'weak' };
}

/** The port that a token is; 0 if it is none. */
export function portOf(tokens: Tokens, index: number): number {
  const from = tokens.fromOf(index);
  const to = tokens.toOf(index);
  if (to === from || to - from > MAX_PORT_DIGITS) return 0;
  let port = 0;
  for (let at = from; at < to; at++) {
    const digit = tokens.text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return 0;
    port = port * 10 + digit;
  }
  return port <= MAX_PORT ? port : 0;
}

/**
 * Finds every address of a line. Of several kinds only the surest counts: a literal IP address with a port is never part of the
 * credentials of a name with digits behind it, and no word is a host beside a name or an address.
 */
export function findAddresses(tokens: Tokens, found = noAddresses()): Addresses {
  found.count = 0;
  found.strength = 'weak';
  for (let index = 0; index + 1 < tokens.count; index++) {
    const separator = tokens.separatorBefore(index + 1);
    if (separator === AT || portOf(tokens, index + 1) === 0) continue;
    const strength = strengthOf(tokens, index, separator);
    if (strength === null) continue;
    if (strength !== found.strength) {
      if (strength !== 'literal' && found.strength !== 'weak') continue;
      found.strength = strength;
      found.count = 0;
    }
    if (found.count === 0) found.first = index;
    else if (found.count === 1) found.second = index;
    found.count++;
  }
  return found;
}

function strengthOf(tokens: Tokens, index: number, separator: number): Addresses['strength'] | null {
  const { text } = tokens;
  const from = tokens.fromOf(index);
  const to = tokens.toOf(index);
  if (isDigit(text.charCodeAt(from)) && parseQuad(text, from, to) >= 0) return 'literal';
  const strength = hostStrength(text, from, to);
  if (strength === HOST_NONE) return null;
  if (strength === HOST_STRONG) {
    if (text.charCodeAt(from) === OPENING_BRACKET) return 'literal';
    return separator !== SPACE || isFirst(tokens, index) ? 'name' : null;
  }
  return isTightWord(tokens, index, separator) ? 'weak' : null;
}

/** Whether only a type can stand before a token. In a sentence a name and a number follow each other by chance. */
function isFirst(tokens: Tokens, index: number): boolean {
  return index === 0 || (index === 1 && typeOfScheme(tokens.textOf(0)) !== undefined);
}

/** `squid:3128`, but neither `page 2` nor `Page: 2` nor `port:1080` nor `12:30`. */
function isTightWord(tokens: Tokens, index: number, separator: number): boolean {
  if (separator !== COLON || !tokens.isTight(index + 1)) return false;
  const word = tokens.textOf(index);
  const isWord = COLUMN_NAME.test(word) || word.includes('.') || word.startsWith('0x');
  return isWord && columnOf(word) === undefined;
}

/** The longest host, in characters. */
const MAX_HOST_CHARS = 255;
const CLOSING_BRACKET = 93;

/** Whether a host that can be nothing else and its port end right before `to`. */
export function endsInAddress(text: string, to: number): boolean {
  let at = to;
  while (isDigit(text.charCodeAt(at - 1))) at--;
  const port = to - at > MAX_PORT_DIGITS ? 0 : Number(text.slice(at, to));
  if (port === 0 || port > MAX_PORT) return false;
  const hostTo = beforeSeparator(text, at);
  if (hostTo === at) return false;
  const hostFrom = beginOfHost(text, hostTo);
  return hostStrength(text, hostFrom, hostTo) === HOST_STRONG;
}

function beforeSeparator(text: string, to: number): number {
  let at = to;
  while (isBlank(kindOf(text.charCodeAt(at - 1)))) at--;
  if (kindOf(text.charCodeAt(at - 1)) !== NO_SEPARATOR) at--;
  while (isBlank(kindOf(text.charCodeAt(at - 1)))) at--;
  return at;
}

function beginOfHost(text: string, to: number): number {
  const limit = Math.max(0, to - MAX_HOST_CHARS);
  if (text.charCodeAt(to - 1) === CLOSING_BRACKET) return Math.max(text.lastIndexOf('[', to), limit);
  let at = to;
  while (at > limit && kindOf(text.charCodeAt(at - 1)) === NO_SEPARATOR) at--;
  return at;
}
