import { Refusal } from '../fields/refusal.ts';
import { findAddresses } from '../forms/addresses.ts';
import { Tokens } from '../forms/tokens.ts';
import { typeOfScheme } from '../lines/proxy-scheme.ts';
import { columnOf } from '../records/columns.ts';

/** A change-IP link behind a proxy. */
export interface Link {
  /** The line without it. */
  core: string;
  url: string;
  /** `{name}` behind it; empty if there is none. */
  name: string;
}

/** A scheme with an address behind it, or any in a bracket. A password may be `https://`, but contains no address on the web. */
const URL_BEGIN = /(?<=\[)https?:\/\/|([a-z][a-z0-9+.-]{0,15}):\/\/(?=[\p{L}\d[])/iu;
const NAME_END = /\{([^{}]{0,100})\}$/;
/** The separator between a proxy and its link without brackets. */
const SEPARATORS = ' \t:|,;';
const CELL_SEPARATORS = '|,;';
/** Characters that no URL contains (RFC 3986). Brackets are none of them in practice. */
const NO_URL = /[\s|<>"\\^`]/;
const BRACKETS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '<': '>', '{': '}' };
/** Text of a markdown link. */
const MARKDOWN_TEXT = /[\s:|,;]\[([^[\]]{0,100})\]$/;
/** How a link is introduced: `Change IP:`, `| reset link -`, `,reset:`. */
const INTRODUCTION =
  /[\s|,;](?:change|rotate|rotation|refresh|reset|reboot|restart|renew|new)[ _-]?(?:ip )?(?:ip|link|url)? ?[:=-]?$/i;
const MAX_INTRODUCTION = 40;
/** A host and a path, as people write links who leave the scheme out. */
export const BARE_LINK = /^\/{0,2}[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}\/[^\s/]/i;

export const TEXT_BEFORE = new Refusal(
  'There is text before the proxy: remove it, or use a CSV file with a header row.',
);
export const TEXT_BEHIND = new Refusal(
  'The text after the proxy is not understood: remove it, or use a CSV file with a header row.',
);
const OPEN_LINK = new Refusal('The change-IP link has no closing bracket.');
const NOT_A_LINK = new Refusal(
  'The text after the proxy is not a change-IP link: a link begins with http:// or https://.',
);
export const SEVERAL = new Refusal('The line holds several proxies. Put each on its own line.');
const TEXT_BEHIND_LINK = new Refusal('There is text after the change-IP link: remove it.');

/**
 * Takes a change-IP link off the end of a line: `[https://...]`, `[https://...]{name}`, `[text](https://...)`, or the bare link
 * behind a separator. Null for a line without one; refused if another address begins in the middle of the line.
 */
export function takeLink(line: string): Link | null | Refusal {
  const begin = findUrl(line);
  if (begin === null) return null;
  const { index, scheme } = begin;
  const before = line.charAt(index - 1);
  if (before === '=' && /[?#]/.test(line.slice(0, index))) return null;
  const text = line.slice(0, index);
  if (!/^https?$/i.test(scheme)) return holdsAddress(text) ? ofOtherScheme(scheme) : TEXT_BEFORE;
  if (text.endsWith('](')) return markdown(line, index);
  if (before in BRACKETS) return bracketed(line, index);
  if (before === '' || !SEPARATORS.includes(before)) return TEXT_BEFORE;
  const url = line.slice(index);
  if (CELL_SEPARATORS.includes(before) && url.includes(before)) return TEXT_BEHIND_LINK;
  return checked({ core: line.slice(0, index - 1).trimEnd(), url, name: '' });
}

function ofOtherScheme(scheme: string): Refusal {
  return typeOfScheme(scheme) ? SEVERAL : NOT_A_LINK;
}

function holdsAddress(text: string): boolean {
  return findAddresses(new Tokens().read(text, 0, text.length)).count > 0;
}

function findUrl(line: string): { index: number; scheme: string } | null {
  if (!line.includes('://')) return null;
  const match = URL_BEGIN.exec(line);
  return match ? { index: match.index, scheme: match[1] ?? 'https' } : null;
}

/** Whether an address on the web is left in what is neither link nor query: no credentials contain one. */
export function holdsUrl(core: string): boolean {
  return findUrl(core) !== null;
}

function bracketed(line: string, index: number): Link | Refusal {
  const closing = BRACKETS[line.charAt(index - 1)] as string;
  const named = line.endsWith(closing) ? null : NAME_END.exec(line);
  const text = named ? line.slice(0, named.index).trimEnd() : line;
  if (!text.endsWith(closing)) return OPEN_LINK;
  const core = line.slice(0, index - 1).trimEnd();
  return checked({ core, url: text.slice(index, -1), name: named ? (named[1] as string).trim() : '' });
}

/** The text of a markdown link (`[change IP](...)`) says nothing of the proxy. */
function markdown(line: string, index: number): Link | Refusal {
  const text = MARKDOWN_TEXT.exec(line.slice(0, index - 1));
  if (!text) return TEXT_BEFORE;
  if (!line.endsWith(')')) return OPEN_LINK;
  return checked({ core: line.slice(0, text.index).trimEnd(), url: line.slice(index, -1), name: '' });
}

function checked(link: Link): Link | Refusal {
  if (NO_URL.test(link.url) || !areClosed(link.url)) return holdsAddress(link.core) ? TEXT_BEHIND_LINK : TEXT_BEFORE;
  if (URL.canParse(link.url) && isProxy(link.url)) return holdsAddress(link.core) ? SEVERAL : TEXT_BEFORE;
  const { index } = INTRODUCTION.exec(link.core.slice(-MAX_INTRODUCTION)) ?? {};
  if (index === undefined) return link;
  return { ...link, core: link.core.slice(0, Math.max(link.core.length - MAX_INTRODUCTION, 0) + index).trimEnd() };
}

/** Whether each bracket closes one that was opened before: else another bracket begins behind the link. */
function areClosed(url: string): boolean {
  let depth = 0;
  for (const char of url) {
    if ('[({'.includes(char)) depth++;
    else if ('])}'.includes(char) && --depth < 0) return false;
  }
  return true;
}

/** A port, which `URL` drops if it is the usual one of the scheme. */
const PORT = /^https?:\/\/[^/?#]*:\d+(?=[/?#]|$)/i;

/** A change-IP link has a path, or a query that says nothing of a proxy, and no credentials. */
function isProxy(text: string): boolean {
  const { username, pathname, searchParams } = new URL(text);
  if (username !== '') return true;
  return pathname === '/' && PORT.test(text) && [...searchParams.keys()].every((key) => columnOf(key) !== undefined);
}
