import ipaddr from 'ipaddr.js';
import type { PoolProxy } from './pool.ts';

const ZERO = 48;
const DOT = 46;
const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/**
 * The network of a proxy: the /24 or /64 of the exit IP, otherwise of the host if that is an IP address, as CIDR text;
 * `null` for a host name without a known exit IP.
 */
export function networkOf({ exitIp, host }: Pick<PoolProxy, 'exitIp' | 'host'>): string | null {
  const address = exitIp ?? host;
  if (IPV4.test(address)) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  if (!address.includes(':')) return null;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6) return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`)}/64`;
  return networkOf({ exitIp: parsed.toString(), host });
}

/** An IPv4 address as a whole number of 32 bits; undefined for any other text, such as `010.0.0.1`. */
export function ipv4Number(text: string): number | undefined {
  let [number, octet, dots] = [0, -1, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT && octet >= 0) {
      number = (number << 8) | octet;
      octet = -1;
      dots += 1;
    } else if (code >= ZERO && code < ZERO + 10 && octet !== 0) {
      octet = Math.max(0, octet) * 10 + code - ZERO;
      if (octet > 255) return undefined;
    } else {
      return undefined;
    }
  }
  return dots === 3 && octet >= 0 ? (number << 8) | octet : undefined;
}

/** The addresses in networks of IPv4; undefined if one of the networks is of IPv6. */
export function addressesIn(networks: readonly string[]): string[] | undefined {
  if (networks.some((network) => network.includes(':'))) return undefined;
  return networks.flatMap((network) => {
    const start = network.slice(0, network.lastIndexOf('.') + 1);
    return Array.from({ length: 256 }, (_, last) => `${start}${last}`);
  });
}

/**
 * The networks of a plan. Equal networks are the same string object, since a plan looks them up hundreds of thousands
 * of times.
 */
export class Networks {
  /** By the first three numbers of an IPv4 address, or by the text of any other address. */
  readonly #known = new Map<number | string, string | null>();

  of(proxy: Pick<PoolProxy, 'exitIp' | 'host'>): string | null {
    const address = proxy.exitIp ?? proxy.host;
    const number = ipv4Number(address);
    const key = number === undefined ? address : number >> 8;
    let network = this.#known.get(key);
    if (network === undefined) {
      network = this.#shared(networkOf(proxy));
      this.#known.set(key, network);
    }
    return network;
  }

  /** Many IPv6 addresses have the same network. */
  #shared(network: string | null): string | null {
    if (network === null) return null;
    const known = this.#known.get(network);
    if (known === undefined) this.#known.set(network, network);
    return known ?? network;
  }
}
