import { isDigit } from '../../fields/digits.ts';
import { beginOfName, HOST_STRONG, hostStrength, isHostCode } from '../../fields/host.ts';
import { parseQuad } from '../../fields/ip-address.ts';
import { AT, COLON, isCell, SPACE } from '../../lines/separators.ts';
import { type Addresses, MAX_PORT, portOf } from '../addresses.ts';
import type { Tokens } from '../tokens.ts';
import type { Login } from './login.ts';

/** The longest IPv6 address with its brackets, in characters. */
const MAX_IPV6 = 47;
const DOT = 46;
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
/** Another text begins behind each of them. */
const BRACKETS = '()[]{}<>';

/**
 * Whether credentials hold an address with a port, which would be another proxy: as fields of their own, or with other text right
 * before or behind it, as in `pw->203.0.113.8:8080` and `(gate.example.com:8080)`. `ann.smith:12345` is none: a name and digits that
 * are the whole username and the whole password.
 *
 * @param isUserinfo whether they stand in a URL before the `@`, where RFC 3986 lets them hold all but another `@`
 * @param isNameCounted whether a name with a port in fields of their own is an address too
 */
export function holdAddress(tokens: Tokens, login: Login, isUserinfo: boolean, isNameCounted: boolean): boolean {
  for (let index = login.first; index + 1 < login.end; index++) {
    if (isUserinfo && tokens.separatorBefore(index) !== AT) continue;
    const host = beginOfAddress(tokens, index);
    if (host === -1 || isUsername(tokens, login, index, host)) continue;
    if (isNameCounted || !isAlone(tokens, index, host)) return true;
  }
  return false;
}

/**
 * Whether a name before a port is the end of the username, with nothing but digits as the password: `ann.smith:12345`,
 * `ann+b.smith:12345`. A mail address before a password is one whatever follows: `ann@example.com:12:34`.
 */
function isUsername(tokens: Tokens, { first, password, end }: Login, index: number, host: number): boolean {
  if (index !== password - 1 || isLiteral(tokens.text, host, tokens.toOf(index))) return false;
  const isMail = index > first && tokens.separatorBefore(index) === AT;
  if (!isMail && (end > password + 1 || portOf(tokens, password) === 0)) return false;
  return host === tokens.fromOf(index) || !BRACKETS.includes(tokens.text.charAt(host - 1));
}

function isLiteral(text: string, from: number, to: number): boolean {
  return text.charCodeAt(from) === OPENING_BRACKET || parseQuad(text, from, to) >= 0;
}

/** Which fields, beginning with the username, are the name and the port of another proxy: `gate.example.com:8080`. */
export function addressIn(tokens: Tokens, { first, password, end }: Login): 'username' | 'login' | null {
  const isUsernameAlone = password === first + 2;
  if (!isUsernameAlone && (password !== first + 1 || end === password)) return null;
  if (portOf(tokens, first + 1) === 0) return null;
  if (hostStrength(tokens.text, tokens.fromOf(first), tokens.toOf(first)) !== HOST_STRONG) return null;
  return isUsernameAlone ? 'username' : 'login';
}

/** Whether a line has an address beside the one at `at` that is surely none of its credentials. */
export function hasSecondAddress(tokens: Tokens, at: number): boolean {
  for (let index = 0; index + 1 < tokens.count; index++) {
    const host = index === at ? -1 : beginOfAddress(tokens, index);
    const isApart = index > 0 && tokens.separatorBefore(index) !== COLON;
    if (host !== -1 && (isApart || !isAlone(tokens, index, host))) return true;
  }
  return false;
}

/** Whether a name with a dot and a port follow each other in the tokens `[first, last)`, however they are separated. */
export function isNamedAddress(tokens: Tokens, first: number, last: number): boolean {
  for (let index = first; index + 1 < last; index++) {
    if (portOf(tokens, index + 1) > 0 && beginOfHost(tokens.text, tokens.fromOf(index), tokens.toOf(index)) >= 0)
      return true;
  }
  return false;
}

/** Where the host begins that ends the token `index`, if a port begins the next one; -1 if they are no address. */
function beginOfAddress(tokens: Tokens, index: number): number {
  const separator = tokens.separatorBefore(index + 1);
  if ((separator !== COLON && !isCell(separator)) || endOfPort(tokens, index + 1) < 0) return -1;
  return beginOfHost(tokens.text, tokens.fromOf(index), tokens.toOf(index));
}

/** Whether an address is all that the token `index` and the next one hold. */
function isAlone(tokens: Tokens, index: number, host: number): boolean {
  return host === tokens.fromOf(index) && portOf(tokens, index + 1) > 0;
}

/** Where the port that begins a token ends; -1 if none does. With a letter or a dot behind them digits are no port. */
function endOfPort(tokens: Tokens, index: number): number {
  const { text } = tokens;
  let at = tokens.fromOf(index);
  let port = 0;
  for (; isDigit(text.charCodeAt(at)); at++) port = port * 10 + text.charCodeAt(at) - 48;
  if (port === 0 || port > MAX_PORT) return -1;
  return isHostCode(text.charCodeAt(at)) ? -1 : at;
}

/** Where the host that ends `text[from, to)` begins; -1 if none does. A name with a dot, and an address, are hosts. */
function beginOfHost(text: string, from: number, to: number): number {
  const isBracketed = text.charCodeAt(to - 1) === CLOSING_BRACKET;
  const quad = isBracketed ? -1 : beginOfQuad(text, from, to);
  if (quad >= 0) return quad;
  const at = isBracketed ? beginOfIpv6(text, to) : beginOfName(text, from, to);
  return at >= 0 && hostStrength(text, at, to) === HOST_STRONG ? at : -1;
}

function beginOfQuad(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isQuadCode(text.charCodeAt(at - 1))) at--;
  return parseQuad(text, at, to) >= 0 ? at : -1;
}

function isQuadCode(code: number): boolean {
  return code === DOT || isDigit(code);
}

/** The colons of an IPv6 address with text before its bracket are separators, so it begins in a token before the one that it ends. */
function beginOfIpv6(text: string, to: number): number {
  const limit = Math.max(0, to - MAX_IPV6);
  const at = text.slice(limit, to).lastIndexOf('[');
  return at === -1 ? -1 : limit + at;
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
