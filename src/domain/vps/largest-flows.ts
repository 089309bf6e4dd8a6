import type { MapFlow } from '../vps-map.ts';

const OTHERS = 'others';

interface Flows {
  toProxies: readonly MapFlow[];
  toModels: readonly MapFlow[];
}

/** The flows between the largest of each column; beyond so many of a kind the smaller ones are told together. */
export function largestFlows(
  { toProxies, toModels }: Flows,
  names: number,
): { toProxies: MapFlow[]; toModels: MapFlow[] } {
  const vps = largest(toProxies, 'from', names);
  const proxies = largest(toProxies, 'to', names);
  const models = largest(toModels, 'to', names);
  return { toProxies: together(toProxies, vps, proxies), toModels: together(toModels, proxies, models) };
}

function largest(flows: readonly MapFlow[], end: 'from' | 'to', names: number): Set<string> {
  const sums = new Map<string, number>();
  for (const flow of flows) sums.set(flow[end], (sums.get(flow[end]) ?? 0) + flow.accounts);
  const sorted = [...sums].toSorted(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1));
  return new Set(sorted.slice(0, names).map(([name]) => name));
}

function together(flows: readonly MapFlow[], froms: ReadonlySet<string>, tos: ReadonlySet<string>): MapFlow[] {
  const sums = new Map<string, MapFlow>();
  for (const flow of flows) {
    const from = froms.has(flow.from) ? flow.from : OTHERS;
    const to = tos.has(flow.to) ? flow.to : OTHERS;
    const key = JSON.stringify([from, to]);
    sums.set(key, { from, to, accounts: (sums.get(key)?.accounts ?? 0) + flow.accounts });
  }
  return [...sums.values()].toSorted((a, b) => b.accounts - a.accounts);
}
