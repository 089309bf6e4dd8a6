import type { ProxyType } from '../../proxies/proxy.ts';
import { isDigit } from '../fields/digits.ts';
import { isForeignScheme, typeOfScheme } from './proxy-scheme.ts';

const MAX_HEADER_CHARS = 60;
/** Signs that headings are drawn with. */
const DECORATION = /[^\p{L}\p{N}]+/gu;
/** Words of a heading that say nothing of the type. */
const FILLERS = new Set(
  (
    'proxy proxies proxys list lists server servers type protocol scheme premium private residential datacenter mobile isp my the new ' +
    'our your free working checked elite anonymous fast updated daily today now all total count only here are is section begin end'
  ).split(' '),
);

/** The type of the lines below a heading. `foreign`: of a kind that this program does not use. */
export type HeaderType = ProxyType | 'foreign';

/** `SOCKS 5`, `socks-v5`, `sock5` and `SOCKS4/5`. */
const SOCKS = /socks?[ _-]?v?([45])(?:[ /&,+-]{1,3}(?:socks?)?v?([45]))?(?![a-z0-9])/g;
/** Both are short for SOCKS where nothing else is said. */
const SHORT = /^[^\p{L}\p{N}]*s([45])[^\p{L}\p{N}]*$/iu;
const COUNT = /^\d{1,6}$/;
/** A host or a port beside a type: then the line is meant as a proxy. */
const ADDRESS_LIKE = /[\w-]:\d|:\/\/\s*[\w[]/;
/** The longest line that is looked at as an unclear heading. */
const MAX_UNCLEAR_CHARS = 200;

const wordsOf = (text: string) =>
  text.toLowerCase().replace('http(s)', 'http https').replace(SOCKS, writeSocks).split(DECORATION);

function writeSocks(_found: string, version: string, other: string | undefined): string {
  return other === undefined ? ` socks${version} ` : ` socks${version} socks${other} `;
}

/** The types in a line that was not read as a proxy: the lines below may be of one of them. */
export function typesIn(text: string): ProxyType[] {
  if (text.length > MAX_UNCLEAR_CHARS || ADDRESS_LIKE.test(text)) return [];
  return wordsOf(text).flatMap((word) => typeOfScheme(word) ?? []);
}

/**
 * The type that a line sets for what follows: `socks5`, `socks5:`, `[socks5]`, `socks5://`, `=== SOCKS5 ===`, `SOCKS5 proxies:`.
 * Null for a line that says more than that, or names two types.
 */
export function readTypeHeader(text: string): HeaderType | null {
  if (text.length > MAX_HEADER_CHARS) return null;
  if (ADDRESS_LIKE.test(text)) return null;
  const types = new Set<HeaderType>();
  for (const word of wordsOf(text.replace(SHORT, 'socks$1'))) {
    if (word === '' || FILLERS.has(word) || COUNT.test(word)) continue;
    const type = typeOfScheme(word) ?? (isForeignScheme(word) ? 'foreign' : null);
    if (type === null) return null;
    types.add(type);
  }
  const isPair = types.size === 2;
  if (isPair && types.has('http') && types.has('https')) return 'http';
  if (isPair && types.has('socks4') && types.has('socks5')) return 'socks5';
  return types.size === 1 ? ([...types][0] ?? null) : null;
}

const DOT = 46;

/** Whether a line can set a type at all: every address of a proxy has a digit at its beginning, a dot, or more than a heading has. */
export function mayBeTypeHeader(text: string, from: number, to: number): boolean {
  if (to - from > MAX_HEADER_CHARS) return false;
  if (isDigit(text.charCodeAt(from))) return false;
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === DOT) return false;
  return true;
}
