import { sql } from 'drizzle-orm';
import { EXIT_IP_FRESH_MS } from '../../../domain/plan/shared/pool.ts';
import type { Db, Tx } from '../../client.ts';
import { DRAWN_ANEW_FOR } from './alerts.ts';

/** What open alerts that are counted wrongly would say: their accounts, on the proxies that they still go for. */
const MISCOUNTED = sql.raw(`
  select a.id, n.accounts from alerts a cross join lateral (
    select count(*)::int as accounts from alert_proxies x join account_proxy_assignments s on s.proxy_id = x.proxy_id
    where x.alert_id = a.id and x.ended_at is null
  ) n
  where a.closed_at is null and a.accounts <> n.accounts`);

export async function isMiscounted(db: Db): Promise<boolean> {
  const { rows } = await db.execute(sql`${MISCOUNTED} limit 1`);
  return rows.length > 0;
}

/** Counts the accounts of open alerts anew; where the number has changed, the message is to say so. */
export async function recountAccounts(tx: Tx): Promise<void> {
  await tx.execute(sql`
    update alerts a set accounts = n.accounts, version = version + (coalesce(a.posted_at, now()) > now() - ${DRAWN_ANEW_FOR})::int
    from (${MISCOUNTED}) n where n.id = a.id`);
}

/** Proxies of open incidents that nothing fails on any more, though nobody said so: they are off, or well. */
export async function findSettledProxies(db: Db | Tx): Promise<{ proxyId: number; ending: 'recovered' | 'off' }[]> {
  const { rows } = await db.execute<{ proxyId: number; ending: 'recovered' | 'off' }>(sql`
    select x.proxy_id as "proxyId", case when h.health <> 'failing' then 'recovered' else 'off' end as ending
    from alerts a join alert_proxies x on x.alert_id = a.id and x.ended_at is null join proxies p on p.id = x.proxy_id
    left join proxy_health h on h.proxy_id = p.id
    where a.kind = 'failing' and a.closed_at is null
      and (h.health <> 'failing' or p.status <> 'active' or p.removed_at is not null or p.expires_at <= now())`);
  return rows;
}

export interface Collision {
  proxyId: number;
  /** The exit IP in canonical text. */
  address: string;
  provider: string | null;
}

/** Proxies that carry accounts of different models and had one exit IP within the last 24 hours (R8); those tagged `rotating` are exempt. */
export async function findCollisions(db: Db | Tx): Promise<Collision[]> {
  const { rows } = await db.execute<Collision & Record<string, unknown>>(sql`
    with seen as (
      select p.id as proxy_id, p.provider, h.exit_ip, s.model_id from proxy_health h join proxies p on p.id = h.proxy_id
      join lateral (select model_id from account_proxy_assignments s where s.proxy_id = p.id limit 1) s on true
      where h.exit_ip is not null and h.exit_ip_at > now() - make_interval(secs => ${EXIT_IP_FRESH_MS / 1000})
        and p.removed_at is null and not 'rotating' = any (p.tags)
    )
    select proxy_id as "proxyId", host(exit_ip) as address, provider from seen
    where exit_ip in (select exit_ip from seen group by exit_ip having count(distinct model_id) > 1) order by proxy_id`);
  return rows;
}

/** The open proxies of the open collision, with the address that each was reported with. */
export async function openCollisions(db: Db | Tx): Promise<Collision[]> {
  const { rows } = await db.execute<Collision & Record<string, unknown>>(sql`
    select x.proxy_id as "proxyId", x.network as address, x.provider from alerts a join alert_proxies x on x.alert_id = a.id
    where a.kind = 'collision' and a.closed_at is null and x.ended_at is null order by x.proxy_id`);
  return rows;
}

export interface ExpiringProxy {
  proxyId: number;
  provider: string | null;
  expiresAt: Date;
}

/** Active proxies that expire within so many days, whose expiry was not announced, of providers that had no such message today. */
export async function claimExpiring(tx: Tx, days: number, today: string): Promise<ExpiringProxy[]> {
  const { rows } = await tx.execute<{ proxyId: number; provider: string | null; expiresAt: string }>(sql`
    with found as (
      select p.id, p.provider, p.expires_at from proxies p
      where p.removed_at is null and p.status = 'active' and p.expires_at > now() and p.expires_at <= now() + make_interval(days => ${days})
        and not exists (select from alert_expiries e where e.proxy_id = p.id and e.expires_at = p.expires_at)
        and not exists (select from alerts a where a.kind = 'expiry' and a.key = ${today} || ':' || coalesce(p.provider, ''))
    ),
    claimed as (
      insert into alert_expiries (proxy_id, expires_at) select id, expires_at from found on conflict do nothing returning proxy_id, expires_at
    )
    select f.id as "proxyId", f.provider, f.expires_at as "expiresAt" from found f
    join claimed c on c.proxy_id = f.id and c.expires_at = f.expires_at order by f.expires_at, f.id`);
  return rows.map((row) => ({ ...row, expiresAt: new Date(row.expiresAt) }));
}

/** Forgets alerts and expiries that have been over for so many days; the assignment history keeps what the failover did. */
export async function purgeAlerts(db: Db, days: number): Promise<void> {
  const old = sql`now() - make_interval(days => ${days})`;
  await db.execute(sql`delete from alerts where closed_at < ${old} and sent_version = version`);
  await db.execute(sql`delete from alert_mutes where until < ${old}`);
  await db.execute(sql`delete from alert_expiries where expires_at < ${old}`);
}
