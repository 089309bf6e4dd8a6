import type { HealthState } from './health-state.ts';

const SHORTEST_MS = 5_000;
const LONGEST_CONFIRMATION_MS = 60_000;
/** The check interval of a failing proxy grows up to this multiple of the interval of a healthy one. */
export const MOST_BACKOFF = 12;
const JITTER = 0.1;

/** The longest time until the next check of a proxy that is not failing. */
export function longestUntilNextCheck(intervalMs: number): number {
  return intervalMs * (1 + JITTER);
}

/** Delay until an unconfirmed result is checked again: a tenth of the interval, at most one minute. */
export function confirmationMs(intervalMs: number): number {
  return Math.min(intervalMs, LONGEST_CONFIRMATION_MS, Math.max(SHORTEST_MS, intervalMs / 10));
}

/**
 * Delay until the next check: short if the health is unconfirmed, and longer with each failure of a failing proxy.
 *
 * @param random from 0 to 1; spreads proxies that were checked together
 * @returns milliseconds
 */
export function untilNextCheck(state: HealthState, intervalMs: number, random: number): number {
  return baseMs(state, intervalMs) * (1 - JITTER + 2 * JITTER * random);
}

function baseMs({ health, successStreak, failureStreak }: HealthState, intervalMs: number): number {
  if (health === 'failing') {
    if (successStreak > 0) return confirmationMs(intervalMs);
    // The proxy became failing some checks ago; each further failure doubles the delay.
    return intervalMs * Math.min(MOST_BACKOFF, 2 ** Math.max(0, failureStreak - 3));
  }
  const isSettled = health === 'healthy' || successStreak + failureStreak === 0;
  return isSettled ? intervalMs : confirmationMs(intervalMs);
}
