import type { Carried } from '../shared/carried.ts';
import type { PlannedProxy } from '../shared/planned-proxy.ts';
import type { Claimant } from './claimant.ts';

/** A claimant while unused proxies are dealt. */
export interface Hand {
  readonly claimant: Claimant;
  /** The number of unused proxies that it gets and that other models could have used. */
  readonly extra: number;
  /** The unused proxies that it will use, including its own. */
  readonly dealt: PlannedProxy[];
  /** Counts the dealt proxies as if each carried one account. */
  readonly carried: Carried;
}

/** One at a time: a call with a hundred thousand arguments overflows the stack. */
export function deal({ dealt }: Hand, plannedProxies: readonly PlannedProxy[]): void {
  for (let at = 0; at < plannedProxies.length; at += 1) dealt.push(plannedProxies[at] as PlannedProxy);
}
