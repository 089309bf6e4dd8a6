import { and, lt, not, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ENDINGS } from '../../../domain/incidents/incident.ts';
import { EXIT_IP_FRESH_MS } from '../../../domain/plan/shared/pool.ts';
import type { Db, Tx } from '../../client.ts';
import { alertExpiries, alertMutes, alertProxies, alerts, maintenances } from '../../schema/alerts.ts';
import { proxies } from '../../schema/proxies.ts';
import { al, h, ld, ms, p, s, x } from '../../sql/aliases.ts';
import { as, interval, into, set, shape, typeOf } from '../../sql/columns.ts';
import { rows, run } from '../../sql/rows.ts';
import { redrawAlertMessages } from '../messages/messages.ts';

const e = as(alertExpiries, 'e');

/** Open alerts whose stored number of accounts is out of date, with the current number. */
const MISCOUNTED = sql`
  select ${al.id}, n.accounts from ${al} cross join lateral (
    select count(*)::int as accounts from ${x} join ${s} on ${s.proxyId} = ${x.proxyId}
    where ${x.alertId} = ${al.id} and ${x.endedAt} is null
  ) n
  where ${al.closedAt} is null and ${al.accounts} <> n.accounts`;

export async function isMiscounted(db: Db): Promise<boolean> {
  return (await run(db, sql`${MISCOUNTED} limit 1`)) > 0;
}

const COUNTED = z.strictObject(shape(alerts, 'id'));

/** Counts the accounts of open alerts again. An alert whose number has changed is redrawn. */
export async function recountAccounts(tx: Tx): Promise<void> {
  const recounted = sql`
    update ${al} set ${set(alerts, { accounts: sql`n.accounts` })}
    from (${MISCOUNTED}) n where n.id = ${al.id} returning ${al.id}`;
  const changed = await rows(tx, COUNTED, recounted);
  await redrawAlertMessages(
    tx,
    changed.map(({ id }) => id),
  );
}

const SETTLED = z.strictObject({ ...shape(alertProxies, 'proxyId'), ending: z.enum(ENDINGS) });

/** Open proxies of open incidents that no longer fail, or were deactivated, removed or expired. */
export function findSettledProxies(db: Db | Tx): Promise<z.infer<typeof SETTLED>[]> {
  const statement = sql`
    select ${x.proxyId} as "proxyId", case when ${h.health} <> 'failing' then 'recovered' else 'off' end as ending
    from ${al} join ${x} on ${x.alertId} = ${al.id} and ${x.endedAt} is null join ${p} on ${p.id} = ${x.proxyId}
    left join ${h} on ${h.proxyId} = ${p.id}
    where ${al.kind} = 'failing' and ${al.closedAt} is null
      and (${h.health} <> 'failing' or ${p.status} <> 'active' or ${p.removedAt} is not null or ${p.expiresAt} <= now())`;
  return rows(db, SETTLED, statement);
}

const IN_CONFLICT = z.strictObject({
  ...shape(alertProxies, 'proxyId'),
  /** The exit IP in canonical text. */
  address: z.string(),
  ...shape(proxies, 'provider'),
});

/** A proxy in an exit IP conflict. */
export type ConflictingProxy = z.infer<typeof IN_CONFLICT>;

/**
 * Proxies with accounts of different models and one exit IP within the last 24 hours (R8). Proxies tagged `rotating` are exempt. Most
 * addresses belong to one proxy: an index has those that do not, and only their proxies are read.
 */
export function findExitIpConflicts(db: Db | Tx): Promise<ConflictingProxy[]> {
  const statement = sql`
    with several as materialized (select ${h.exitIp} from ${h} where ${h.exitIp} is not null group by ${h.exitIp} having count(*) > 1),
    seen as materialized (
      select ${p.id} as proxy_id, ${p.provider}, ${h.exitIp}, ${ld.modelId} from several join ${h} on ${h.exitIp} = several.exit_ip
      join ${ld} on ${ld.proxyId} = ${h.proxyId} join ${p} on ${p.id} = ${h.proxyId}
      where ${h.exitIpAt} > now() - ${interval(EXIT_IP_FRESH_MS)} and ${ld.modelId} is not null
        and ${p.removedAt} is null and not 'rotating' = any (${p.tags})
    )
    select proxy_id as "proxyId", host(exit_ip) as address, provider from seen
    where exit_ip in (select exit_ip from seen group by exit_ip having min(model_id) <> max(model_id)) order by proxy_id`;
  return rows(db, IN_CONFLICT, statement);
}

/** The open proxies of the open exit IP conflict, with the address that each was reported with. */
export function readOpenExitIpConflicts(db: Db | Tx): Promise<ConflictingProxy[]> {
  const statement = sql`
    select ${x.proxyId} as "proxyId", ${x.network} as address, ${x.provider} from ${al} join ${x} on ${x.alertId} = ${al.id}
    where ${al.kind} = 'exit_ip_conflict' and ${al.closedAt} is null and ${x.endedAt} is null order by ${x.proxyId}`;
  return rows(db, IN_CONFLICT, statement);
}

const EXPIRING = z.strictObject({
  proxyId: typeOf(proxies.id),
  ...shape(proxies, 'provider'),
  expiresAt: typeOf(alertExpiries.expiresAt),
});

export type ExpiringProxy = z.infer<typeof EXPIRING>;

/**
 * Claims the active proxies that expire within `days` and were not announced. After the announcement of `today` only those that would
 * expire before the next one are claimed. A proxy is claimed by inserting its expiry, so no two processes announce it.
 */
export function claimExpiring(tx: Tx, days: number, today: string): Promise<ExpiringProxy[]> {
  const statement = sql`
    with found as (
      select ${p.id}, ${p.provider}, ${p.expiresAt} from ${p}
      where ${p.removedAt} is null and ${p.status} = 'active' and ${p.expiresAt} > now() and ${p.expiresAt} <= now() + make_interval(days => ${days})
        and not exists (select from ${e} where ${e.proxyId} = ${p.id} and ${e.expiresAt} = ${p.expiresAt})
        and (${p.expiresAt} <= now() + interval '1 day' or not exists (select from ${al} where ${al.kind} = 'expiry' and ${al.key} like ${`${today}%`}))
    ),
    claimed as (
      insert into ${into(alertExpiries, 'proxyId', 'expiresAt')} select id, expires_at from found
      on conflict do nothing returning proxy_id, expires_at
    )
    select f.id as "proxyId", f.provider, f.expires_at as "expiresAt" from found f
    join claimed c on c.proxy_id = f.id and c.expires_at = f.expires_at order by f.expires_at, f.id`;
  return rows(tx, EXPIRING, statement);
}

/** Deletes alerts, mutes and expiries that ended more than `days` ago. What the failover did stays in the assignment history. */
export async function purgeAlerts(db: Db, days: number): Promise<void> {
  const old = sql`now() - make_interval(days => ${days})`;
  const isBehind = sql`exists (select from ${ms} where ${ms.alertId} = ${alerts.id} and ${ms.version} > ${ms.sentVersion})`;
  await db.delete(alerts).where(and(lt(alerts.closedAt, old), not(isBehind)));
  await db.delete(maintenances).where(lt(maintenances.closedAt, old));
  await db.delete(alertMutes).where(lt(alertMutes.until, old));
  await db.delete(alertExpiries).where(lt(alertExpiries.expiresAt, old));
}
