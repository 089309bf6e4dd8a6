import type { Level } from '../kit/level.ts';

/** More than this many existing proxies at once are changed by an admin alone. */
const OPERATOR_CHANGES = 500;

/** How many proxies somebody may change at once. */
export function maxChanges(level: Level): number {
  return level === 'admin' ? Number.POSITIVE_INFINITY : OPERATOR_CHANGES;
}
