import type { ProxyType } from '../proxy.ts';
import { columnOf, isDetail } from './columns.ts';
import { type Details, NO_DETAILS, readDetails } from './details.ts';
import { addressBefore } from './line-forms.ts';
import { typeOfScheme } from './proxy-scheme.ts';
import { Refusal } from './refusal.ts';

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

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const BRACKETED_SCHEME = /^(?:\((\w+)\)|\[(\w+)\]|\{(\w+)\}|<(\w+)>)\s*/;
const SCHEME_BEHIND = /(?:@(\w{3,7})|\((\w{3,7})\)|\[(\w{3,7})\])$/;
const LINK_BEHIND = /\[(https?:\/\/.*)\]$/i;
const LINK_BEGIN = /\[https?:\/\//i;
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

/** Takes scheme, change-IP link, query and fragment off a line (forms 6, 8, 11 and 13). */
export function openFrame(line: string): FramedLine | Refusal {
  let core = line;
  let type: ProxyType | undefined;
  const scheme = SCHEME.exec(core);
  if (scheme) {
    type = typeOfScheme(scheme[1] ?? '');
    if (!type) return UNKNOWN_SCHEME;
    core = core.slice(scheme[0].length);
  } else {
    const before = BRACKETED_SCHEME.exec(core);
    const name = captured(before);
    type = typeOfScheme(name);
    if (type) core = core.slice(before?.[0].length);
    else if (FOREIGN.test(name)) return UNKNOWN_SCHEME;
  }

  const link = LINK_BEHIND.exec(core);
  if (link) core = core.slice(0, link.index).trimEnd();
  else if (LINK_BEGIN.test(core)) return OPEN_LINK;

  const behind = SCHEME_BEHIND.exec(core);
  const typeBehind = typeOfScheme(captured(behind));
  if (behind && typeBehind) {
    if (type && type !== typeBehind) return TWO_TYPES;
    type = typeBehind;
    core = core.slice(0, behind.index).trimEnd();
  }
  return withTail(core, type ?? null, scheme !== null, link?.[1] ?? '');
}

function captured(match: RegExpExecArray | null): string {
  return match?.slice(1).find((group) => group !== undefined) ?? '';
}

function withTail(core: string, type: ProxyType | null, isUrl: boolean, link: string): FramedLine | Refusal {
  const tail = findTail(core, isUrl);
  const written = { ...tail?.written, ...(link && { changeIpUrl: link }) };
  const details = readDetails(written);
  if (details instanceof Refusal) return details;
  const rest = tail ? core.slice(0, tail.from).trimEnd() : core;
  return {
    core: rest,
    type,
    isUrl,
    details,
    hasLink: link !== '',
    hasSlash: isUrl && rest.endsWith('/'),
    unknownKeys: tail?.unknownKeys ?? [],
  };
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
  for (let at = 1; at < core.length; at++) {
    const char = core[at];
    if (char !== '/' && char !== '?' && char !== '#') continue;
    if (!addressBefore(core, 0, at)?.isStrong) continue;
    const tail = readTail(core, at);
    if (tail && isTrusted(tail, core.slice(at), isUrl)) return tail;
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
  } catch {
    return text;
  }
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
