import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { DigestFigures } from '../../../domain/incidents/incident.ts';
import type { Tx } from '../../client.ts';
import { onlyRow } from '../../sql/rows.ts';
import { eligibleAt, HEALTH } from '../proxies/eligible.ts';

const COUNTED = z.strictObject({
  healthy: z.int(),
  degraded: z.int(),
  failing: z.int(),
  unknown: z.int(),
  assigned: z.int(),
  waiting: z.int(),
  held: z.int(),
  freeSlots: z.int(),
  expiring: z.int(),
  opened: z.int(),
  open: z.int(),
});

/**
 * The pool and the last day in figures.
 *
 * @param limit `ACCOUNTS_PER_PROXY`
 */
export async function readDigest(tx: Tx, limit: number, expiryDays: number): Promise<DigestFigures> {
  const statement = sql`
    with pool as (
      select ${HEALTH} as health, p.expires_at, ${eligibleAt()} as is_eligible,
        (select count(*) from account_proxy_assignments s where s.proxy_id = p.id) as load
      from proxies p left join proxy_health h on h.proxy_id = p.id
      where p.removed_at is null and p.status = 'active' and (p.expires_at is null or p.expires_at > now())
    ),
    people as (
      select exists (select from account_proxy_assignments s where s.account_id = a.id) as is_assigned, a.held_at from accounts a where a.removed_at is null
    )
    select (select count(*)::int from pool where health = 'healthy') as healthy, (select count(*)::int from pool where health = 'degraded') as degraded,
      (select count(*)::int from pool where health = 'failing') as failing, (select count(*)::int from pool where health = 'unknown') as unknown,
      (select coalesce(sum(greatest(0, ${limit} - load)), 0)::int from pool where is_eligible) as "freeSlots",
      (select count(*)::int from pool where expires_at <= now() + make_interval(days => ${expiryDays})) as expiring,
      (select count(*)::int from people where is_assigned) as assigned,
      (select count(*)::int from people where not is_assigned and held_at is null) as waiting,
      (select count(*)::int from people where not is_assigned and held_at is not null) as held,
      (select count(*)::int from alerts where kind = 'failing' and opened_at > now() - interval '24 hours') as opened,
      (select count(*)::int from alerts where kind = 'failing' and closed_at is null) as open`;
  const counted = await onlyRow(tx, COUNTED, statement);
  const { healthy, degraded, failing, unknown, assigned, waiting, held, freeSlots, opened, open, expiring } = counted;
  return {
    health: { healthy, degraded, failing, unknown },
    accounts: { assigned, waiting, held },
    incidents: { opened, open },
    freeSlots,
    expiring,
    expiryDays,
  };
}
