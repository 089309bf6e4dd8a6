import type { ProxyHealth } from '../proxies/proxy.ts';
import type { CheckOutcome } from './outcome.ts';

/** The state that is kept for a proxy between two checks. */
export interface HealthState {
  health: ProxyHealth;
  /** Number of consecutive checks with the same finding; one of the two is 0. */
  successStreak: number;
  failureStreak: number;
  /** How often the proxy has begun to fail lately; the score halves every `FLAP_HALF_LIFE_MS`. */
  flapScore: number;
  /** Time at which the score was last computed. */
  flapAt: Date | null;
}

export const UNCHECKED: HealthState = {
  health: 'unknown',
  successStreak: 0,
  failureStreak: 0,
  flapScore: 0,
  flapAt: null,
};

/** The meaning of an outcome for the proxy. If a target refuses the exit IP, the proxy itself works. */
export type Finding = 'success' | 'failure' | 'inconclusive';

const SUCCESSES_TO_RECOVER = 2;
const FLAP_HALF_LIFE_MS = 2 * 3_600_000;
/** About three failures within the half-life. */
const FLAPPING_FROM = 2.2;
/** A flapping proxy must succeed more often before it counts as healthy. */
const SUCCESSES_TO_RECOVER_FLAPPING = 6;

export function findingOf(outcome: CheckOutcome): Finding {
  if (outcome === 'inconclusive') return 'inconclusive';
  return outcome === 'ok' || outcome === 'target_blocked' ? 'success' : 'failure';
}

/** Whether a proxy alternates between success and failure so often that its changes are damped. */
export function isFlapping(state: HealthState, at: Date): boolean {
  return decayed(state, at) >= FLAPPING_FROM;
}

/**
 * The state of a proxy after a check: failing after `failuresToAlert` consecutive failures, healthy after two
 * successes, degraded in between. A failing proxy stays failing until it is healthy, which takes longer if it is
 * flapping. An inconclusive check changes nothing.
 */
export function nextState(state: HealthState, finding: Finding, at: Date, failuresToAlert: number): HealthState {
  if (finding === 'inconclusive') return state;
  if (finding === 'success') return afterSuccess(state, at);
  const failureStreak = state.failureStreak + 1;
  const struck = { ...state, successStreak: 0, failureStreak };
  if (state.health === 'failing') return struck;
  if (failureStreak < failuresToAlert) return { ...struck, health: 'degraded' };
  return { ...struck, health: 'failing', flapScore: decayed(state, at) + 1, flapAt: at };
}

function afterSuccess(state: HealthState, at: Date): HealthState {
  const successStreak = state.successStreak + 1;
  const needed = isFlapping(state, at) ? SUCCESSES_TO_RECOVER_FLAPPING : SUCCESSES_TO_RECOVER;
  const health = successStreak >= needed ? 'healthy' : state.health;
  return { ...state, health, successStreak, failureStreak: 0 };
}

function decayed({ flapScore, flapAt }: HealthState, at: Date): number {
  if (!flapAt) return flapScore;
  return flapScore * 0.5 ** (Math.max(0, at.getTime() - flapAt.getTime()) / FLAP_HALF_LIFE_MS);
}
