import type { ProxyType } from '../../proxies/proxy.ts';
import { type Details, NO_DETAILS, type WrittenDetails } from '../fields/details.ts';
import { isDigit } from '../fields/digits.ts';
import { Refusal } from '../fields/refusal.ts';
import { endsInAddress } from '../forms/addresses.ts';
import { AT, BLANK, BRACKET, HASH, QUERY, SLASH } from '../lines/line-marks.ts';
import { isForeignScheme, MAX_SCHEME, typeOfScheme, UNKNOWN_TYPE } from '../lines/proxy-scheme.ts';
import { holdsUrl, TEXT_BEHIND, takeLink } from './link.ts';
import { isOther, type Query, readQuery } from './query.ts';
import { readSharedLine } from './share-link.ts';
import { takeWrapper } from './wrapper.ts';

/** Known text around the address and credentials of a line. */
export interface Frame {
  type: ProxyType | null;
  /** A `scheme://` stood before it. */
  isUrl: boolean;
  /** The texts of its query and link; the batch, which knows how dates are written, reads them. */
  written: WrittenDetails;
  details: Details;
  /** Its expiry if the month is written before the day; null if its order is certain. */
  monthFirst: Date | null;
  /** A change-IP link stood behind it; a name may stand before that. */
  hasLink: boolean;
  /** It is a URL and ends in a `/` that may belong to the password. */
  hasSlash: boolean;
  /** Credentials in a query or behind `##`; empty texts say nothing. */
  username: string;
  password: string;
  /** A fragment, which is the label unless it may be a secret. */
  fragment: string;
  /** Keys of a query that nothing is known of. */
  unknownKeys: readonly string[];
}

/** A frame and what is left in it. */
export interface FramedLine extends Frame {
  core: string;
}

const NO_KEYS: readonly string[] = [];
const NOTHING_WRITTEN: WrittenDetails = {};

function newFrame(core: string): FramedLine {
  return {
    type: null,
    isUrl: false,
    written: NOTHING_WRITTEN,
    details: NO_DETAILS,
    monthFirst: null,
    hasLink: false,
    hasSlash: false,
    username: '',
    password: '',
    fragment: '',
    unknownKeys: NO_KEYS,
    core,
  };
}

/** Stands for the frame of a line that has none. */
export const NO_FRAME: Frame = newFrame('');

