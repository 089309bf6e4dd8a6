import { Refusal } from '../fields/refusal.ts';

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
const NAMED = /^(.*\])\{([^{}]*)\}$/s;
/** What stands between a proxy and its link without brackets. */
const SEPARATORS = ' \t:|,;';
/** Text of a markdown link. */
const MARKDOWN_TEXT = /[\s:|,;]\[([^[\]]*)\]$/;

export const TEXT_BEFORE = new Refusal(
  'There is text before the proxy: remove it, or use a CSV file with a header row.',
);
const OPEN_LINK = new Refusal('The change-IP link has no closing bracket.');
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
  if (!/^https?$/i.test(scheme)) return TEXT_BEFORE;
  if (before === '[') return bracketed(line, index);
  if (before === '(') return markdown(line, index);
  if (!SEPARATORS.includes(before)) return TEXT_BEFORE;
  return checked({ core: line.slice(0, index - 1).trimEnd(), url: line.slice(index), name: '' });
}

function findUrl(line: string): { index: number; scheme: string } | null {
  if (!line.includes('://')) return null;
  const match = URL_BEGIN.exec(line);
  return match ? { index: match.index, scheme: match[1] ?? 'https' } : null;
}

function bracketed(line: string, index: number): Link | Refusal {
  const named = NAMED.exec(line);
  const text = named?.[1] ?? line;
  if (!text.endsWith(']')) return OPEN_LINK;
  const core = line.slice(0, index - 1).trimEnd();
  return checked({ core, url: text.slice(index, -1), name: named?.[2]?.trim() ?? '' });
}

/** The text of a markdown link (`[change IP](...)`) says nothing of the proxy. */
function markdown(line: string, index: number): Link | Refusal {
  const text = MARKDOWN_TEXT.exec(line.slice(0, index - 1));
  if (!text) return TEXT_BEFORE;
  if (!line.endsWith(')')) return OPEN_LINK;
  return checked({ core: line.slice(0, text.index).trimEnd(), url: line.slice(index, -1), name: '' });
}

function checked(link: Link): Link | Refusal {
  if (/\s/.test(link.url)) return TEXT_BEHIND_LINK;
  if (!URL.canParse(link.url)) return link;
  const url = new URL(link.url);
  const isProxy = url.username !== '' || (url.pathname === '/' && url.search === '' && url.port !== '');
  if (!isProxy) return link;
  return /\d/.test(link.core) ? SEVERAL : TEXT_BEFORE;
}
