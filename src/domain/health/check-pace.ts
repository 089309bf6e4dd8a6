import type { HealthState } from './health-state.ts';

const SHORTEST_MS = 5_000;
const LONGEST_CONFIRMATION_MS = 60_000;
/** A failing proxy is checked at most this much less often than a healthy one. */
const MOST_BACKOFF = 12;
const JITTER = 0.1;

/** Until a doubtful verdict is looked at again: a tenth of the interval, but no more than a minute. */
export function confirmationMs(intervalMs: number): number {
  return Math.min(intervalMs, LONGEST_CONFIRMATION_MS, Math.max(SHORTEST_MS, intervalMs / 10));
}

/**
 * How long after a check the next one is due: soon where the verdict is not settled, less and less often where it keeps failing.
 *
 * @param random from 0 to 1; it spreads what was checked together
 * @returns milliseconds
 */
export function untilNextCheck(state: HealthState, intervalMs: number, random: number): number {
  return baseMs(state, intervalMs) * (1 - JITTER + 2 * JITTER * random);
}

function baseMs({ health, goodStreak, badStreak }: HealthState, intervalMs: number): number {
  if (health === 'failing') {
    if (goodStreak > 0) return confirmationMs(intervalMs);
    // It became failing some checks ago; each further one doubles the wait.
    return intervalMs * Math.min(MOST_BACKOFF, 2 ** Math.max(0, badStreak - 3));
  }
  const isSettled = health === 'healthy' || goodStreak + badStreak === 0;
  return isSettled ? intervalMs : confirmationMs(intervalMs);
}
