import type { MapFlow, VpsMap } from './vps-map.ts';

type Flows = Pick<VpsMap, 'toProxies' | 'toModels'>;

/** The flows between the largest items of each column; the smaller ones are combined, as null. */
export function largestFlows({ toProxies, toModels }: Flows, names: number): Flows & Pick<VpsMap, 'others'> {
  const vps = largest(toProxies, 'from', names);
  const proxies = largest(toProxies, 'to', names);
  const models = largest(toModels, 'to', names);
  return {
    toProxies: together(toProxies, vps.kept, proxies.kept),
    toModels: together(toModels, proxies.kept, models.kept),
    others: { vps: vps.others, proxies: proxies.others, models: models.others },
  };
}

function largest(
  flows: readonly MapFlow[],
  end: 'from' | 'to',
  names: number,
): { kept: Set<string | null>; others: number } {
  const sums = new Map<string | null, number>();
  for (const flow of flows) sums.set(flow[end], (sums.get(flow[end]) ?? 0) + flow.accounts);
  const sorted = [...sums].toSorted(([nameA, a], [nameB, b]) => b - a || ((nameA ?? '') < (nameB ?? '') ? -1 : 1));
  return { kept: new Set(sorted.slice(0, names).map(([name]) => name)), others: Math.max(0, sorted.length - names) };
}

function together(
  flows: readonly MapFlow[],
  froms: ReadonlySet<string | null>,
  tos: ReadonlySet<string | null>,
): MapFlow[] {
  const sums = new Map<string, MapFlow>();
  for (const flow of flows) {
    const from = froms.has(flow.from) ? flow.from : null;
    const to = tos.has(flow.to) ? flow.to : null;
    const key = JSON.stringify([from, to]);
    sums.set(key, { from, to, accounts: (sums.get(key)?.accounts ?? 0) + flow.accounts });
  }
  return [...sums.values()].toSorted((a, b) => b.accounts - a.accounts);
}
