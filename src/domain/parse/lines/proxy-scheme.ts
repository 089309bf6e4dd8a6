import type { ProxyType } from '../../proxies/proxy.ts';
import { Refusal } from '../fields/refusal.ts';

export const UNKNOWN_TYPE = new Refusal('The type must be http, https, socks4 or socks5.');

/** Names that files and URLs use for the four types. `socks4a` and `socks5h` only say who resolves names: here always the proxy. */
const TYPES = new Map<string, ProxyType>([
  ['http', 'http'],
  ['https', 'https'],
  ['ssl', 'https'],
  ['socks4', 'socks4'],
  ['socks4a', 'socks4'],
  ['socks5', 'socks5'],
  ['socks5h', 'socks5'],
  ['socks', 'socks5'],
]);

/** The longest name, in characters. */
export const MAX_SCHEME = 7;

/** Kinds of proxies that this program does not check or hand out. */
const FOREIGN =
  /^(?:vless|vmess|ss|ssr|shadowsocks|trojan|hysteria2?|hy2|tuic|wireguard|wg|ssh|ftp|snell|naive|mtproto)$/i;

/** Signs between names, and in them. */
const SIGNS = /[/,;|+&\s_-]/;

/** Lists name several types at once: what speaks both is used as the first of each pair. */
const PAIRS: readonly (readonly ProxyType[])[] = [
  ['http', 'https'],
  ['socks5', 'socks4'],
];

/** The type that a scheme name stands for, whatever its case; undefined for an unknown one. */
export function typeOfScheme(name: string): ProxyType | undefined {
  return TYPES.get(name.toLowerCase());
}

export function isForeignScheme(name: string): boolean {
  return FOREIGN.test(name);
}

/**
 * The type that a type column means: one name (`SOCKS 5`), or several of which one is used (`HTTP/HTTPS`, `socks4, socks5`).
 * Undefined for an unknown name, and for HTTP beside SOCKS, between which a person has to choose.
 */
export function typeOfNames(text: string): ProxyType | undefined {
  if (!SIGNS.test(text)) return typeOfScheme(text);
  const types = new Set<ProxyType>();
  for (const name of text.split(/[/,;|+&]/)) {
    const type = typeOfScheme(name.replaceAll(/[\s_-]/g, ''));
    if (type === undefined) return undefined;
    types.add(type);
  }
  if (types.size === 1) return [...types][0];
  return PAIRS.find((pair) => [...types].every((type) => pair.includes(type)))?.[0];
}
