import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type AlertKind, type Ending, isIncident } from '../../../domain/incidents/incident.ts';
import type { OpenIncident } from '../../../domain/incidents/incident-grouping.ts';
import type { Db, Tx } from '../../client.ts';
import { alertProxies, alerts } from '../../schema/alerts.ts';
import { al, mn, x } from '../../sql/aliases.ts';
import { array, epochMs, excluded, into, names, set, shape, timestamp, unnest } from '../../sql/columns.ts';
import { lock } from '../../sql/locks.ts';
import { rows, run } from '../../sql/rows.ts';
import { isRunning } from '../maintenance/running.ts';
import { changeAlertMessages, insertMessage } from '../messages/messages.ts';
import { insertEvents, insertResolved } from './incident-events.ts';

/** Serializes everything that opens, extends or closes alerts, so that two processes cannot open two for one outage. */
export const lockAlerts = (tx: Tx): Promise<void> => lock(tx, 'alerts');

const INCIDENT = z.strictObject({
  ...shape(alerts, 'id'),
  /** Epoch milliseconds. */
  openedAt: z.number(),
  lastAt: z.number(),
  providers: z.array(z.string()),
  networks: z.array(z.string()),
});

/** Open incidents that failures can join, with the providers and networks of their proxies. One of running maintenance has its own failures. */
export function readOpenIncidents(tx: Tx): Promise<OpenIncident[]> {
  const statement = sql`
    select ${al.id}, ${epochMs(al.openedAt)} as "openedAt", ${epochMs(al.lastAt)} as "lastAt",
      coalesce(array_agg(distinct ${x.provider}) filter (where ${x.provider} is not null), '{}') as providers,
      coalesce(array_agg(distinct ${x.network}) filter (where ${x.network} is not null), '{}') as networks
    from ${al} join ${x} on ${x.alertId} = ${al.id}
    where ${al.kind} = 'failing' and ${al.closedAt} is null
      and not exists (select from ${mn} where ${mn.id} = ${al.maintenanceId} and ${isRunning}) group by ${al.id}`;
  return rows(tx, INCIDENT, statement);
}

export interface NewAlert {
  kind: AlertKind;
  /** Deduplication key: a second alert with the same key is not inserted. */
  key?: string;
  data?: unknown;
  at: Date;
  /** Whether it is closed from the beginning, as an announcement is. */
  isClosed: boolean;
  /** The running maintenance whose failures it has. */
  maintenanceId?: number;
}

