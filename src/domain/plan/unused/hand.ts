import type { Carried } from '../shared/carried.ts';
import type { Seat } from '../shared/seat.ts';
import type { Claimant } from './claimant.ts';

/** A claimant while unused proxies are dealt. */
export interface Hand {
  readonly claimant: Claimant;
  /** How many unused proxies it gets that others could have had. */
  readonly extra: number;
  /** The unused proxies that it will use, its own among them. */
  readonly dealt: Seat[];
  /** Counts what is dealt as if each carried one account. */
  readonly carried: Carried;
}

/** One by one: a call with a hundred thousand arguments overflows the stack. */
export function deal({ dealt }: Hand, seats: readonly Seat[]): void {
  for (const seat of seats) dealt.push(seat);
}
