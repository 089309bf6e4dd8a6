import { and, count, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import {
  ALERT_KINDS,
  type AlertProxy,
  type AlertSummary,
  isIncident,
  type Tally,
  type Undelivered,
} from '../../../domain/incidents/incident.ts';
import type { PageRows } from '../../../domain/page.ts';
import type { Db, Tx } from '../../client.ts';
import { models } from '../../schema/accounts.ts';
import { alertMoves, alertMutes, alertProxies, alerts } from '../../schema/alerts.ts';
import { accountProxyAssignments } from '../../schema/assignments.ts';
import { messages } from '../../schema/messages.ts';
import { proxies } from '../../schema/proxies.ts';
import { al, c, m, mn, ms, p, s, x } from '../../sql/aliases.ts';
import { array, as, list, shape, typeOf } from '../../sql/columns.ts';
import { firstRow, onlyRow, rows } from '../../sql/rows.ts';
import { covers, isRunning } from '../maintenance/running.ts';
import { type PageRequest, readListing, type Stretch } from '../stretches.ts';

const u = as(alertMutes, 'u');
const y = as(alertProxies, 'y');

/** The mutes that count: all of them, those of other things than the alert, or maintenance only. Maintenance always counts. */
type Mutes = 'all' | 'others' | 'maintenance';

const INCIDENTS = ALERT_KINDS.filter(isIncident);

/** The ends of running maintenance of a proxy `o`. One that is not ended in time goes on for a moment. */
const MAINTAINED_UNTIL = sql`
  select greatest(${mn.endsAt}, now() + interval '5 seconds') as until from ${mn}
  where ${isRunning} and ${covers(sql`o.provider`)} and ${al.kind} = any (${array(INCIDENTS, 'text')})`;

const ofAlert = (mutes: Mutes): SQL => (mutes === 'all' ? sql`${u.alertId} = ${al.id} or` : sql``);

const mutesOfProxy = (mutes: Mutes): SQL => sql`
  select ${u.until} from ${u} where ${u.until} > now() and (
    ${ofAlert(mutes)} ${u.proxyId} = o.proxy_id or ${u.provider} = o.provider
    or (${u.alertId} is null and ${u.proxyId} is null and ${u.provider} is null))`;

/**
 * Until when a proxy `o` of an alert is muted: the last of its own mutes, those of its provider and its alert, those of everything, and
 * maintenance.
 */
const proxyMutedUntil = (mutes: Mutes): SQL => sql`(
  select max(until) from (${mutes === 'maintenance' ? sql`` : sql`${mutesOfProxy(mutes)} union all`} ${MAINTAINED_UNTIL}) e)`;

/** An alert is muted as long as all of its proxies are; without proxies, as long as itself or everything is muted. */
export const mutedUntil = (mutes: Mutes): SQL => sql`(
  select case when bool_and(n.until is not null) then min(n.until) end from (
    select ${proxyMutedUntil(mutes)} as until from (
      select ${x.proxyId}, ${x.provider} from ${x} where ${x.alertId} = ${al.id} and (${x.endedAt} is null or ${al.closedAt} is not null)
      union all select null, null where not exists (select from ${x} where ${x.alertId} = ${al.id})
    ) o
  ) n)`;
export const MUTED_UNTIL = mutedUntil('all');

/** The providers of an alert's proxies, those with most of them first. */
export const providersOf = (which: SQL): SQL => sql`(
  select coalesce(array_agg(o.provider order by o.many desc, o.provider), '{}') from (
    select ${x.provider}, count(*) as many from ${x} where ${x.alertId} = ${al.id} and ${x.provider} is not null ${which} group by 1
  ) o)`;

const ALERT = z.strictObject({
  ...shape(
    alerts,
    'id',
    'kind',
    'data',
    'openedAt',
    'lastAt',
    'closedAt',
    'openings',
    'movable',
    'ownerId',
    'ownedSince',
  ),
  mutedUntil: z.date().nullable(),
  maintainedUntil: z.date().nullable(),
  mutedBy: z.string().nullable(),
  ...shape(messages, 'messageId', 'threadId'),
  isThreadGone: z.boolean(),
});

/** A number that was planned for an earlier version of the message says nothing about this one. */
const MOVABLE = sql`(
  select ${al.movable} from ${ms}
  where ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert' and ${ms.version} = ${al.movableVersion})`;

const MUTED_BY = sql`(
  select ${u.mutedBy} from ${u} where ${u.alertId} = ${al.id} and ${u.until} > now() order by ${u.until} desc limit 1)`;

export type AlertRow = z.infer<typeof ALERT>;

export function findAlert(db: Db | Tx, id: number): Promise<AlertRow | undefined> {
  const statement = sql`
    select ${list(al, 'id', 'kind', 'data', 'openedAt', 'lastAt', 'closedAt', 'openings', 'ownerId', 'ownedSince')}, ${MUTED_UNTIL} as "mutedUntil", ${mutedUntil('maintenance')} as "maintainedUntil", ${MUTED_BY} as "mutedBy", ${MOVABLE} as movable,
      ${list(ms, 'messageId', 'threadId')}, coalesce(${ms.isThreadGone}, false) as "isThreadGone"
    from ${al} left join ${ms} on ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert' where ${al.id} = ${id}`;
  return firstRow(db, ALERT, statement);
}

/** The property by which the proxies of an alert are counted. */
const TALLIES = ['providers', 'networks', 'outcomes'] as const;
type TallyKind = (typeof TALLIES)[number];
const TALLIED: Record<TallyKind, SQL> = {
  providers: sql`coalesce(x.provider, '')`,
  networks: sql`coalesce(x.network, '')`,
  outcomes: sql`x.outcome`,
};

const TALLY = z.strictObject({ kind: z.enum(TALLIES), name: z.string(), count: z.int() });

/**
 * Counts the proxies of an alert by provider, network and outcome, the most frequent first; '' stands for an unknown one. An open alert
 * counts its open proxies.
 */
export async function tallyAlert(db: Db | Tx, id: number): Promise<Record<TallyKind, Tally[]>> {
  const parts = TALLIES.map(
    (kind) =>
      sql`select ${kind}::text as kind, ${TALLIED[kind]} as name, count(*)::int as count from shown x group by 2`,
  );
  const statement = sql`
    with open as (select exists (select from ${x} where ${x.alertId} = ${id} and ${x.endedAt} is null) as is_open),
    shown as (select x.* from ${x}, open where ${x.alertId} = ${id} and (${x.endedAt} is null or not is_open))
    ${sql.join(parts, sql` union all `)} order by count desc, name`;
  const found = await rows(db, TALLY, statement);
  const of = (kind: TallyKind) => found.filter((row) => row.kind === kind).map(({ name, count }) => ({ name, count }));
  return { providers: of('providers'), networks: of('networks'), outcomes: of('outcomes') };
}

const FIGURES = z.strictObject({ total: z.int(), open: z.int(), off: z.int(), flapping: z.int(), moved: z.int() });

/** Counts the proxies of an alert, and by model the accounts on its open ones. */
export async function countAlert(db: Db | Tx, id: number): Promise<z.infer<typeof FIGURES> & { models: Tally[] }> {
  const statement = sql`
    select count(*)::int as total, (count(*) filter (where ${x.endedAt} is null))::int as open,
      (count(*) filter (where ${x.ending} = 'off'))::int as off, (count(*) filter (where ${x.isFlapping}))::int as flapping,
      (select count(*)::int from ${alertMoves} where ${alertMoves.alertId} = ${id}) as moved
    from ${x} where ${x.alertId} = ${id}`;
  return { ...(await onlyRow(db, FIGURES, statement)), models: await countModels(db, id) };
}

function countModels(db: Db | Tx, alertId: number): Promise<Tally[]> {
  const { proxyId, endedAt } = alertProxies;
  return db
    .select({ name: models.name, count: count() })
    .from(alertProxies)
    .innerJoin(accountProxyAssignments, eq(accountProxyAssignments.proxyId, proxyId))
    .innerJoin(models, eq(models.id, accountProxyAssignments.modelId))
    .where(and(eq(alertProxies.alertId, alertId), isNull(endedAt)))
    .groupBy(models.name)
    .orderBy(desc(count()), models.name);
}

const SHOWN = ['provider', 'network', 'outcome', 'detail', 'isFlapping', 'since', 'endedAt'] as const;

const PROXY = z.strictObject({
  ...shape(proxies, 'id', 'host', 'port', 'expiresAt'),
  ...shape(alertProxies, ...SHOWN),
  model: typeOf(models.name).nullable(),
  load: z.int(),
});

/** The proxies of an alert: open ones first, then, in an alert about expiry, the next to expire, else those with most accounts. */
export function listAlertProxies(db: Db | Tx, id: number, limit: number): Promise<AlertProxy[]> {
  const statement = sql`
    select ${list(p, 'id', 'host', 'port', 'expiresAt')}, ${list(x, ...SHOWN)}, ${m.name} as model,
      (select count(*)::int from ${s} where ${s.proxyId} = ${p.id}) as load
    from ${al} join ${x} on ${x.alertId} = ${al.id} join ${p} on ${p.id} = ${x.proxyId}
    left join ${c} on ${c.proxyId} = ${p.id} left join ${m} on ${m.id} = ${c.modelId}
    where ${al.id} = ${id} order by (${x.endedAt} is not null), case when ${al.kind} = 'expiry' then ${p.expiresAt} end, load desc, ${p.id}
    limit ${limit}`;
  return rows(db, PROXY, statement);
}

/** The open proxies of an alert. */
export async function openProxiesOf(db: Db | Tx, id: number): Promise<number[]> {
  const { alertId, proxyId, endedAt } = alertProxies;
  const found = await db
    .select({ proxyId })
    .from(alertProxies)
    .where(and(eq(alertId, id), isNull(endedAt)))
    .orderBy(proxyId);
  return found.map((row) => row.proxyId);
}

const LISTED = ['id', 'kind', 'openedAt', 'ownerId', 'ownedSince'] as const;
const OF_MESSAGE = ['channelId', 'messageId', 'wasDeleted', 'problem'] as const;

const SUMMARY = z.strictObject({
  ...shape(alerts, ...LISTED),
  ...shape(messages, ...OF_MESSAGE),
  open: z.int(),
  total: z.int(),
  accounts: z.int(),
  providers: z.array(z.string()),
  outcomes: z.array(z.string()),
  mutedUntil: z.date().nullable(),
});

const WITH_MESSAGE = sql`${al} join ${ms} on ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert'`;

/** The newest first. */
const NEWEST: readonly Stretch[] = [
  { id: al.id, key: { column: al.openedAt, type: 'timestamptz' }, isDescending: true },
];

/** One page of the alerts that are open or did not reach the channel, the newest first. */
export async function listAlerts(db: Db | Tx, request: PageRequest): Promise<PageRows<AlertSummary>> {
  const listing = {
    from: WITH_MESSAGE,
    id: al.id,
    where: sql`(${al.closedAt} is null or ${ms.problem} is not null)`,
    stretches: NEWEST,
    isOwnOrder: true,
  };
  const { ids, ...position } = await readListing(db, listing, request);
  return { rows: await readSummaries(db, ids), ...position };
}

/** In the order of the numbers. */
async function readSummaries(db: Db | Tx, ids: readonly number[]): Promise<AlertSummary[]> {
  const statement = sql`
    select ${list(al, ...LISTED)}, ${list(ms, ...OF_MESSAGE)}, n.open, n.total, n.accounts, n.providers, n.outcomes, ${MUTED_UNTIL} as "mutedUntil"
    from unnest(${array(ids, 'int')}) with ordinality as t(id, nth) join (${WITH_MESSAGE}) on ${al.id} = t.id cross join lateral (
      select count(*)::int as total, (count(*) filter (where ${x.endedAt} is null))::int as open,
        coalesce(array_agg(distinct ${x.provider}) filter (where ${x.provider} is not null), '{}') as providers,
        coalesce(array_agg(distinct ${x.outcome}), '{}') as outcomes,
        (select count(*)::int from ${y} join ${s} on ${s.proxyId} = ${y.proxyId}
         where ${y.alertId} = ${al.id} and ${y.endedAt} is null) as accounts
      from ${x} where ${x.alertId} = ${al.id}
    ) n order by t.nth`;
  const found = await rows(db, SUMMARY, statement);
  return found.map(({ channelId, messageId, ...row }) => ({
    ...row,
    message: channelId && messageId ? { channelId, id: messageId } : null,
  }));
}

const UNDELIVERED = z.strictObject({ problem: typeOf(messages.problem), count: z.int() });

/** How many alerts did not reach the channel, and why the newest of them did not. */
export async function countUndelivered(db: Db | Tx): Promise<Undelivered | null> {
  const statement = sql`
    select ${ms.problem}, (count(*) over ())::int as count from ${WITH_MESSAGE} where ${ms.problem} is not null
    order by ${al.openedAt} desc, ${al.id} desc limit 1`;
  const row = await firstRow(db, UNDELIVERED, statement);
  return row?.problem ? { problem: row.problem, count: row.count } : null;
}
