import type { Level } from '../kit/level.ts';

/** Operators can change up to this many existing proxies at once; admins have no limit. */
const OPERATOR_CHANGES = 500;

/** How many proxies a role may change at once. */
export function maxChanges(level: Level): number {
  return level === 'admin' ? Number.POSITIVE_INFINITY : OPERATOR_CHANGES;
}
