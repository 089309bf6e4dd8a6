import { sumOf } from '../../sum.ts';
import { comparePlanned, type PlannedProxy } from '../shared/planned-proxy.ts';

/** The accounts of a model that leave their proxies, and the proxies that can take them. */
export interface Leaving {
  readonly counts: ReadonlyMap<PlannedProxy, number>;
  readonly takers: readonly PlannedProxy[];
  /** The maximum load of a taker. */
  readonly limit: number;
}

export const canTake = (planned: PlannedProxy): boolean => planned.proxy.eligible;

/**
 * The accounts over the limit or, if there are not enough free slots for them, as many as fit, from the fullest proxies
 * first.
 */
export function leaveOverloaded(plannedProxies: readonly PlannedProxy[], limit: number): Leaving {
  const takers = plannedProxies.filter(canTake);
  const slots = sumOf(takers, ({ load }) => Math.max(0, limit - load));
  const over = plannedProxies.flatMap((planned) =>
    Array.from({ length: Math.max(0, planned.load - limit) }, (_, at) => ({ planned, load: planned.load - at })),
  );
  const counts = new Map<PlannedProxy, number>();
  for (const { planned } of over
    .sort((a, b) => b.load - a.load || comparePlanned(b.planned, a.planned))
    .slice(0, slots)) {
    counts.set(planned, (counts.get(planned) ?? 0) + 1);
  }
  return { counts, takers, limit };
}
