import { HOST_NONE, HOST_STRONG, hostStrength } from '../fields/host.ts';
import { QUAD_SHAPE } from '../fields/ip-address.ts';
import {
  CELL,
  COLON,
  findSeparator,
  kindFound,
  kindOf,
  kindsIn,
  NO_SEPARATOR,
  placeFound,
  SEPARATOR_BITS,
  SEPARATOR_KINDS,
  SEPARATOR_TEXT,
  separatorAt,
  separatorBefore,
} from './separators.ts';

/** The order of the parts of a line. */
const ADDRESS_ALONE = 0;
const ADDRESS_FIRST = 1;
const ADDRESS_AT_CREDENTIALS = 2;
export const CREDENTIALS_AT_ADDRESS = 3;
export const CREDENTIALS_FIRST = 4;
const ORDERS = 5;

/** How many forms there are: every order with every choice of three separators. */
export const FORMS = ORDERS << (3 * SEPARATOR_BITS);

/** What the end of a password is, where a separator stands in it: part of the password, or something of its own. */
export type Tail = 'password' | 'country' | 'name';

/** One way to read a line: places in its text. Credentials that are not there are empty places at -1. */
export interface LineReading {
  /** Order and separators, in one number below FORMS. */
  form: number;
  isStrong: boolean;
  hostFrom: number;
  hostTo: number;
  port: number;
  userFrom: number;
  userTo: number;
  passwordFrom: number;
  passwordTo: number;
  /** What stands at the end of the password, behind its last separator. */
  tail: Tail;
  /** The next way to read the same line, the likelier ones first. */
  next: LineReading | null;
}

const AT = 64;
const MAX_PORT = 65_535;
const MAX_PORT_DIGITS = 5;

export const orderOf = (form: number): number => form >> (3 * SEPARATOR_BITS);
/** Whether the password is the last thing in the line, so that a country, a name or a `/` may stand behind it. */
export function endsInPassword(form: number): boolean {
  const order = orderOf(form);
  return order === ADDRESS_FIRST || order === ADDRESS_AT_CREDENTIALS;
}

/** The separator between username and password. */
export const credentialSeparator = (form: number): number => form & (SEPARATOR_KINDS - 1);

function formOf(order: number, address: number, middle: number, credentials: number): number {
  return (((((order << SEPARATOR_BITS) | address) << SEPARATOR_BITS) | middle) << SEPARATOR_BITS) | credentials;
}

/** A form with its parts filled in: `host:port:user:password` with other separators and another order as the form has them. */
export function writeForm(form: number, parts: { host: string; port: string; user: string; password: string }): string {
  const credentials = SEPARATOR_TEXT[credentialSeparator(form)];
  const middle = SEPARATOR_TEXT[credentialSeparator(form >> SEPARATOR_BITS)];
  const address = `${parts.host}${SEPARATOR_TEXT[credentialSeparator(form >> (2 * SEPARATOR_BITS))]}${parts.port}`;
  const login = `${parts.user}${credentials}${parts.password}`;
  const order = orderOf(form);
  if (order === ADDRESS_ALONE) return address;
  if (order === ADDRESS_FIRST) return `${address}${middle}${login}`;
  if (order === ADDRESS_AT_CREDENTIALS) return `${address}@${login}`;
  return order === CREDENTIALS_AT_ADDRESS ? `${login}@${address}` : `${login}${middle}${address}`;
}

/**
 * All ways to read `text[from, to)` as a proxy without a scheme (forms 1 to 5 with any separators), the likeliest first; null
 * where there is none. A strong host decides against a weak one.
 *
 * @param isUrl behind a `scheme://`, where a username may stand without a password and only `:` parts the two
 */
export function readForms(text: string, from: number, to: number, isUrl: boolean): LineReading | null {
  const first = addressFirst(text, from, to);
  const last = endsInDigit(text, to) ? addressLast(text, from, to, isUrl) : null;
  if (first === null) return last === null || isBroken(text, from, to, last) ? null : last;
  if (last === null || (first.isStrong && !last.isStrong)) return first;
  if (last.isStrong && !first.isStrong) return last;
  return append(first, last);
}

