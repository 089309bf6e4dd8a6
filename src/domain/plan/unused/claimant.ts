import type { Carried } from '../shared/carried.ts';
import type { PlannedProxy } from '../shared/planned-proxy.ts';
import { compareTurns, type Queue, turnOf } from '../shared/queue.ts';

/** A model that competes for unused proxies. */
export interface Claimant {
  readonly modelId: number;
  /** The number of accounts to place. */
  readonly demand: number;
  /** The accounts to place; empty if all of them already have a proxy. */
  readonly queue: Queue;
  /** Proxies that carry it and may get accounts, full ones among them. */
  readonly shared: readonly PlannedProxy[];
  /** Unused proxies that only it may use. */
  readonly unused: readonly PlannedProxy[];
  /** The number of these proxies that can take an account at each load: `levels[q]` carry q or less. */
  readonly levels: readonly number[];
  readonly carried: Carried;
}

/** The value of a plan for a model: the three figures of rule R5. */
export interface Worth {
  readonly placed: number;
  /** Number of unused proxies that come into use. */
  readonly opened: number;
  /** Increase of the sum of squared loads. */
  readonly squares: number;
}

/**
 * The best result of a claimant with `extra` more unused proxies: the least loaded proxies take accounts first, which
 * fills every level before the next. The k-th account on a proxy adds k² − (k − 1)² to the sum of squares. The gain
 * from one more proxy never grows with `extra`: that is why allotting them one by one is exact.
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

/** The order of rule R5: more placed, more in use, more even. The better one comes first. */
export function compareWorth(a: Worth, b: Worth): number {
  return b.placed - a.placed || b.opened - a.opened || a.squares - b.squares;
}

export function isNothing({ placed, opened, squares }: Worth): boolean {
  return placed === 0 && opened === 0 && squares === 0;
}

/** The order of claimants if nothing else decides: the one whose first account has waited longest comes first. */
export function compareClaimants(a: Claimant, b: Claimant): number {
  return compareTurns(turnOf(a.queue, 0), turnOf(b.queue, 0)) || a.modelId - b.modelId;
}

/** The number of proxies that can take another account, at each load below the limit. */
export function levelsOf(plannedProxies: readonly PlannedProxy[], limit: number): number[] {
  return Array.from({ length: limit }, (_, load) => plannedProxies.filter((planned) => planned.load <= load).length);
}
