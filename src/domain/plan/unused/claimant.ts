import type { Carried } from '../shared/carried.ts';
import { compareTurns, type Queue, turnOf } from '../shared/queue.ts';
import type { Seat } from '../shared/seat.ts';

/** A model in the competition for unused proxies. */
export interface Claimant {
  readonly modelId: number;
  /** How many accounts are to be placed. */
  readonly demand: number;
  /** They; nobody where all of them have a proxy already. */
  readonly queue: Queue;
  /** Proxies that carry it and have room. */
  readonly shared: readonly Seat[];
  /** Unused proxies that are its alone. */
  readonly unused: readonly Seat[];
  /** How many of all these can take an account as their first, second, third: `levels[q]` carry q or less. */
  readonly levels: readonly number[];
  readonly carried: Carried;
}

/** What a plan is worth to a model: rule R5's three figures. */
export interface Worth {
  readonly placed: number;
  /** Unused proxies that come into use. */
  readonly opened: number;
  /** What the sum of squared loads grows by. */
  readonly squares: number;
}

/**
 * The best that a claimant can do with `extra` more unused proxies: the least loaded take one first, which fills every
 * level before the next. The k-th account on a proxy adds k² − (k − 1)² to the sum of squares. What one more proxy brings
 * never grows with `extra`: that is why giving them out one by one is exact.
 */
export function worthOf({ demand, levels }: Claimant, extra: number): Worth {
  let placed = 0;
  let opened = 0;
  let squares = 0;
  for (let load = 0; load < levels.length; load += 1) {
    const taken = Math.min(demand - placed, (levels[load] ?? 0) + extra);
    if (load === 0) opened = taken;
    placed += taken;
    squares += (2 * load + 1) * taken;
  }
  return { placed, opened, squares };
}

/** Rule R5's order: more placed, more in use, more even. The better comes first. */
export function compareWorth(a: Worth, b: Worth): number {
  return b.placed - a.placed || b.opened - a.opened || a.squares - b.squares;
}

export function isNothing({ placed, opened, squares }: Worth): boolean {
  return placed === 0 && opened === 0 && squares === 0;
}

/** The order in which claimants are dealt to where nothing else tells them apart: whose first account has waited longest. */
export function compareClaimants(a: Claimant, b: Claimant): number {
  return compareTurns(turnOf(a.queue, 0), turnOf(b.queue, 0)) || a.modelId - b.modelId;
}

/** How many proxies can take another account at each load below the limit. */
export function levelsOf(seats: readonly Seat[], limit: number): number[] {
  return Array.from({ length: limit }, (_, load) => seats.filter((seat) => seat.load <= load).length);
}
