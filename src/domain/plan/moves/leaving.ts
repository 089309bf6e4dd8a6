import { sumOf } from '../../sum.ts';
import { compareSeats, type Seat } from '../shared/seat.ts';

/** Which accounts of a model leave their proxies, and where they may go. */
export interface Leaving {
  readonly counts: ReadonlyMap<Seat, number>;
  readonly takers: readonly Seat[];
  /** What a taker carries at most. */
  readonly limit: number;
}

export const canTake = (seat: Seat): boolean => seat.proxy.eligible;

/** Where there is not room for all that is over the limit: as much of it as there is room for, from the fullest first. */
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
