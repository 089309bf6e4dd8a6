import { readHost } from '../domain/parse/fields/host.ts';
import { Refusal } from '../domain/parse/fields/refusal.ts';
import { formatAddress } from '../domain/proxies/address.ts';
import type { ListedAddress, ListedReplacement } from '../domain/sources/listed.ts';

/** An address in the form of the pool; null if there is none. */
export function addressOf(
  host: string | null | undefined,
  port: string | number | null | undefined,
): ListedAddress | null {
  const read = readHost(host ?? '', true);
  const number = Number(port ?? 0);
  return read instanceof Refusal || !Number.isInteger(number) || number <= 0 ? null : { host: read, port: number };
}

/**
 * Where each replaced proxy has ended: of A → B and B → C, in this order, A and B have ended at C. One that has come back is
 * left out.
 *
 * @param replaced the earliest first
 */
export function endOfChains(replaced: readonly ListedReplacement[]): ListedReplacement[] {
  const ends = new Map<string, ListedAddress>();
  const latest = new Map<string, ListedReplacement>();
  for (const { from, to } of replaced.toReversed()) {
    const key = keyOf(from);
    const end = ends.get(keyOf(to)) ?? to;
    ends.set(key, end);
    if (!latest.has(key)) latest.set(key, { from, to: end });
  }
  return [...latest.values()].filter(({ from, to }) => keyOf(from) !== keyOf(to));
}

const keyOf = ({ host, port }: ListedAddress) => formatAddress(host, port);
