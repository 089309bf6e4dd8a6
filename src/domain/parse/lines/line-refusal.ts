import { HOST_STRONG, hostStrength } from '../fields/host.ts';
import { QUAD_SHAPE } from '../fields/ip-address.ts';
import { Refusal } from '../fields/refusal.ts';

const IPV6_WITHOUT_BRACKETS = /(?:^|[@/\s;,|])((?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})(?=$|[.:\s;,|@/])/i;
const CIDR = /^(?:\w+:\/\/)?(?:(?:\d{1,3}\.){3}\d{1,3}|\[?[0-9a-f]*:[0-9a-f:]+\]?)\/\d{1,3}(?![\w.])/i;
const PART = /\[[0-9a-f:.]+\]|[^\s:;,|@\x7f]+/gi;

const BARE_IPV6 = 'An IPv6 address with a port needs brackets: [2001:db8::7]:8080.';

/** Whether a line holds an IPv6 address without brackets, so that nobody can say where its port begins. */
export function hasBareIpv6(text: string): boolean {
  const address = IPV6_WITHOUT_BRACKETS.exec(text)?.[1];
  return address !== undefined && (address.includes('::') || address.split(':').length > 7);
}

/** Why a line is no proxy, as far as it can be told. The sentence repeats nothing of the line. */
export function explain(text: string): Refusal {
  if (CIDR.test(text)) return new Refusal('It is a range of addresses (CIDR), not one proxy.');
  if (hasBareIpv6(text)) return new Refusal(BARE_IPV6);
  const parts = text.match(PART) ?? [];
  const host = parts.findIndex((part) => QUAD_SHAPE.test(part) || hostStrength(part, 0, part.length) === HOST_STRONG);
  if (host < 0) return explainHostless(parts);
  const quad = parts[host] ?? '';
  if (QUAD_SHAPE.test(quad) && hostStrength(quad, 0, quad.length) !== HOST_STRONG) {
    const isOver = quad.split('.').some((number) => Number(number) > 255);
    return new Refusal(
      isOver ? 'A number in the IPv4 address is over 255.' : 'The IPv4 address has numbers with leading zeros.',
    );
  }
  return explainPort(parts[host + 1], parts.length);
}

function explainHostless(parts: readonly string[]): Refusal {
  const hasPort = parts.some((part) => /^\d{1,5}$/.test(part));
  return new Refusal(
    hasPort
      ? 'The host must be a host name or an IP address.'
      : 'It is no proxy in any known form: no host with a port was found.',
  );
}

function explainPort(port: string | undefined, parts: number): Refusal {
  if (port === undefined) return new Refusal('It has no port.');
  if (!/^\d+$/.test(port)) return new Refusal('The port is not a number.');
  if (Number(port) === 0) return new Refusal('The port is 0.');
  if (Number(port) > 65_535) return new Refusal('The port is over 65535.');
  return new Refusal(
    parts === 3
      ? 'It has a username and no password.'
      : 'It is in no form that is known: host:port:user:password and its kin.',
  );
}