function endsInDigit(text: string, to: number): boolean {
  const code = text.charCodeAt(to - 1);
  return code >= 48 && code <= 57;
}

/**
 * Whether a line that can only be read from its end begins with what was meant as a host, with its port or a number of it wrong:
 * any host against a weak one at the end, a dotted quad against every one that no `@` announces.
 */
function isBroken(text: string, from: number, to: number, last: LineReading): boolean {
  const hostTo = endOfHost(text, from, to);
  if (!last.isStrong) return hostStrength(text, from, hostTo) === HOST_STRONG;
  return orderOf(last.form) === CREDENTIALS_FIRST && QUAD_SHAPE.test(text.slice(from, hostTo));
}

function endOfHost(text: string, from: number, to: number): number {
  const isBracketed = text.charCodeAt(from) === 91;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (isBracketed ? code === 93 : code === AT || kindOf(code) !== NO_SEPARATOR) return isBracketed ? at + 1 : at;
  }
  return to;
}

/** The port that begins at `from`, times 8, plus how many digits it has; 0 where there is none. */
function portAt(text: string, from: number, to: number): number {
  let port = 0;
  let at = from;
  for (; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    if (at - from >= MAX_PORT_DIGITS) return 0;
    port = port * 10 + digit;
  }
  return port <= MAX_PORT && port > 0 ? port * 8 + (at - from) : 0;
}

function addressFirst(text: string, from: number, to: number): LineReading | null {
  const hostTo = endOfHost(text, from, to);
  const separator = separatorAt(text, hostTo, to);
  const address = kindFound(separator);
  const portFrom = placeFound(separator);
  const port = address === NO_SEPARATOR ? 0 : portAt(text, portFrom, to);
  const strength = port === 0 ? HOST_NONE : hostStrength(text, from, hostTo);
  if (strength === HOST_NONE) return null;
  const portTo = portFrom + (port & 7);
  const reading = blank(strength === HOST_STRONG, from, hostTo, port >> 3);
  if (portTo === to) return withForm(reading, formOf(ADDRESS_ALONE, address, 0, 0));
  if (text.charCodeAt(portTo) === AT) {
    return splitCredentials(text, reading, portTo + 1, to, ADDRESS_AT_CREDENTIALS, address, address);
  }
  const next = separatorAt(text, portTo, to);
  if (kindFound(next) === NO_SEPARATOR) return null;
  if (placeFound(next) === to) return withForm(reading, formOf(ADDRESS_ALONE, address, 0, 0));
  return splitCredentials(text, reading, placeFound(next), to, ADDRESS_FIRST, address, kindFound(next));
}

function addressLast(text: string, from: number, to: number, isUrl: boolean): LineReading | null {
  const reading = addressBefore(text, from, to);
  if (reading === null || reading.hostFrom === from) return null;
  const address = kindFound(separatorAt(text, reading.hostTo, to));
  if (text.charCodeAt(reading.hostFrom - 1) === AT) {
    const end = reading.hostFrom - 1;
    const login = isUrl ? splitUserinfo(text, reading, from, end, address) : null;
    return login ?? splitCredentials(text, reading, from, end, CREDENTIALS_AT_ADDRESS, address, address);
  }
  const middle = separatorBefore(text, reading.hostFrom, from);
  if (kindFound(middle) === NO_SEPARATOR || placeFound(middle) === from) return null;
  return splitCredentials(text, reading, from, placeFound(middle), CREDENTIALS_FIRST, address, kindFound(middle));
}

