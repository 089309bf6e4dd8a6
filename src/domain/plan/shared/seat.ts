import { Networks } from './network.ts';
import type { PoolProxy } from './pool.ts';

/** Better first. Failing proxies are no candidates, and come last where they are compared at all. */
const HEALTH_RANK = { healthy: 0, unknown: 1, degraded: 2, failing: 3 } as const;

/** A proxy while a plan is being made: what it carries grows with the plan. */
export interface Seat {
  readonly proxy: PoolProxy;
  readonly network: string | null;
  /** See `rankOf`. */
  readonly rank: number;
  load: number;
}

/** No latency comes near this; one that is not known comes after all of them. With it a rank fits into 30 bits. */
const UNKNOWN_LATENCY_MS = 2 ** 28 - 1;

/** Health and speed in one number, the better the lower. */
export const rankOf = ({ health, latencyMs }: PoolProxy): number =>
  HEALTH_RANK[health] * 2 ** 28 + (latencyMs ?? UNKNOWN_LATENCY_MS);

/** Makes the seats of one plan. */
export function seatMaker(): (proxy: PoolProxy) => Seat {
  const networks = new Networks();
  return (proxy) => ({ proxy, network: networks.of(proxy), rank: rankOf(proxy), load: proxy.load });
}

/** Health, then speed, then the older proxy: the tie rules without the network, which depends on the plan so far. */
export function compareSeats(a: Seat, b: Seat): number {
  return a.rank - b.rank || a.proxy.id - b.proxy.id;
}

/** Seats by health and speed, the best tier first; within a tier by number. O(n) where they come by number. */
export function tiersOf(seats: readonly Seat[]): Seat[][] {
  const byId = seats.toSorted((a, b) => a.proxy.id - b.proxy.id);
  return [...Map.groupBy(byId, ({ rank }) => rank)].sort(([a], [b]) => a - b).map(([, tier]) => tier);
}
