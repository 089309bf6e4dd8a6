import { sumOf } from '../../sum.ts';
import { compareSeats, type Seat } from '../shared/seat.ts';
import { canTake, type Leaving, relieve } from './leaving.ts';

/**
 * The fewest moves after which a model uses as few proxies as possible. A proxy that may get accounts takes up to the
 * limit, and one that may not keeps at most what it has. Of each kind the fullest are kept, so it is enough to try how
 * many of each.
 *
 * @param seats the proxies that carry the model and the unused ones that it can have.
 */
export function compact(seats: readonly Seat[], limit: number): Leaving {
  const stays = ({ load }: Seat) => Math.min(load, limit);
  const fullestFirst = (a: Seat, b: Seat) => stays(b) - stays(a) || compareSeats(a, b);
  const takers = seats.filter(canTake).sort(fullestFirst);
  const givers = seats.filter((seat) => !canTake(seat)).sort(fullestFirst);
  const takersStay = runningSum(takers.map(stays));
  const giversStay = runningSum(givers.map(stays));
  const accounts = sumOf(seats, ({ load }) => load);

  let best: { kept: number; open: number; stay: number } | undefined;
  for (let open = takers.length, closed = 0; open >= 0; open -= 1) {
    while (closed < givers.length && open * limit + (giversStay[closed] ?? 0) < accounts) closed += 1;
    if (open * limit + (giversStay[closed] ?? 0) < accounts) break;
    const kept = open + closed;
    const stay = (takersStay[open] ?? 0) + (giversStay[closed] ?? 0);
    if (!best || kept < best.kept || (kept === best.kept && stay > best.stay)) best = { kept, open, stay };
  }
  if (!best) return relieve(seats, limit);

  const keptTakers = takers.slice(0, best.open);
  const kept = new Set([...keptTakers, ...givers.slice(0, best.kept - best.open)]);
  const counts = new Map(seats.map((seat) => [seat, seat.load - (kept.has(seat) ? stays(seat) : 0)]));
  return { counts, takers: keptTakers, limit };
}

/** `[0, a, a + b, …]` */
function runningSum(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  return sums;
}
