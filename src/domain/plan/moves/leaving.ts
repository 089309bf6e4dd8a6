import { sumOf } from '../../sum.ts';
import { compareSeats, type Seat } from '../shared/seat.ts';

/** The accounts of a model that leave their proxies, and the proxies that can take them. */
export interface Leaving {
  readonly counts: ReadonlyMap<Seat, number>;
  readonly takers: readonly Seat[];
  /** The maximum load of a taker. */
  readonly limit: number;
}

export const canTake = (seat: Seat): boolean => seat.proxy.eligible;

/**
 * The accounts over the limit or, if there are not enough free slots for them, as many as fit, from the fullest proxies
 * first.
 */
export function relieve(seats: readonly Seat[], limit: number): Leaving {
  const takers = seats.filter(canTake);
  const room = sumOf(takers, ({ load }) => Math.max(0, limit - load));
  const over = seats.flatMap((seat) =>
    Array.from({ length: Math.max(0, seat.load - limit) }, (_, at) => ({ seat, load: seat.load - at })),
  );
  const counts = new Map<Seat, number>();
  for (const { seat } of over.sort((a, b) => b.load - a.load || compareSeats(b.seat, a.seat)).slice(0, room)) {
    counts.set(seat, (counts.get(seat) ?? 0) + 1);
  }
  return { counts, takers, limit };
}
