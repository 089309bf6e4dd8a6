import { type SQL, sql } from 'drizzle-orm';
import { h, p } from '../../sql/aliases.ts';

/** The health of a proxy, of which there may be no row yet. */
export const HEALTH = sql`coalesce(${h.health}, 'unknown')`;

/**
 * Rule R7: whether a proxy may get new accounts. `isEligible` of the planner is the same in TypeScript; a test holds the two equal.
 */
export function eligibleAt(moment: SQL = sql`now()`): SQL {
  return sql`(${p.removedAt} is null and ${p.status} = 'active' and ${HEALTH} <> 'failing' and (${p.expiresAt} is null or ${p.expiresAt} > ${moment}))`;
}
