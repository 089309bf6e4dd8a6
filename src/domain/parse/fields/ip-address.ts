import ipaddr from 'ipaddr.js';

type Network = readonly [base: number, bits: number, name: string];

const v4 = (a: number, b = 0, c = 0, d = 0) => a * 0x1000000 + b * 0x10000 + c * 0x100 + d;

/**
 * Not reachable on the public internet, after the IANA IPv4 special-purpose registry. The documentation networks of RFC 5737
 * are left out on purpose: examples and tests are written with them.
 */
const V4_NETWORKS: readonly Network[] = [
  [v4(0), 8, 'unspecified (0.0.0.0/8)'],
  [v4(10), 8, 'private (10.0.0.0/8)'],
  [v4(100, 64), 10, 'private (carrier-grade NAT, 100.64.0.0/10)'],
  [v4(127), 8, 'loopback (127.0.0.0/8)'],
  [v4(169, 254), 16, 'link-local (169.254.0.0/16)'],
  [v4(172, 16), 12, 'private (172.16.0.0/12)'],
  [v4(192), 24, 'reserved (192.0.0.0/24)'],
  [v4(192, 88, 99), 24, 'reserved (192.88.99.0/24)'],
  [v4(192, 168), 16, 'private (192.168.0.0/16)'],
  [v4(198, 18), 15, 'reserved (198.18.0.0/15)'],
  [v4(224), 4, 'multicast (224.0.0.0/4)'],
  [v4(240), 4, 'reserved (240.0.0.0/4)'],
];

/** First octets under which there is such a network: they suffice to rule out most addresses. */
const FIRST_OCTETS = new Uint8Array(256);
for (const [base, bits] of V4_NETWORKS) {
  const first = base / 0x1000000;
  FIRST_OCTETS.fill(1, Math.floor(first), Math.floor(first) + 2 ** Math.max(8 - bits, 0));
}

/** The kind of non-public network that an IPv4 address (as an unsigned number) lies in; null for a public one. */
export function privateV4Network(address: number): string | null {
  if (FIRST_OCTETS[address >>> 24] === 0) return null;
  for (const [base, bits, name] of V4_NETWORKS) {
    if (address >= base && address < base + 2 ** (32 - bits)) return name;
  }
  return null;
}

/**
 * The same for the eight groups of an IPv6 address. Addresses that carry an IPv4 address (mapped, compatible, NAT64 of RFC 6052,
 * 6to4 of RFC 3056) are judged by it. Of the rest only 2000::/3 is public (IANA), less its special parts; 2001:db8::/32 is
 * documentation and accepted.
 */
export function privateV6Network(groups: readonly number[]): string | null {
  const [g0 = 0, g1 = 0, g2 = 0, , , g5 = 0, g6 = 0, g7 = 0] = groups;
  const tail = g6 * 0x10000 + g7;
  if (groups.slice(0, 5).every((group) => group === 0) && (g5 === 0xffff || g5 === 0)) {
    if (g5 === 0 && tail === 1) return 'loopback (::1)';
    return privateV4Network(tail) ?? (g5 === 0 ? 'reserved (::/96)' : null);
  }
  if (g0 === 0x64 && g1 === 0xff9b) {
    const isWellKnown = groups.slice(2, 6).every((group) => group === 0);
    return isWellKnown ? privateV4Network(tail) : 'reserved (64:ff9b:1::/48)';
  }
  if (g0 === 0x2002) return privateV4Network(g1 * 0x10000 + g2);
  if ((g0 & 0xff00) === 0xff00) return 'multicast (ff00::/8)';
  if ((g0 & 0xfe00) === 0xfc00) return 'private (fc00::/7)';
  if ((g0 & 0xffc0) === 0xfe80) return 'link-local (fe80::/10)';
  if ((g0 & 0xffc0) === 0xfec0) return 'private (fec0::/10)';
  if ((g0 & 0xe000) !== 0x2000) return 'reserved';
  if (g0 === 0x2001 && g1 < 0x200) return 'reserved (2001::/23)';
  if (g0 === 0x3fff && g1 < 0x1000) return 'reserved (3fff::/20)';
  return null;
}

/** A text that is meant as a dotted quad, whatever its numbers are. */
export const QUAD_SHAPE = /^\d+(?:\.\d+){3}$/;

/** The four numbers of a dotted quad without leading zeros, as one unsigned number; -1 where `text` is none. */
export function parseQuad(text: string, from = 0, to = text.length): number {
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (part < 0 || ++dots > 3) return -1;
      address = address * 256 + part;
      part = -1;
    } else {
      const digit = code - 48;
      if (digit < 0 || digit > 9 || part === 0) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    }
  }
  return dots === 3 && part >= 0 ? address * 256 + part : -1;
}

export function formatQuad(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/**
 * An IPv4 address in the other spellings that `inet_aton` takes: one to four numbers, each decimal, octal (`017`) or hex (`0x7f`),
 * the last one filling what is left. -1 where `text` is none.
 */
export function parseLooseV4(text: string): number {
  const parts = text.split('.');
  if (parts.length > 4) return -1;
  let address = 0;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const value = parseLooseNumber(part);
    const limit = isLast ? 256 ** (5 - parts.length) : 256;
    if (value < 0 || value >= limit) return -1;
    address = isLast ? address * limit + value : address * 256 + value;
  }
  return address;
}

function parseLooseNumber(text: string): number {
  if (/^0x[0-9a-f]*$/i.test(text)) return Number.parseInt(text.slice(2) || '0', 16);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(0|[1-9]\d*)$/.test(text) ? Number(text) : -1;
}

/** The groups of an IPv6 address without brackets and without a zone; null if `text` is not one. */
export function parseV6(text: string): number[] | null {
  // ipaddr.js takes the deprecated `::1.2.3.4` for the mapped `::ffff:1.2.3.4`, which is another address.
  const compatible = text.startsWith('::') ? parseQuad(text, 2) : -1;
  if (compatible >= 0) return [0, 0, 0, 0, 0, 0, compatible >>> 16, compatible & 0xffff];
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.IPv6.parse(text).parts;
}

/** RFC 5952. An IPv4-mapped address is written as the IPv4 address that it is. */
export function formatV6(groups: number[]): string {
  const address = new ipaddr.IPv6(groups);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/**
 * Whether an IP address, as a resolver or socket gives it (`10.0.0.1`, `fe80::1%eth0`), lies outside the public internet:
 * private, loopback, link-local, multicast, unspecified or reserved. The documentation networks count as public. What is no
 * IP address counts as private, so that a guard built on this fails closed.
 */
export function isPrivateAddress(ip: string): boolean {
  return networkOfAddress(ip) !== null;
}

/**
 * Whether an IP address is link-local, such as the one under which clouds give out the credentials of a machine. No proxy is reached
 * there, even where private addresses are allowed.
 */
export function isLinkLocal(ip: string): boolean {
  return networkOfAddress(ip)?.startsWith('link-local') ?? false;
}

function networkOfAddress(ip: string): string | null {
  const quad = parseQuad(ip);
  if (quad >= 0) return privateV4Network(quad);
  const groups = parseV6(ip.split('%', 1)[0] as string);
  return groups === null ? 'not an IP address' : privateV6Network(groups);
}
