import { sumOf } from '../../sum.ts';
import { comparePlanned, type PlannedProxy } from '../shared/planned-proxy.ts';
import { canTake, type Leaving, leaveOverloaded } from './leaving.ts';

/**
 * The fewest moves after which no proxy of a model carries 2 more than one that could take an account, including unused
 * ones. Then there is a level that all of these reach and that no proxy exceeds by more than one, so it is enough to
 * try each level.
 *
 * @param plannedProxies the proxies that carry the model and the unused ones that it can have. Ineligible ones can only lose
 * accounts.
 */
export function spread(plannedProxies: readonly PlannedProxy[], limit: number): Leaving {
  const tried = Array.from({ length: limit }, (_, level) => ({ level, moves: movesTo(level, plannedProxies) }));
  const best = tried.reduce((a, b) => (b.moves < a.moves ? b : a));
  return best.moves === Number.POSITIVE_INFINITY
    ? leaveOverloaded(plannedProxies, limit)
    : leaveFor(best.level, plannedProxies);
}

const mustLeave = (level: number, { load }: PlannedProxy): number => Math.max(0, load - level - 1);
const mustCome = (level: number, planned: PlannedProxy): number =>
  canTake(planned) ? Math.max(0, level - planned.load) : 0;
/** The number of accounts that can leave a proxy without its load falling below the level. */
const mayLeave = (level: number, planned: PlannedProxy): number =>
  Math.max(0, Math.min(planned.load, level + 1) - (canTake(planned) ? level : 0));

/**
 * The number of moves that bring every proxy to `level` or one above; infinite if there are then not enough free slots.
 * A level that has too few accounts needs at least as many moves as a lower one that has enough, and is tried after it.
 */
function movesTo(level: number, plannedProxies: readonly PlannedProxy[]): number {
  const leaving = sumOf(plannedProxies, (planned) => mustLeave(level, planned));
  const coming = sumOf(plannedProxies, (planned) => mustCome(level, planned));
  const slots = plannedProxies.filter((planned) => canTake(planned) && planned.load <= level).length;
  return leaving - coming > slots ? Number.POSITIVE_INFINITY : Math.max(leaving, coming);
}

function leaveFor(level: number, plannedProxies: readonly PlannedProxy[]): Leaving {
  const counts = new Map(plannedProxies.map((planned) => [planned, mustLeave(level, planned)]));
  let missing = sumOf(plannedProxies, (planned) => mustCome(level, planned) - mustLeave(level, planned));
  for (const planned of [...plannedProxies].sort(worstFirst)) {
    const more = Math.min(Math.max(0, missing), mayLeave(level, planned));
    counts.set(planned, (counts.get(planned) ?? 0) + more);
    missing -= more;
  }
  return { counts, takers: plannedProxies.filter(canTake), limit: level + 1 };
}

const worstFirst = (a: PlannedProxy, b: PlannedProxy): number =>
  Number(canTake(a)) - Number(canTake(b)) || comparePlanned(b, a);
