import { sumOf } from '../../sum.ts';
import { comparePlanned, type PlannedProxy } from '../shared/planned-proxy.ts';
import { canTake, type Leaving, leaveOverloaded } from './leaving.ts';

/**
 * The fewest moves after which a model uses as few proxies as possible. A proxy that may get accounts takes up to the
 * limit, and one that may not keeps at most what it has. Of each kind the fullest are kept, so it is enough to try how
 * many of each.
 *
 * @param plannedProxies the proxies that carry the model and the unused ones that it can have.
 */
export function compact(plannedProxies: readonly PlannedProxy[], limit: number): Leaving {
  const stays = ({ load }: PlannedProxy) => Math.min(load, limit);
  const fullestFirst = (a: PlannedProxy, b: PlannedProxy) => stays(b) - stays(a) || comparePlanned(a, b);
  const takers = plannedProxies.filter(canTake).sort(fullestFirst);
  const givers = plannedProxies.filter((planned) => !canTake(planned)).sort(fullestFirst);
  const takersStay = runningSum(takers.map(stays));
  const giversStay = runningSum(givers.map(stays));
  const accounts = sumOf(plannedProxies, ({ load }) => load);

  let best: { kept: number; open: number; stay: number } | undefined;
  for (let open = takers.length, closed = 0; open >= 0; open -= 1) {
    while (closed < givers.length && open * limit + (giversStay[closed] ?? 0) < accounts) closed += 1;
    if (open * limit + (giversStay[closed] ?? 0) < accounts) break;
    const kept = open + closed;
    const stay = (takersStay[open] ?? 0) + (giversStay[closed] ?? 0);
    if (!best || kept < best.kept || (kept === best.kept && stay > best.stay)) best = { kept, open, stay };
  }
  if (!best) return leaveOverloaded(plannedProxies, limit);

  const keptTakers = takers.slice(0, best.open);
  const kept = new Set([...keptTakers, ...givers.slice(0, best.kept - best.open)]);
  const counts = new Map(
    plannedProxies.map((planned) => [planned, planned.load - (kept.has(planned) ? stays(planned) : 0)]),
  );
  return { counts, takers: keptTakers, limit };
}

/** `[0, a, a + b, …]` */
function runningSum(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  return sums;
}
