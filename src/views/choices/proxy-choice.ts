import { formatAddress } from '../../domain/proxies/address.ts';
import type { ProxySummary } from '../../domain/proxies/proxy-view.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { mask, truncate } from '../../kit/text.ts';

type NamedProxy = Pick<ProxySummary, 'id' | 'host' | 'port' | 'username' | 'label'>;

/** `#2 203.0.113.2:8080`, and optionally a username and a label. */
const NAMED = /^(#\d+ \S+:\d+)(?: · .*)?$/s;
/** The same, of which the address was cut. */
const CUT = /^(#\d+) \S+…$/;

/** A proxy as an autocomplete choice; usernames are masked for viewers. */
export function proxyChoice(proxy: NamedProxy, isMasked: boolean): { name: string; value: string } {
  const user = isMasked ? mask(proxy.username) : proxy.username;
  const name = [`#${proxy.id} ${formatAddress(proxy.host, proxy.port)}`, user, proxy.label].filter(Boolean).join(' · ');
  return { name: truncate(name, LIMITS.choice), value: `#${proxy.id}` };
}

/** The value of a shown choice: the number and address of its proxy, or the number only if the address was truncated. */
export function readProxyChoice(text: string): string {
  return NAMED.exec(text)?.[1] ?? CUT.exec(text)?.[1] ?? text;
}
