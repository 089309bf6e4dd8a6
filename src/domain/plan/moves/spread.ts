import { sumOf } from '../../sum.ts';
import { compareSeats, type Seat } from '../shared/seat.ts';
import { canTake, type Leaving, relieve } from './leaving.ts';

/**
 * The fewest moves after which no proxy of a model carries 2 more than one that could take an account, including unused
 * ones. Then there is a level that all of these reach and that no proxy exceeds by more than one, so it is enough to
 * try each level.
 *
 * @param seats the proxies that carry the model and the unused ones that it can have. Ineligible ones can only lose
 * accounts.
 */
export function spread(seats: readonly Seat[], limit: number): Leaving {
  const tried = Array.from({ length: limit }, (_, level) => ({ level, moves: movesTo(level, seats) }));
  const best = tried.reduce((a, b) => (b.moves < a.moves ? b : a));
  return best.moves === Number.POSITIVE_INFINITY ? relieve(seats, limit) : leaveFor(best.level, seats);
}

const mustLeave = (level: number, { load }: Seat): number => Math.max(0, load - level - 1);
const mustCome = (level: number, seat: Seat): number => (canTake(seat) ? Math.max(0, level - seat.load) : 0);
/** The number of accounts that can leave a proxy without its load falling below the level. */
const mayLeave = (level: number, seat: Seat): number =>
  Math.max(0, Math.min(seat.load, level + 1) - (canTake(seat) ? level : 0));

/**
 * The number of moves that bring every proxy to `level` or one above; infinite if there are then not enough free slots.
 * A level that has too few accounts needs at least as many moves as a lower one that has enough, and is tried after it.
 */
function movesTo(level: number, seats: readonly Seat[]): number {
  const leaving = sumOf(seats, (seat) => mustLeave(level, seat));
  const coming = sumOf(seats, (seat) => mustCome(level, seat));
  const room = seats.filter((seat) => canTake(seat) && seat.load <= level).length;
  return leaving - coming > room ? Number.POSITIVE_INFINITY : Math.max(leaving, coming);
}

function leaveFor(level: number, seats: readonly Seat[]): Leaving {
  const counts = new Map(seats.map((seat) => [seat, mustLeave(level, seat)]));
  let missing = sumOf(seats, (seat) => mustCome(level, seat) - mustLeave(level, seat));
  for (const seat of [...seats].sort(worstFirst)) {
    const more = Math.min(Math.max(0, missing), mayLeave(level, seat));
    counts.set(seat, (counts.get(seat) ?? 0) + more);
    missing -= more;
  }
  return { counts, takers: seats.filter(canTake), limit: level + 1 };
}

const worstFirst = (a: Seat, b: Seat): number => Number(canTake(a)) - Number(canTake(b)) || compareSeats(b, a);