const SCHEME = /^[a-z][a-z0-9+.-]*$/i;
const BRACKETED_SCHEME = /^(?:\((\w+)\)|\[(\w+)\]|\{(\w+)\}|<(\w+)>)\s*/;
const SCHEME_BEHIND = /(?:@(\w{3,7})|\((\w{3,7})\)|\[(\w{3,7})\])$/;
const ANY_QUERY_BEGIN = /[/?#]/;
const QUERY_BEGIN = /[/?#]/g;
/** A key of a query or fragment. */
const KEY_BEGIN = /[?#](?=[\w-]+=)/g;
/** How many places are tried, so that no line takes long. */
const MAX_TRIED = 16;

const SECRET_QUERY = new Refusal('Its query may hold credentials: write them as user:password@host:port.');
const TWO_VALUES = new Refusal('It gives two different values for one field: keep one of them.');
export const TWO_TYPES = new Refusal('It names two different proxy types.');

/** Whether anything can stand around the address and credentials of the line `text[from, to)`. */
export function mayHaveFrame(text: string, from: number, to: number, marks: number): boolean {
  if (marks & (HASH | SLASH | QUERY | BRACKET)) return true;
  if (marks & BLANK && !isDigit(text.charCodeAt(from))) return true;
  return (marks & AT) !== 0 && to - text.lastIndexOf('@', to) <= MAX_SCHEME + 1;
}

/**
 * Takes known text around a proxy off a line: what other programs write before it, scheme, change-IP link, query and fragment.
 *
 * @param marks of its characters, at least
 */
export function openFrame(line: string, marks: number): FramedLine | Refusal {
  const frame = newFrame(line);
  const refusal =
    takeScheme(frame, marks) ??
    (marks & (BLANK | SLASH | QUERY) && !frame.isUrl ? unwrap(frame, marks) : null) ??
    (marks & SLASH ? openLink(frame) : null) ??
    takeSchemeBehind(frame) ??
    takeQuery(frame, marks) ??
    (marks & SLASH && holdsUrl(frame.core) ? TEXT_BEHIND : null);
  return refusal ?? frame;
}

function unwrap(frame: FramedLine, marks: number): Refusal | null {
  const wrapper = takeWrapper(frame.core);
  if (wrapper === null || wrapper instanceof Refusal) return wrapper;
  frame.core = wrapper.core;
  frame.type = wrapper.type;
  if (wrapper.country) frame.written = { country: wrapper.country };
  return takeScheme(frame, marks);
}

function takeScheme(frame: FramedLine, marks: number): Refusal | null {
  const end = marks & SLASH ? Math.max(frame.core.indexOf('://'), 0) : 0;
  const scheme = frame.core.slice(0, end);
  const type = typeOfScheme(scheme);
  if (type) {
    frame.isUrl = true;
    frame.core = readSharedLine(frame.core.slice(end + 3));
    return setType(frame, type);
  }
  if (SCHEME.test(scheme)) return UNKNOWN_TYPE;
  return marks & BRACKET ? takeBracketedScheme(frame) : null;
}

function setType(frame: FramedLine, type: ProxyType): Refusal | null {
  if (frame.type && frame.type !== type) return TWO_TYPES;
  frame.type = type;
  return null;
}

function takeBracketedScheme(frame: FramedLine): Refusal | null {
  const bracketed = BRACKETED_SCHEME.exec(frame.core);
  if (!bracketed) return null;
  const type = typeOfScheme(captured(bracketed));
  if (!type) return isForeignScheme(captured(bracketed)) ? UNKNOWN_TYPE : null;
  frame.core = frame.core.slice(bracketed[0].length);
  return setType(frame, type);
}

function openLink(frame: FramedLine): Refusal | null {
  const link = takeLink(frame.core);
  if (link === null || link instanceof Refusal) return link;
  frame.core = link.core;
  frame.hasLink = true;
  return addDetails(frame, { changeIpUrl: link.url, label: link.name });
}

function takeSchemeBehind(frame: FramedLine): Refusal | null {
  const behind = SCHEME_BEHIND.exec(frame.core.slice(-MAX_SCHEME - 2));
  const type = behind ? typeOfScheme(captured(behind)) : undefined;
  if (!behind || !type) return null;
  frame.core = frame.core.slice(0, -behind[0].length).trimEnd();
  return setType(frame, type);
}

function captured(match: RegExpExecArray): string {
  return match.slice(1).find((group) => group !== undefined) as string;
}

function takeQuery(frame: FramedLine, marks: number): Refusal | null {
  const query = marks & (SLASH | QUERY | HASH) ? findQuery(frame.core, frame.isUrl) : null;
  if (query) frame.core = frame.core.slice(0, query.from).trimEnd();
  frame.hasSlash = frame.isUrl && frame.core.endsWith('/');
  if (!query) return null;
  if (query.hasSecret) return SECRET_QUERY;
  if (query.isContradictory) return TWO_VALUES;
  frame.unknownKeys = query.unknownKeys;
  frame.username = query.username;
  frame.password = query.password;
  frame.fragment = query.fragment;
  const type = query.type === '' ? null : typeOfScheme(query.type);
  if (type === undefined) return UNKNOWN_TYPE;
  const refusal = addDetails(frame, { ...query.written, label: query.written.label || query.fragment });
  return refusal ?? (type && setType(frame, type));
}

/** Adds details, unless one was written before with another value. */
function addDetails(frame: FramedLine, details: WrittenDetails): Refusal | null {
  const known: Record<string, string | undefined> = frame.written;
  const said = Object.entries(details).flatMap(([key, text]) => (text ? [[key, text] as const] : []));
  if (said.some(([key, text]) => isOther(known[key] ?? '', text))) return TWO_VALUES;
  frame.written = { ...known, ...Object.fromEntries(said) };
  return null;
}

/**
 * Finds query and fragment. Right behind a port they can be told for certain, and in a URL they may say anything; behind a
 * password only their keys show that they are not part of it, all of which must be known and name no credentials.
 */
function findQuery(core: string, isUrl: boolean): Query | null {
  if (!ANY_QUERY_BEGIN.test(core)) return null;
  let tried = 0;
  for (const { index } of core.matchAll(QUERY_BEGIN)) {
    if (!endsInAddress(core, index)) continue;
    if (++tried > MAX_TRIED) break;
    const query = readQuery(core, index);
    if (query && isTrusted(query, core.slice(index), isUrl)) return query;
  }
  tried = 0;
  for (const { index } of core.matchAll(KEY_BEGIN)) {
    if (++tried > MAX_TRIED || isInPassword(core, index)) break;
    const query = readQuery(core, index);
    if (query?.unknownKeys.length === 0 && !namesLogin(query)) return query;
  }
  return null;
}

/** `ann:pw?cc=DE@203.0.113.7:8080`: an `@` and an address follow. */
function isInPassword(core: string, index: number): boolean {
  return core.includes('@', index) && endsInAddress(core, core.length);
}

function namesLogin({ username, password, type }: Query): boolean {
  return username !== '' || password !== '' || type !== '';
}

/** An `@` in what follows a port means that this may not be the port, but part of a password. */
function isTrusted(query: Query, text: string, isUrl: boolean): boolean {
  if (namesLogin(query)) return true;
  const isKnown = query.unknownKeys.length === 0 && (text.length <= 1 || text.includes('='));
  return isKnown || (isUrl && !text.includes('@'));
}
