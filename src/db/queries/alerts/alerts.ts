import { sql } from 'drizzle-orm';
import type { AlertKind } from '../../../domain/incidents/incident.ts';
import type { OpenIncident } from '../../../domain/incidents/incident-grouping.ts';
import type { Db, Tx } from '../../client.ts';
import { lock } from '../../sql/locks.ts';

/** Serializes everything that opens, extends or closes alerts, so that two processes cannot open two for one outage. */
export const lockAlerts = (tx: Tx): Promise<void> => lock(tx, 'alerts');

/** What a change of an alert does to its delivery: one that has a message keeps its pace, one that has none goes out at once. */
const CHANGED = sql.raw(
  `version = version + 1, due_at = case when message_id is null and problem is null then least(due_at, now()) else due_at end`,
);

/** A message that is older is not edited for the sake of a detail: a new one would have to take its place. */
export const DRAWN_ANEW_FOR = sql.raw(`interval '55 minutes'`);

/** Open incidents with what their proxies have in common with others. */
export async function readOpenIncidents(tx: Tx): Promise<OpenIncident[]> {
  const { rows } = await tx.execute<OpenIncident & Record<string, unknown>>(sql`
    select a.id, (extract(epoch from a.opened_at) * 1000)::float8 as "openedAt", (extract(epoch from a.last_at) * 1000)::float8 as "lastAt",
      coalesce(array_agg(distinct x.provider) filter (where x.provider is not null), '{}') as providers,
      coalesce(array_agg(distinct x.network) filter (where x.network is not null), '{}') as networks
    from alerts a join alert_proxies x on x.alert_id = a.id
    where a.kind = 'failing' and a.closed_at is null group by a.id`);
  return rows;
}

export interface NewAlert {
  kind: AlertKind;
  /** What there is one of; a second one with it is not written. */
  key?: string;
  data?: unknown;
  at: Date;
  /** Whether it is over as soon as it is told. */
  isClosed: boolean;
}

/** @returns its number; undefined where there is one with this key, or an open one of a kind that has but one */
export async function insertAlert(tx: Tx, { kind, key, data, at, isClosed }: NewAlert): Promise<number | undefined> {
  const moment = at.toISOString();
  const { rows } = await tx.execute<{ id: number }>(sql`
    insert into alerts (kind, key, data, opened_at, last_at, closed_at)
    values (${kind}, ${key ?? null}, ${JSON.stringify(data ?? {})}::jsonb, ${moment}, ${moment}, ${isClosed ? moment : null})
    on conflict do nothing returning id`);
  return rows[0]?.id;
}

export interface NewAlertProxy {
  alertId: number;
  proxyId: number;
  provider: string | null;
  network: string | null;
  outcome: string;
  detail: string;
  isFlapping: boolean;
  since: Date;
}

/** Proxies join their alerts; one that was there and had recovered is open again. */
export async function addAlertProxies(tx: Tx, proxies: readonly NewAlertProxy[]): Promise<void> {
  if (proxies.length === 0) return;
  const column = (pick: (each: NewAlertProxy) => string | number | boolean | null) => sql.param(proxies.map(pick));
  await tx.execute(sql`
    insert into alert_proxies (alert_id, proxy_id, provider, network, outcome, detail, is_flapping, since)
    select * from unnest(${column((each) => each.alertId)}::int[], ${column((each) => each.proxyId)}::int[], ${column((each) => each.provider)}::text[],
      ${column((each) => each.network)}::text[], ${column((each) => each.outcome)}::text[], ${column((each) => each.detail)}::text[],
      ${column((each) => each.isFlapping)}::boolean[], ${column((each) => each.since.toISOString())}::timestamptz[])
    on conflict (alert_id, proxy_id) do update set ended_at = null, ending = null, since = excluded.since, outcome = excluded.outcome,
      detail = excluded.detail, network = excluded.network, is_flapping = alert_proxies.is_flapping or excluded.is_flapping`);
  await tx.execute(sql`
    update alerts a set ${CHANGED}, last_at = greatest(a.last_at, n.at)
    from (
      select id, max(at) as at from unnest(${column((each) => each.alertId)}::int[], ${column((each) => each.since.toISOString())}::timestamptz[]) as t(id, at)
      group by id
    ) n where a.id = n.id`);
}

export interface EndedProxy {
  proxyId: number;
  ending: 'recovered' | 'off';
  at: Date;
}

/** Proxies that their open alert no longer goes for; an alert that has no other is over. */
export async function endAlertProxies(tx: Tx, kind: AlertKind, ended: readonly EndedProxy[]): Promise<void> {
  if (ended.length === 0) return;
  const column = (pick: (each: EndedProxy) => string | number) => sql.param(ended.map(pick));
  const { rows } = await tx.execute<{ id: number }>(sql`
    with ended as (
      update alert_proxies x set ended_at = greatest(e.at, x.since), ending = e.ending
      from alerts a, unnest(${column((each) => each.proxyId)}::int[], ${column((each) => each.ending)}::text[],
        ${column((each) => each.at.toISOString())}::timestamptz[]) as e(proxy_id, ending, at)
      where a.id = x.alert_id and a.kind = ${kind} and a.closed_at is null and x.ended_at is null and x.proxy_id = e.proxy_id
      returning x.alert_id
    )
    select distinct alert_id as id from ended`);
  if (rows.length === 0) return;
  await tx.execute(sql`
    update alerts a set ${CHANGED}, closed_at = case
      when exists (select from alert_proxies x where x.alert_id = a.id and x.ended_at is null) then null
      else (select max(x.ended_at) from alert_proxies x where x.alert_id = a.id) end
    where a.id = any (${sql.param(rows.map((row) => row.id))}::int[])`);
}

/** Whether what there is one of is there. */
export async function hasAlert(db: Db | Tx, kind: AlertKind, key: string): Promise<boolean> {
  const { rows } = await db.execute(sql`select from alerts where kind = ${kind} and key = ${key}`);
  return rows.length > 0;
}

/** The open alert of a kind that has but one. */
export async function findOpenAlert(tx: Tx, kind: 'collision' | 'monitor'): Promise<number | undefined> {
  const { rows } = await tx.execute<{ id: number }>(
    sql`select id from alerts where kind = ${kind} and closed_at is null`,
  );
  return rows[0]?.id;
}

export async function closeAlert(tx: Tx, id: number, at: Date): Promise<void> {
  await tx.execute(sql`
    update alerts set ${CHANGED}, closed_at = greatest(${at.toISOString()}::timestamptz, opened_at) where id = ${id} and closed_at is null`);
}

/**
 * Has the message of an alert, or of all that are open, drawn anew: what is muted has changed. A message that is too old to be edited
 * is left as it is, since that is no reason for another one.
 */
export async function touchAlerts(tx: Tx, id?: number): Promise<void> {
  await tx.execute(sql`
    update alerts set version = version + (coalesce(posted_at, now()) > now() - ${DRAWN_ANEW_FOR})::int,
      due_at = case when message_id is null or version > sent_version then now() else due_at end
    where ${id === undefined ? sql`(closed_at is null or version > sent_version)` : sql`id = ${id}`}`);
}

/** Alerts that wait for a channel are tried again at once: there is another one. */
export async function releaseAlerts(tx: Tx): Promise<void> {
  await tx.execute(sql`update alerts set due_at = now(), attempts = 0, problem = null where problem is not null`);
}