/** Reads the host and port that end at `to`, whatever stands before them. */
export function addressBefore(text: string, from: number, to: number): LineReading | null {
  let portFrom = to;
  while (portFrom > from && endsInDigit(text, portFrom)) portFrom--;
  const port = portAt(text, portFrom, to);
  if (port === 0) return null;
  const separator = separatorBefore(text, portFrom, from);
  const hostTo = placeFound(separator);
  if (kindFound(separator) === NO_SEPARATOR || hostTo === from) return null;
  const hostFrom = beginOfHost(text, from, hostTo);
  const strength = hostStrength(text, hostFrom, hostTo);
  return strength === HOST_NONE ? null : blank(strength === HOST_STRONG, hostFrom, hostTo, port >> 3);
}

function beginOfHost(text: string, from: number, to: number): number {
  if (text.charCodeAt(to - 1) === 93) return Math.max(text.lastIndexOf('[', to), from);
  let at = to;
  while (at > from && text.charCodeAt(at - 1) !== AT && kindOf(text.charCodeAt(at - 1)) === NO_SEPARATOR) at--;
  return at;
}

function blank(isStrong: boolean, hostFrom: number, hostTo: number, port: number): LineReading {
  return {
    form: 0,
    isStrong,
    hostFrom,
    hostTo,
    port,
    userFrom: -1,
    userTo: -1,
    passwordFrom: -1,
    passwordTo: -1,
    tail: 'password',
    next: null,
  };
}

function withForm(reading: LineReading, form: number): LineReading {
  reading.form = form;
  return reading;
}

/** RFC 3986, section 3.2.1: the first `:` parts username and password, and there may be no password. */
function splitUserinfo(text: string, reading: LineReading, from: number, to: number, address: number): LineReading {
  const colon = text.indexOf(':', from);
  const hasPassword = colon >= 0 && colon < to;
  reading.userFrom = from;
  reading.userTo = hasPassword ? colon : to;
  if (hasPassword) {
    reading.passwordFrom = colon + 1;
    reading.passwordTo = to;
  }
  return withForm(reading, formOf(CREDENTIALS_AT_ADDRESS, address, 0, COLON));
}

/**
 * Parts username and password in `text[from, to)` at the first separator of the kind that stands before them (`middle`). Where
 * that differs from the one inside the address, both ways are possible (`host:port;user;password`, `host:port;user:password`).
 * Only where neither is there do others count.
 */
function splitCredentials(
  text: string,
  reading: LineReading,
  from: number,
  to: number,
  order: number,
  address: number,
  middle: number,
): LineReading | null {
  const isAt = order === ADDRESS_AT_CREDENTIALS || order === CREDENTIALS_AT_ADDRESS;
  const shown = isAt ? NO_SEPARATOR : middle;
  const like = findSeparator(text, from, to, middle);
  const first = like < 0 ? null : splitAt(text, reading, from, like, to, formOf(order, address, shown, middle));
  const isSettled = address === middle || middle === COLON || middle === CELL;
  const hasInner = !isSettled && findSeparator(text, from, to, address) >= 0;
  if (first && !hasInner) return first;
  const others = hasInner ? 1 << address : kindsIn(text, from, to) & ~(1 << middle);
  let readings = first;
  for (let kind = COLON; kind < SEPARATOR_KINDS; kind++) {
    if ((others & (1 << kind)) === 0) continue;
    const at = findSeparator(text, from, to, kind);
    const other = splitAt(text, { ...reading, next: null }, from, at, to, formOf(order, address, shown, kind));
    readings = append(readings, other);
  }
  return readings;
}

function append(readings: LineReading | null, other: LineReading | null): LineReading | null {
  if (readings === null || other === null) return readings ?? other;
  let last = readings;
  while (last.next) last = last.next;
  last.next = other;
  return readings;
}

function splitAt(
  text: string,
  reading: LineReading,
  from: number,
  at: number,
  to: number,
  form: number,
): LineReading | null {
  if (at === from && orderOf(form) === CREDENTIALS_FIRST) return null;
  reading.userFrom = from;
  reading.userTo = at;
  reading.passwordFrom = placeFound(separatorAt(text, at, to));
  reading.passwordTo = to;
  return withForm(reading, form);
}
