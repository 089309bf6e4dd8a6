import type { ProxyType } from '../../proxies/proxy.ts';
import { isForeignScheme, typeOfScheme } from './proxy-scheme.ts';

const MAX_HEADER_CHARS = 60;
/** Signs that headings are drawn with. */
const DECORATION = /[^\p{L}\p{N}]+/gu;
/** Words of a heading that say nothing of the type. */
const FILLERS = new Set(
  'proxy proxies proxys list lists server servers type protocol scheme premium private residential datacenter mobile isp my the new'.split(
    ' ',
  ),
);

/** The type of the lines below a heading. `foreign`: of a kind that this program does not use. */
export type HeaderType = ProxyType | 'foreign';

/**
 * The type that a line sets for what follows: `socks5`, `socks5:`, `[socks5]`, `socks5://`, `=== SOCKS5 ===`, `SOCKS5 proxies:`.
 * Null for a line that says more than that, or names two types.
 */
export function readTypeHeader(text: string): HeaderType | null {
  if (text.length > MAX_HEADER_CHARS) return null;
  const types = new Set<HeaderType>();
  for (const word of text.toLowerCase().split(DECORATION)) {
    if (word === '' || FILLERS.has(word)) continue;
    const type = typeOfScheme(word) ?? (isForeignScheme(word) ? 'foreign' : null);
    if (type === null) return null;
    types.add(type);
  }
  const isWeb = types.size === 2 && types.has('http') && types.has('https');
  if (isWeb) return 'http';
  return types.size === 1 ? ([...types][0] ?? null) : null;
}

const DOT = 46;

/** Whether a line can set a type at all: every address of a proxy has a digit at its beginning, a dot, or more than a heading has. */
export function mayBeTypeHeader(text: string, from: number, to: number): boolean {
  if (to - from > MAX_HEADER_CHARS) return false;
  const first = text.charCodeAt(from);
  if (first >= 48 && first <= 57) return false;
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === DOT) return false;
  return true;
}
