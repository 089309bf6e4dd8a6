import type { ProxyType } from '../../proxies/proxy.ts';
import { type Details, mergeDetails, NO_DETAILS, readDetails, type WrittenDetails } from '../fields/details.ts';
import { Refusal } from '../fields/refusal.ts';
import { columnOf, isDetail } from '../records/columns.ts';
import { addressBefore } from './line-forms.ts';
import { AT, BRACKET, HASH, QUERY, SLASH } from './line-marks.ts';
import { typeOfScheme } from './proxy-scheme.ts';

/** What stands around the address and credentials of a line. */
export interface Frame {
  type: ProxyType | null;
  /** A `scheme://` stood before it. */
  isUrl: boolean;
  details: Details;
  /** A change-IP link stood behind it; a name may stand before that. */
  hasLink: boolean;
  /** It is a URL and ends in a `/` that may belong to the password. */
  hasSlash: boolean;
  /** Keys of a query that nothing is known of. */
  unknownKeys: readonly string[];
}

/** A frame and what is left in it: forms 1 to 5. */
interface FramedLine extends Frame {
  core: string;
}

/** Stands for the frame of a line that has none. */
export const NO_FRAME: Frame = {
  type: null,
  isUrl: false,
  details: NO_DETAILS,
  hasLink: false,
  hasSlash: false,
  unknownKeys: [],
};

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const BRACKETED_SCHEME = /^(?:\((\w+)\)|\[(\w+)\]|\{(\w+)\}|<(\w+)>)\s*/;
const SCHEME_BEHIND = /(?:@(\w{3,7})|\((\w{3,7})\)|\[(\w{3,7})\])$/;
/** The longest scheme name. */
const MAX_SCHEME = 7;
const LINK_BEHIND = /\[(https?:\/\/.*)\]$/i;
const LINK_BEGIN = /\[https?:\/\//i;
const TAIL_BEGIN = /[/?#]/;
const TAIL_BEGINS = /[/?#]/g;
/** A key of a query or fragment. */
const KEY_BEGIN = /[?#](?=[\w-]+=)/g;
/** How many places are tried, so that no line takes long. */
const MAX_TAILS = 16;
const TAIL = /^\/?(?:\?([^#]*))?(?:#(.*))?$/;
/** Schemes of other kinds of proxies, bracketed or before `://`, that people paste too. */
const FOREIGN = /^(vless|vmess|ss|ssr|trojan|hysteria2?|hy2|tuic|wireguard|wg|ssh|ftp|snell|naive)$/i;

const UNKNOWN_SCHEME = new Refusal('The scheme is none of http, https, socks4 and socks5.');
const TWO_TYPES = new Refusal('It names two different proxy types.');
const OPEN_LINK = new Refusal('The change-IP link has no closing bracket.');

/** Whether anything can stand around the address and credentials of a line that ends at `to`. */
export function mayHaveFrame(text: string, to: number, marks: number): boolean {
  if (marks & (HASH | SLASH | QUERY | BRACKET)) return true;
  return (marks & AT) !== 0 && to - text.lastIndexOf('@', to) <= MAX_SCHEME + 1;
}

/**
 * Takes scheme, change-IP link, query and fragment off a line (forms 6, 8, 11 and 13).
 *
 * @param marks of its characters, at least
 */
export function openFrame(line: string, marks: number): FramedLine | Refusal {
  const frame: FramedLine = { ...NO_FRAME, core: line };
  const refusal =
    takeScheme(frame, marks) ??
    (marks & BRACKET ? takeLink(frame) : null) ??
    takeSchemeBehind(frame) ??
    takeTail(frame, marks);
  return refusal ?? frame;
}

function takeScheme(frame: FramedLine, marks: number): Refusal | null {
  const end = marks & SLASH ? frame.core.indexOf('://') : -1;
  const type = end > 0 && end <= MAX_SCHEME ? typeOfScheme(frame.core.slice(0, end)) : undefined;
  if (type) {
    frame.type = type;
    frame.isUrl = true;
    frame.core = frame.core.slice(end + 3);
    return null;
  }
  if (end > 0 && SCHEME.test(frame.core)) return UNKNOWN_SCHEME;
  return marks & BRACKET ? takeBracketedScheme(frame) : null;
}

function takeBracketedScheme(frame: FramedLine): Refusal | null {
  const bracketed = BRACKETED_SCHEME.exec(frame.core);
  if (!bracketed) return null;
  const type = typeOfScheme(captured(bracketed));
  if (!type) return FOREIGN.test(captured(bracketed)) ? UNKNOWN_SCHEME : null;
  frame.type = type;
  frame.core = frame.core.slice(bracketed[0].length);
  return null;
}

function takeLink(frame: FramedLine): Refusal | null {
  const link = LINK_BEHIND.exec(frame.core);
  if (!link) return LINK_BEGIN.test(frame.core) ? OPEN_LINK : null;
  frame.core = frame.core.slice(0, link.index).trimEnd();
  frame.hasLink = true;
  return addDetails(frame, { changeIpUrl: link[1] ?? '' });
}

function takeSchemeBehind(frame: FramedLine): Refusal | null {
  const behind = SCHEME_BEHIND.exec(frame.core.slice(-MAX_SCHEME - 2));
  const type = behind ? typeOfScheme(captured(behind)) : undefined;
  if (!behind || !type) return null;
  if (frame.type && frame.type !== type) return TWO_TYPES;
  frame.type = type;
  frame.core = frame.core.slice(0, -behind[0].length).trimEnd();
  return null;
}

function captured(match: RegExpExecArray): string {
  return match.slice(1).find((group) => group !== undefined) ?? '';
}

function takeTail(frame: FramedLine, marks: number): Refusal | null {
  const tail = marks & (SLASH | QUERY | HASH) && TAIL_BEGIN.test(frame.core) ? findTail(frame.core, frame.isUrl) : null;
  if (tail) frame.core = frame.core.slice(0, tail.from).trimEnd();
  frame.hasSlash = frame.isUrl && frame.core.endsWith('/');
  if (!tail) return null;
  frame.unknownKeys = tail.unknownKeys;
  return addDetails(frame, tail.written);
}

function addDetails(frame: FramedLine, written: WrittenDetails): Refusal | null {
  const details = readDetails(written);
  if (details instanceof Refusal) return details;
  frame.details = mergeDetails(frame.details, details);
  return null;
}

interface Tail {
  from: number;
  written: Record<string, string>;
  unknownKeys: string[];
}

/**
 * Finds query and fragment. Right behind a port they can be told for certain, and in a URL they may say anything; behind a
 * password they are told from it by their keys alone, all of which must be known.
 */
function findTail(core: string, isUrl: boolean): Tail | null {
  for (const { index } of core.matchAll(TAIL_BEGINS)) {
    if (!addressBefore(core, 0, index)?.isStrong) continue;
    const tail = readTail(core, index);
    if (tail && isTrusted(tail, core.slice(index), isUrl)) return tail;
  }
  let tried = 0;
  for (const { index } of core.matchAll(KEY_BEGIN)) {
    if (++tried > MAX_TAILS) break;
    const tail = readTail(core, index);
    if (tail?.unknownKeys.length === 0) return tail;
  }
  return null;
}

/** An `@` in what follows a port means that this may not be the port, but part of a password. */
function isTrusted(tail: Tail, text: string, isUrl: boolean): boolean {
  const isKnown = tail.unknownKeys.length === 0 && (text.length <= 1 || text.includes('='));
  return isKnown || (isUrl && !text.includes('@'));
}

function readTail(core: string, from: number): Tail | null {
  const match = TAIL.exec(core.slice(from));
  if (!match) return null;
  const tail: Tail = { from, written: {}, unknownKeys: [] };
  for (const part of [match[1], match[2]]) {
    if (!part) continue;
    const isPairs = part.includes('=');
    if (!isPairs && part !== match[2]) return null;
    if (isPairs) readPairs(part, tail);
    else tail.written.label = decodePercent(part);
  }
  return tail;
}

/** `key=value` parts behind `&` or `,`; a comma in a value is kept, since no key follows it. */
function readPairs(text: string, tail: Tail): void {
  for (const pair of text.split(/[&,](?=[\w-]+=)/)) {
    const equals = pair.indexOf('=');
    const key = decodePercent(pair.slice(0, Math.max(equals, 0)));
    const column = columnOf(key);
    if (column && isDetail(column)) tail.written[column] ??= decodePercent(pair.slice(equals + 1)).trim();
    else tail.unknownKeys.push(key);
  }
}

/** Decodes percent-encoding; what is none, or is not UTF-8, stays as it stands. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
