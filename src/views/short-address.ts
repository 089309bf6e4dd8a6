import { formatAddress } from '../domain/proxies/address.ts';
import { escapeText, truncate } from '../kit/text.ts';

/** A host name may have 253 characters; with this length a page of lines stays within Discord's limit. */
const LONGEST = 60;

/** The address in a line of a list, with a long host name truncated. */
export function shortAddress(host: string, port: number, longest: number = LONGEST): string {
  return escapeText(truncate(formatAddress(host, port), longest));
}