/** Inserts an alert and its message. @returns undefined if there is an alert with this key, or an open one of a kind that allows only one */
export async function insertAlert(
  tx: Tx,
  { kind, key, data, at, isClosed, maintenanceId }: NewAlert,
): Promise<number | undefined> {
  const [row] = await tx
    .insert(alerts)
    .values({ kind, key, data: data ?? {}, openedAt: at, lastAt: at, closedAt: isClosed ? at : null, maintenanceId })
    .onConflictDoNothing()
    .returning({ id: alerts.id });
  if (!row) return undefined;
  await insertMessage(tx, { kind: 'alert', key: String(row.id), alertId: row.id });
  if (isIncident(kind)) await insertEvents(tx, [{ alertId: row.id, kind: 'opened', at }]);
  return row.id;
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

/** Adds proxies to their alerts, or opens them there again if they had recovered. */
export async function addAlertProxies(tx: Tx, added: readonly NewAlertProxy[]): Promise<void> {
  if (added.length === 0) return;
  const joined = unnest(added, 't', {
    alert_id: ['int', (each) => each.alertId],
    proxy_id: ['int', (each) => each.proxyId],
    provider: ['text', (each) => each.provider],
    network: ['text', (each) => each.network],
    outcome: ['text', (each) => each.outcome],
    detail: ['text', (each) => each.detail],
    is_flapping: ['boolean', (each) => each.isFlapping],
    since: ['timestamptz', (each) => each.since.toISOString()],
  });
  const columns = ['alertId', 'proxyId', 'provider', 'network', 'outcome', 'detail', 'isFlapping', 'since'] as const;
  const inserted = sql`
    insert into ${into(alertProxies, ...columns)} select * from ${joined}
    on conflict (${names(alertProxies, 'alertId', 'proxyId')}) do update set ${set(alertProxies, {
      endedAt: null,
      ending: null,
      since: excluded(alertProxies, 'since'),
      outcome: excluded(alertProxies, 'outcome'),
      detail: excluded(alertProxies, 'detail'),
      network: excluded(alertProxies, 'network'),
      isFlapping: sql`${alertProxies.isFlapping} or ${excluded(alertProxies, 'isFlapping')}`,
    })}`;
  await run(tx, inserted);
  const extended = sql`
    update ${al} set ${set(alerts, { lastAt: sql`greatest(${al.lastAt}, n.at)` })}
    from (select alert_id as id, max(since) as at from ${joined} group by alert_id) n where ${al.id} = n.id`;
  await run(tx, extended);
  await changeAlertMessages(tx, [...new Set(added.map((each) => each.alertId))]);
}

export interface EndedProxy {
  proxyId: number;
  ending: Ending;
  at: Date;
}

const OF_ALERT = z.strictObject(shape(alertProxies, 'alertId'));

/** Ends proxies in their open alert, and closes alerts that have no other open proxy. @returns the alerts that have changed */
export async function endAlertProxies(tx: Tx, kind: AlertKind, ended: readonly EndedProxy[]): Promise<number[]> {
  if (ended.length === 0) return [];
  const given = unnest(ended, 'e', {
    proxy_id: ['int', (each) => each.proxyId],
    ending: ['text', (each) => each.ending],
    at: ['timestamptz', (each) => each.at.toISOString()],
  });
  const statement = sql`
    with ended as (
      update ${x} set ${set(alertProxies, { endedAt: sql`greatest(e.at, ${x.since})`, ending: sql`e.ending` })}
      from ${al}, ${given}
      where ${al.id} = ${x.alertId} and ${al.kind} = ${kind} and ${al.closedAt} is null and ${x.endedAt} is null and ${x.proxyId} = e.proxy_id
      returning ${x.alertId}
    )
    select distinct alert_id as "alertId" from ended`;
  const changed = await rows(tx, OF_ALERT, statement);
  if (changed.length === 0) return [];
  const ids = changed.map((each) => each.alertId);
  const closed = sql`
    update ${al} set ${set(alerts, {
      closedAt: sql`case when exists (select from ${x} where ${x.alertId} = ${al.id} and ${x.endedAt} is null) then null
        else (select max(${x.endedAt}) from ${x} where ${x.alertId} = ${al.id}) end`,
    })}
    where ${al.id} = any (${array(ids, 'int')})`;
  await run(tx, closed);
  await insertResolved(tx, ids);
  await changeAlertMessages(tx, ids);
  return ids;
}

/** Whether there is an alert with this deduplication key. */
export async function hasAlert(db: Db | Tx, kind: AlertKind, key: string): Promise<boolean> {
  return (await db.$count(alerts, and(eq(alerts.kind, kind), eq(alerts.key, key)))) > 0;
}

/** The open alert of a kind that allows only one. */
export async function findOpenAlert(tx: Tx, kind: 'exit_ip_conflict' | 'monitor'): Promise<number | undefined> {
  const [row] = await tx
    .select({ id: alerts.id })
    .from(alerts)
    .where(and(eq(alerts.kind, kind), isNull(alerts.closedAt)));
  return row?.id;
}

export async function closeAlert(tx: Tx, id: number, at: Date): Promise<void> {
  const closed = sql`
    update ${al} set ${set(alerts, { closedAt: sql`greatest(${timestamp(at)}, ${al.openedAt})` })}
    where ${al.id} = ${id} and ${al.closedAt} is null`;
  if ((await run(tx, closed)) === 0) return;
  await insertResolved(tx, [id]);
  await changeAlertMessages(tx, [id]);
}
