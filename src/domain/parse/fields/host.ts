import { domainToASCII } from 'node:url';
import { isDigit } from './digits.ts';
import {
  formatQuad,
  formatV6,
  parseLooseV4,
  parseQuad,
  parseV6,
  privateV4Network,
  privateV6Network,
  QUAD_SHAPE,
} from './ip-address.ts';
import { Refusal } from './refusal.ts';

/**
 * How surely a text is a host. A dotted name, a dotted quad and a bracketed IPv6 address are strong. Weak is what may as well be
 * a word or a number: a name without a dot, an IPv4 address in another spelling.
 */
export const HOST_NONE = 0;
export const HOST_WEAK = 1;
export const HOST_STRONG = 2;

const DOT = 46;
const HYPHEN = 45;
const UNDERSCORE = 95;
const BRACKET = 91;
const MAX_LABEL = 63;
/** Of a domain name (RFC 1035, section 2.3.4), without the trailing dot. */
const MAX_HOST = 253;

/** Judges `text[from, to)` as a host by its characters alone; `readHost` says what it is. Runs for every line, so it allocates nothing. */
export function hostStrength(text: string, from: number, to: number): number {
  if (to <= from) return HOST_NONE;
  const first = text.charCodeAt(from);
  if (first === BRACKET) return bracketedStrength(text, from, to);
  if (isDigit(first) && parseQuad(text, from, to) >= 0) return HOST_STRONG;
  const end = to - from > 1 && text.charCodeAt(to - 1) === DOT ? to - 1 : to;
  let labelFrom = from;
  let dots = 0;
  let isNumber = true;
  for (let at = from; at <= end; at++) {
    const code = at === end ? DOT : text.charCodeAt(at);
    if (code === DOT) {
      if (!isLabel(text, labelFrom, at)) return HOST_NONE;
      if (at === end) break;
      dots++;
      labelFrom = at + 1;
      isNumber = true;
    } else if (code >= 128) {
      return internationalStrength(text.slice(from, to));
    } else if (!isDigit(code)) {
      if (!isNameCode(code)) return HOST_NONE;
      if (!isPunctuation(code)) isNumber = false;
    }
  }
  if (isNumber || (dots > 0 && isDigit(text.charCodeAt(labelFrom))) || isHexLabel(text, labelFrom))
    return numericStrength(text, from, end);
  return dots > 0 ? HOST_STRONG : HOST_WEAK;
}

function isNameCode(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || code === HYPHEN || code === UNDERSCORE;
}

/** Where the characters of a name that end `text[from, to)` begin: letters, digits, and `.`, `-` and `_` behind one of these. */
export function beginOfName(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isHostCode(text.charCodeAt(at - 1))) at--;
  while (at < to && isPunctuation(text.charCodeAt(at))) at++;
  return at;
}

/** Whether a host can contain a character. */
export function isHostCode(code: number): boolean {
  return code >= 128 || code === DOT || isDigit(code) || isNameCode(code);
}

function isPunctuation(code: number): boolean {
  return code === DOT || code === HYPHEN || code === UNDERSCORE;
}

/** RFC 1123, section 2.1, and an underscore inside, which names of real gateways have. */
function isLabel(text: string, from: number, to: number): boolean {
  if (to <= from || to - from > MAX_LABEL) return false;
  const first = text.charCodeAt(from);
  const last = text.charCodeAt(to - 1);
  return first !== HYPHEN && last !== HYPHEN && first !== UNDERSCORE && last !== UNDERSCORE;
}

function isHexLabel(text: string, from: number): boolean {
  return text.charCodeAt(from) === 48 && (text.charCodeAt(from + 1) | 32) === 120;
}

/** A host that ends in a number is an IPv4 address or invalid (WHATWG URL, "ends in a number"), and no top-level domain begins with a digit. */
function numericStrength(text: string, from: number, to: number): number {
  if (parseQuad(text, from, to) >= 0) return HOST_STRONG;
  return parseLooseV4(text.slice(from, to)) >= 0 ? HOST_WEAK : HOST_NONE;
}

function bracketedStrength(text: string, from: number, to: number): number {
  return text.charCodeAt(to - 1) === 93 && parseV6(text.slice(from + 1, to - 1)) ? HOST_STRONG : HOST_NONE;
}

function internationalStrength(text: string): number {
  const ascii = domainToASCII(text);
  return hostStrength(ascii, 0, ascii.length);
}

/** Names that only mean something inside one machine or one network (RFC 6761, 6762, 8375, and the ones in common use). */
const PRIVATE_NAME = /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

const NO_HOST = new Refusal('The host must be a host name or an IP address.');
const OVER_255 = new Refusal('A number in the IPv4 address is over 255.');

/**
 * The host in the one form that the pool keeps: names in lower case and ASCII (IDN as punycode) without a trailing dot, IPv6
 * after RFC 5952 without brackets. Refused are what is neither name nor address, and, unless allowed, what lies in no public
 * network, however it is spelled.
 *
 * @param text with or without brackets around an IPv6 address
 */
export function readHost(text: string, isPrivateAllowed: boolean): string | Refusal {
  const quad = parseQuad(text);
  if (quad >= 0) return publicOnly(text, privateV4Network(quad), isPrivateAllowed);
  if (text.includes(':')) return readV6(text, isPrivateAllowed);
  const lower = text.toLowerCase();
  const ascii = isPlainAscii(lower) ? lower : domainToASCII(lower);
  return readName(ascii.endsWith('.') ? ascii.slice(0, -1) : ascii, isPrivateAllowed);
}

function isPlainAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= 128) return false;
  return true;
}

function readV6(text: string, isPrivateAllowed: boolean): string | Refusal {
  const isBracketed = text.startsWith('[') && text.endsWith(']');
  const groups = parseV6(isBracketed ? text.slice(1, -1) : text);
  if (groups === null) return NO_HOST;
  return publicOnly(formatV6(groups), privateV6Network(groups), isPrivateAllowed);
}

/** @param name without the one dot that may end a name */
function readName(name: string, isPrivateAllowed: boolean): string | Refusal {
  if (name.endsWith('.')) return NO_HOST;
  const quad = parseQuad(name);
  if (quad >= 0) return publicOnly(name, privateV4Network(quad), isPrivateAllowed);
  if (name.length > MAX_HOST) return new Refusal(`The host must be at most ${MAX_HOST} characters long.`);
  const strength = hostStrength(name, 0, name.length);
  if (/(^|\.)(\d+|0x[0-9a-f]*)$/.test(name)) return readLooseV4(name, isPrivateAllowed);
  if (strength === HOST_NONE) return NO_HOST;
  if (PRIVATE_NAME.test(name)) return publicOnly(name, 'a local name', isPrivateAllowed);
  if (strength === HOST_WEAK && !isPrivateAllowed) {
    return new Refusal('The host must contain a dot: names without one exist only in private networks.');
  }
  return name;
}

function readLooseV4(text: string, isPrivateAllowed: boolean): string | Refusal {
  if (QUAD_SHAPE.test(text) && text.split('.').some((part) => Number(part) > 255)) return OVER_255;
  const address = parseLooseV4(text);
  if (address < 0) return NO_HOST;
  const network = privateV4Network(address);
  if (network !== null) return publicOnly(formatQuad(address), network, isPrivateAllowed);
  return new Refusal('An IPv4 address must consist of four decimal numbers without leading zeros.');
}

function publicOnly(host: string, network: string | null, isPrivateAllowed: boolean): string | Refusal {
  if (network === null || isPrivateAllowed) return host;
  return new Refusal(`The host is not on the public internet: ${network}.`);
}
