import { type SQL, sql } from 'drizzle-orm';

/** The health of a proxy, of which `h` is the row of `proxy_health`, if any. */
export const HEALTH = sql.raw(`coalesce(h.health, 'unknown')`);

/**
 * Rule R7: whether a proxy `p` with the health `h` may get new accounts. `isEligible` of the planner is the same in TypeScript; a test
 * holds the two equal.
 */
export function eligibleAt(moment: SQL = sql`now()`): SQL {
  return sql`(p.removed_at is null and p.status = 'active' and ${HEALTH} <> 'failing' and (p.expires_at is null or p.expires_at > ${moment}))`;
}
