import type { ProxyType } from '../../proxies/proxy.ts';

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

/** The type that a scheme name stands for, whatever its case; undefined for an unknown one. */
export function typeOfScheme(name: string): ProxyType | undefined {
  return TYPES.get(name.toLowerCase());
}
