import { type SQL, sql } from 'drizzle-orm';
import { FAILING_RANK } from '../../../domain/plan/shared/planned-proxy.ts';
import { proxyHealth } from '../../schema/health.ts';
import { unclaimedProxies } from '../../schema/placement.ts';
import { c, ld, p } from '../../sql/aliases.ts';
import { as } from '../../sql/columns.ts';

const f = as(unclaimedProxies, 'f');
/** The health of proxies whose cooldown is over. */
const r = as(proxyHealth, 'r');

/** Unclaimed proxies `u` with this condition do not fail. The number is part of the text, as the server estimates with it. */
export const IS_NOT_FAILING = sql`u.rank < ${sql.raw(String(FAILING_RANK))}`;

/** The unclaimed proxies, and those whose claim is a cooldown that is over at a moment, as `u (proxy_id, rank)`; none is removed. */
export function unclaimedAt(moment: SQL): SQL {
  const rank = sql`proxy_rank(${r.health}, ${r.latencyMs})`;
  return sql`(
      select ${f.proxyId}, ${f.rank} from ${f}
      union all
      select ${c.proxyId}, ${rank} from ${c} join ${ld} on ${ld.proxyId} = ${c.proxyId} and ${ld.load} = 0
      left join ${r} on ${r.proxyId} = ${c.proxyId} where ${c.coolingUntil} <= ${moment}
    ) u`;
}

/**
 * Selects how many proxies are unclaimed (`proxies`), and how many of them may get accounts (`open`). Indexes have the few that are
 * inactive or have expired, so no unclaimed proxy is looked up.
 */
export function countUnclaimed(): SQL {
  const now = sql`now()`;
  const isOff = sql`(${p.removedAt} is null and ${p.status} <> 'active') or ${p.expiresAt} <= ${now}`;
  const off = sql`select count(*) from ${p} join ${unclaimedAt(now)} on u.proxy_id = ${p.id} where (${isOff}) and ${IS_NOT_FAILING}`;
  return sql`
    select count(*)::int as proxies, (count(*) filter (where ${IS_NOT_FAILING}) - (${off}))::int as open from ${unclaimedAt(now)}`;
}
