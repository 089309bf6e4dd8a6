import type { ProxyHealth } from '../proxies/proxy.ts';
import type { CheckOutcome } from './outcome.ts';

/** What is remembered of a proxy between two checks. */
export interface HealthState {
  health: ProxyHealth;
  /** Checks of one kind in a row; one of the two is 0. */
  goodStreak: number;
  badStreak: number;
  /** How often it has begun to fail lately; it halves every `FLAP_HALF_LIFE_MS`. */
  flapScore: number;
  /** When the score was last brought up to date. */
  flapAt: Date | null;
}

export const UNCHECKED: HealthState = { health: 'unknown', goodStreak: 0, badStreak: 0, flapScore: 0, flapAt: null };

/** What a check says of the proxy itself. A target that refuses the exit IP has been reached: the proxy lives. */
export type Finding = 'success' | 'failure' | 'inconclusive';

const SUCCESSES_TO_RECOVER = 2;
const FLAP_HALF_LIFE_MS = 2 * 3_600_000;
/** About three failures within the half-life. */
const FLAPPING_FROM = 2.2;
/** What goes up and down must stay up for longer before it counts as up. */
const SUCCESSES_TO_RECOVER_FLAPPING = 6;

export function findingOf(outcome: CheckOutcome): Finding {
  if (outcome === 'inconclusive') return 'inconclusive';
  return outcome === 'ok' || outcome === 'target_blocked' ? 'success' : 'failure';
}

/** Whether a proxy goes up and down so often that its changes are damped. */
export function isFlapping(state: HealthState, at: Date): boolean {
  return decayed(state, at) >= FLAPPING_FROM;
}

/**
 * What a check makes of a proxy: failing after `failuresToAlert` bad ones in a row, healthy after two good ones, in between degraded.
 * A failing one stays failing until then, one that flaps for longer. What says nothing changes nothing.
 */
export function nextState(state: HealthState, finding: Finding, at: Date, failuresToAlert: number): HealthState {
  if (finding === 'inconclusive') return state;
  if (finding === 'success') return afterSuccess(state, at);
  const badStreak = state.badStreak + 1;
  const struck = { ...state, goodStreak: 0, badStreak };
  if (state.health === 'failing') return struck;
  if (badStreak < failuresToAlert) return { ...struck, health: 'degraded' };
  return { ...struck, health: 'failing', flapScore: decayed(state, at) + 1, flapAt: at };
}

function afterSuccess(state: HealthState, at: Date): HealthState {
  const goodStreak = state.goodStreak + 1;
  const needed = isFlapping(state, at) ? SUCCESSES_TO_RECOVER_FLAPPING : SUCCESSES_TO_RECOVER;
  const health = goodStreak >= needed ? 'healthy' : state.health;
  return { ...state, health, goodStreak, badStreak: 0 };
}

function decayed({ flapScore, flapAt }: HealthState, at: Date): number {
  if (!flapAt) return flapScore;
  return flapScore * 0.5 ** (Math.max(0, at.getTime() - flapAt.getTime()) / FLAP_HALF_LIFE_MS);
}
