import { HOST_STRONG, hostStrength } from '../fields/host.ts';
import { QUAD_SHAPE } from '../fields/ip-address.ts';
import { Refusal } from '../fields/refusal.ts';
import { findAddresses } from '../forms/addresses.ts';
import { hasSecondAddress } from '../forms/login/second-address.ts';
import { holdsEntity } from '../forms/markup.ts';
import { Tokens } from '../forms/tokens.ts';
import { SEVERAL, TEXT_BEFORE, TEXT_BEHIND } from '../frame/link.ts';
import { AT, NO_SEPARATOR } from './separators.ts';

const IPV6_WITHOUT_BRACKETS = /(?:^|[@/\s;,|])((?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})(?=$|[.:\s;,|@/])/i;
const CIDR = /^(?:(?:\d{1,3}\.){3}\d{1,3}|\[?[0-9a-f]*:[0-9a-f:]+\]?)\/\d{1,3}(?![\w.])/i;
/** More of a line is not looked at to say why it is rejected. */
const MAX_EXPLAINED = 2000;

export const BARE_IPV6 = new Refusal('An IPv6 address with a port needs brackets: [2001:db8::7]:8080.');
const RANGE = new Refusal('It is a range of addresses (CIDR), not one proxy.');
const NO_ADDRESS = new Refusal('Not a proxy: no host and port found.');
const BAD_HOST = new Refusal('The host must be a host name or an IP address.');
const OVER_255 = new Refusal('A number in the IPv4 address is over 255.');
const LEADING_ZEROS = new Refusal('The IPv4 address has numbers with leading zeros.');
export const NO_USERNAME = new Refusal('It has a password and no username.');
export const NO_PORT = new Refusal('The port is missing.');
export const NOT_A_NUMBER = new Refusal('The port is not a number.');
export const OUT_OF_RANGE = new Refusal('The port must be between 1 and 65535.');
const MARKUP = new Refusal('The line holds HTML, such as &amp;: paste the text of the page instead of its source.');
const NO_PASSWORD = new Refusal('It has a username and no password.');

/** Whether a line contains an IPv6 address without brackets, so that its port cannot be told from it. */
export function hasBareIpv6(text: string): boolean {
  const address = IPV6_WITHOUT_BRACKETS.exec(text)?.[1];
  return address !== undefined && (address.includes('::') || address.split(':').length > 7);
}

/** Why a line is not a proxy, as far as it can be told. The sentence repeats nothing of the line. */
export function explain(line: string): Refusal {
  const text = line.slice(0, MAX_EXPLAINED);
  if (CIDR.test(text)) return RANGE;
  if (hasBareIpv6(text)) return BARE_IPV6;
  const tokens = new Tokens().read(text, 0, text.length);
  if (holdsEntity(tokens)) return MARKUP;
  const { count, first, strength } = findAddresses(tokens);
  if (count === 0) return explainWithoutAddress(tokens);
  const broken = explainHost(tokens);
  if (broken && first > 0 && strength !== 'literal') return broken;
  if (count > 1 || hasSecondAddress(tokens, first)) return SEVERAL;
  if (first > 0) return first === 1 && tokens.separatorBefore(1) === AT ? NO_PASSWORD : TEXT_BEFORE;
  return tokens.count === 3 && tokens.isTight(2) ? NO_PASSWORD : TEXT_BEHIND;
}

function isStrongHost(text: string): boolean {
  return hostStrength(text, 0, text.length) === HOST_STRONG;
}

/** The fault of the first token that is meant as a host, or of the port behind it; null if there is no such token. */
function explainHost(tokens: Tokens): Refusal | null {
  for (let index = 0; index < tokens.count; index++) {
    const text = tokens.textOf(index);
    const isStrong = isStrongHost(text);
    if (QUAD_SHAPE.test(text) && !isStrong) {
      return text.split('.').some((number) => Number(number) > 255) ? OVER_255 : LEADING_ZEROS;
    }
    if (isStrong) return explainPort(tokens, index + 1);
  }
  return null;
}

function explainPort(tokens: Tokens, index: number): Refusal | null {
  if (index >= tokens.count || tokens.isEmpty(index)) return NO_PORT;
  const port = tokens.textOf(index);
  if (!/^\d+$/.test(port)) return NOT_A_NUMBER;
  const isInRange = /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65_535;
  return isInRange ? null : OUT_OF_RANGE;
}

function explainWithoutAddress(tokens: Tokens): Refusal {
  const broken = explainHost(tokens);
  if (broken) return broken;
  for (let index = 1; index < tokens.count; index++) {
    const separator = tokens.separatorBefore(index);
    const isPort = separator !== AT && separator !== NO_SEPARATOR && /^\d{1,5}$/.test(tokens.textOf(index));
    if (!isPort || index < tokens.count - 1 || !tokens.isTight(index)) continue;
    return isStrongHost(tokens.textOf(index - 1)) ? TEXT_BEFORE : BAD_HOST;
  }
  return NO_ADDRESS;
}
