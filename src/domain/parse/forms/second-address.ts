import { isDigit } from '../fields/digits.ts';
import { HOST_STRONG, hostStrength } from '../fields/host.ts';
import { parseQuad } from '../fields/ip-address.ts';
import { AT, COLON, isBlank, isCell, SPACE } from '../lines/separators.ts';
import { type Addresses, portOf } from './addresses.ts';
import type { Login } from './credentials.ts';
import type { Tokens } from './tokens.ts';

/** The longest IPv4 address, in characters. */
const MAX_QUAD = 15;
const DOT = 46;

/**
 * Whether credentials hold an address with a port, which would be another proxy. `ann.smith:12345` is none: a name and digits that
 * are the whole username and the whole password.
 *
 * @param isUserinfo whether they stand in a URL before the `@`, where RFC 3986 lets them hold all but another `@`
 * @param isNameCounted whether a name with a port is an address too
 */
export function holdAddress(tokens: Tokens, login: Login, isUserinfo: boolean, isNameCounted: boolean): boolean {
  const { password, end } = login;
  if (password >= end || (end - password === 1 && portOf(tokens, password) === 0)) return false;
  if (!isUserinfo && isGluedAddress(tokens, password - 1)) return true;
  for (let index = password - 1; index + 1 < end; index++) {
    const isAddress = isGluedAddress(tokens, index) || (isNameCounted && isPlainAddress(tokens, index));
    if (!isAddress || (isUserinfo && tokens.separatorBefore(index) !== AT)) continue;
    if (index >= password || (end - password > 1 && isNewPart(tokens, password + 1))) return true;
  }
  return false;
}

/**
 * Whether the username, or username and password, begin with the name and the port of another proxy: `gate.example.com:8080`. In a
 * row of values with one separator the two may as well be a username with a dot and a password of digits.
 */
export function isAddress(tokens: Tokens, { first, password, end }: Login): boolean {
  const isWhole = password === first + 2;
  if (!isWhole && (password !== first + 1 || end === password)) return false;
  if (portOf(tokens, first + 1) === 0) return false;
  if (!isWhole && tokens.separatorBefore(password) === tokens.separatorBefore(first)) return false;
  return hostStrength(tokens.text, tokens.fromOf(first), tokens.toOf(first)) === HOST_STRONG;
}

/** Whether a line has an address beside the one at `at` that is surely none of its credentials. */
export function hasSecondAddress(tokens: Tokens, at: number): boolean {
  for (let index = 0; index + 1 < tokens.count; index++) {
    if (index === at) continue;
    const isApart = index > 0 && tokens.separatorBefore(index) !== COLON;
    if (isGluedAddress(tokens, index) || (isApart && isPlainAddress(tokens, index))) return true;
  }
  return false;
}

function isPlainAddress(tokens: Tokens, index: number): boolean {
  if (!isBeforePort(tokens, index + 1) || portOf(tokens, index + 1) === 0) return false;
  return hostStrength(tokens.text, tokens.fromOf(index), tokens.toOf(index)) === HOST_STRONG;
}

/** Whether a host and its port may be separated like this: `:` or a separator of cells. */
function isBeforePort(tokens: Tokens, index: number): boolean {
  const separator = tokens.separatorBefore(index);
  return separator === COLON || isCell(separator);
}

function isNewPart(tokens: Tokens, index: number): boolean {
  const separator = tokens.separatorBefore(index);
  return isCell(separator) || isBlank(separator);
}

/** `pw->203.0.113.8:8080`: an IPv4 address right behind something else. */
function isGluedAddress(tokens: Tokens, index: number): boolean {
  return isBeforePort(tokens, index + 1) && endsInQuad(tokens, index) && portOf(tokens, index + 1) > 0;
}

function endsInQuad(tokens: Tokens, index: number): boolean {
  const from = tokens.fromOf(index);
  const to = tokens.toOf(index);
  let at = to;
  while (at > from && to - at <= MAX_QUAD && isQuadCode(tokens.text.charCodeAt(at - 1))) at--;
  return at > from && at < to && parseQuad(tokens.text, at, to) >= 0;
}

function isQuadCode(code: number): boolean {
  return code === DOT || isDigit(code);
}

/** Whether two names are of one domain: then they are gateways of one provider, and neither is a username. */
function areOfOneDomain(tokens: Tokens, one: number, other: number): boolean {
  return domainOf(tokens.textOf(one)) === domainOf(tokens.textOf(other));
}

const domainOf = (host: string) => host.toLowerCase().split('.').slice(-2).join('.');

/** Whether two addresses are certainly two proxies. */
export function areSeveral(tokens: Tokens, { first, second, strength }: Addresses): boolean {
  if (strength === 'literal') return true;
  const separator = tokens.separatorBefore(second);
  const isNext = second === first + 2 && (isCell(separator) || separator === SPACE);
  return strength === 'name' && isNext && areOfOneDomain(tokens, first, second);
}
