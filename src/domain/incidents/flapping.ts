/**
 * An incident is over when its proxies have been calm for this long. If one of them fails again before that, the same incident goes
 * on. It takes longer than the checks that find a failure take at the default interval.
 */
export const CALM_MS = 60 * 60_000;

/** How often an incident has begun, and whether it is open. */
export interface Recurrence {
  openings: number;
  isOpen: boolean;
}

/**
 * Whether people are not notified of what the message of an incident shows: they know that it is flapping, because its first return
 * was announced.
 */
export const isDamped = ({ openings, isOpen }: Recurrence): boolean => openings > (isOpen ? 2 : 1);
