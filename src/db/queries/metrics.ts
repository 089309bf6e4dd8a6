import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { ALERT_KINDS, isIncident } from '../../domain/incidents/incident.ts';
import { ASSIGNING_JOB, type CountedEvent, type CountedSync, type PoolFigures } from '../../domain/pool-figures.ts';
import type { Db, Tx } from '../client.ts';
import { incidentEvents } from '../schema/alerts.ts';
import { a, al, c, h, ld, p, s, w } from '../sql/aliases.ts';
import { array } from '../sql/columns.ts';
import { onlyRow, rows } from '../sql/rows.ts';
import { MUTED_UNTIL, mutedUntil } from './alerts/alert-views.ts';
import { eligibleAt } from './proxies/eligible.ts';
import { readSettings } from './settings.ts';

const ACCOUNTS = z.strictObject({ assigned: z.int(), waiting: z.int(), held: z.int() });
const ALERTS = z.strictObject({ open: z.int(), undelivered: z.int(), lagSeconds: z.number() });

export async function readPoolFigures(db: Db): Promise<PoolFigures> {
  // A message that cannot be sent is postponed repeatedly; the lag is measured from the first change that it does not show. A reply is
  // not late as long as the message to which it belongs is not sent.
  const alerts = sql`
    select (select count(*)::int from alerts where closed_at is null) as open, (count(*) filter (where late))::int as undelivered,
      coalesce(extract(epoch from max(now() - changed_at) filter (where late)), 0)::float8 as "lagSeconds"
    from (
      select m.changed_at, m.version > m.sent_version and (m.due_at <= now() or m.problem is not null) and t.sent_version is distinct from 0 as late
      from messages m left join messages t on t.id = m.reply_to
    ) m`;
  const { limit } = await readSettings(db);
  return {
    ...(await readProxies(db)),
    accounts: await onlyRow(db, ACCOUNTS, ACCOUNT_FIGURES),
    alerts: await onlyRow(db, ALERTS, alerts),
    incidents: await readIncidents(db),
    ...(await readSlots(db, limit)),
    secondsSinceAssigning: await readSecondsSinceAssigning(db),
    ...(await onlyRow(db, DUE, DUE_FIGURES)),
    jobs: await readJobs(db),
    sources: await rows(db, SOURCES, SOURCE_FIGURES),
  };
}

const PROXIES = z.strictObject({
  status: z.string().nullable(),
  health: z.string().nullable(),
  outcome: z.string().nullable(),
  count: z.int(),
});

/** The proxies by status and health, and by outcome, in one pass over the pool. */
async function readProxies(db: Db): Promise<Pick<PoolFigures, 'proxies' | 'outcomes'>> {
  const statement = sql`
    select p.status, coalesce(h.health, 'unknown') as health, h.outcome, count(*)::int as count
    from proxies p left join proxy_health h on h.proxy_id = p.id
    where p.removed_at is null group by grouping sets ((p.status, coalesce(h.health, 'unknown')), (h.outcome))`;
  const groups = await rows(db, PROXIES, statement);
  return {
    proxies: groups.flatMap(({ status, health, count }) => (status && health ? [{ status, health, count }] : [])),
    outcomes: groups.flatMap(({ outcome, count }) => (outcome ? [{ outcome, count }] : [])),
  };
}

/** The assigned accounts are counted by their proxies, of which there are fewer; triggers keep the set of the waiting ones. */
const ACCOUNT_FIGURES = sql`
  select (select coalesce(sum(${ld.load}), 0)::int from ${ld}) as assigned, (select count(*)::int from ${w}) as waiting,
    (select count(*)::int from ${a} left join ${s} on ${s.accountId} = ${a.id}
      where ${a.heldAt} is not null and ${a.removedAt} is null and ${s.accountId} is null) as held`;

const DUE = z.strictObject({ checksDue: z.int(), checksLate: z.int() });

/** A new proxy is due at once; after this time it is late. */
const LATE_IF_NEW = sql`interval '15 minutes'`;

/**
 * Checks that are due, and those of them that are late: more than 1.5 times the interval between the last check and the planned one has
 * passed. The index of due checks bounds what is read.
 */
const DUE_FIGURES = sql`
  select (count(*) filter (where h.claimed_until is null or h.claimed_until < now()))::int as "checksDue",
    (count(*) filter (where now() - coalesce(h.checked_at, p.created_at) > case
      when h.checked_at is null or not isfinite(h.next_check_at) then ${LATE_IF_NEW}
      else greatest(h.next_check_at - h.checked_at, interval '0') * 1.5 end))::int as "checksLate"
  from proxy_health h join proxies p on p.id = h.proxy_id
  where h.next_check_at <= now() and p.removed_at is null and p.status = 'active'`;

const SOURCES = z.strictObject({ kind: z.string(), completeAgeSeconds: z.number(), missing: z.int() });

const SOURCE_FIGURES = sql`
  select sc.kind, max(extract(epoch from now() - coalesce(sc.complete_at, sc.created_at)))::float8 as "completeAgeSeconds",
    (select count(*)::int from proxies p join sources o on o.id = p.source_id
      where o.kind = sc.kind and p.missing_since is not null and p.removed_at is null and p.status = 'active') as missing
  from sources sc where sc.removed_at is null group by sc.kind`;

const ENDED = z.strictObject({ kind: z.string(), outcome: z.string(), at: z.number() });

/** Syncs that have ended after a moment, in epoch seconds, the oldest first. */
export function readEndedSyncs(db: Db, after: number): Promise<CountedSync[]> {
  const statement = sql`
    select sc.kind, y.outcome, extract(epoch from y.ended_at)::float8 as at from source_syncs y join sources sc on sc.id = y.source_id
    where y.ended_at > to_timestamp(${after}) order by y.ended_at`;
  return rows(db, ENDED, statement);
}

const INCIDENTS = z.strictObject({ open: z.int(), unacknowledged: z.int(), unacknowledgedSeconds: z.number() });

function readIncidents(db: Db): Promise<z.infer<typeof INCIDENTS>> {
  const statement = sql`
    select (count(*))::int as open, (count(*) filter (where ${al.ownerId} is null and not o.is_muted))::int as unacknowledged,
      coalesce(extract(epoch from max(now() - ${al.openedAt}) filter (where ${al.ownerId} is null and not o.is_muted)), 0)::float8 as "unacknowledgedSeconds"
    from ${al} cross join lateral (
      select ${mutedUntil('maintenance')} is not null as is_maintained, ${MUTED_UNTIL} is not null as is_muted
    ) o
    where ${al.closedAt} is null and ${al.kind} = any (${array(ALERT_KINDS.filter(isIncident), 'text')}) and not o.is_maintained`;
  return onlyRow(db, INCIDENTS, statement);
}

const SLOTS = z.strictObject({ freeSlots: z.int(), waitingWithSlots: z.int() });

/** The free slots of proxies that take accounts, and the waiting accounts that could have one of them. */
export function readSlots(db: Db | Tx, limit: number): Promise<z.infer<typeof SLOTS>> {
  const statement = sql`
    with slots as (
      select ${c.modelId}, sum(${limit}::int - ${ld.load})::int as free
      from ${ld} join ${p} on ${p.id} = ${ld.proxyId} left join ${c} on ${c.proxyId} = ${ld.proxyId} left join ${h} on ${h.proxyId} = ${ld.proxyId}
      where ${ld.load} < ${limit} and ${eligibleAt()} group by 1
    )
    select coalesce((select sum(free) from slots), 0)::int as "freeSlots",
      (select count(*)::int from ${w} where exists (select from slots where model_id is null or model_id = ${w.modelId})) as "waitingWithSlots"`;
  return onlyRow(db, SLOTS, statement);
}

const LAST_EVENT = z.strictObject({ id: z.number() });
const COUNTED = z.strictObject({
  id: z.number(),
  kind: z.enum(['acknowledged', 'escalated']),
  afterSeconds: z.number(),
});

/** The number of the last entry in the timelines of all incidents; 0: there is none. */
export async function readLastEvent(db: Db): Promise<number> {
  const statement = sql`select coalesce(max(id), 0)::float8 as id from ${incidentEvents}`;
  return (await onlyRow(db, LAST_EVENT, statement)).id;
}

/** The entries to count that follow an entry, the oldest first. */
export function readCountedEvents(db: Db, after: number): Promise<CountedEvent[]> {
  const statement = sql`
    select ev.id::float8 as id, ev.kind, extract(epoch from ev.at - ${al.openedAt})::float8 as "afterSeconds"
    from incident_events ev join ${al} on ${al.id} = ev.alert_id
    where ev.id > ${after} and ev.kind in ('acknowledged', 'escalated') order by ev.id`;
  return rows(db, COUNTED, statement);
}

const FOUND = z.strictObject({ isThere: z.boolean() });
const JOBS = z.strictObject({ state: z.string(), count: z.int() });

/** The queue makes its tables when the first monitor starts. */
const hasQueue = async (db: Db): Promise<boolean> =>
  (await onlyRow(db, FOUND, sql`select to_regclass('pgboss.job') is not null as "isThere"`)).isThere;

const SINCE = z.strictObject({ seconds: z.number().nullable() });

/** How long ago a run of the job that assigns waiting accounts was completed; null: no run that is still known. */
async function readSecondsSinceAssigning(db: Db): Promise<number | null> {
  if (!(await hasQueue(db))) return null;
  const statement = sql`
    select extract(epoch from now() - max(completed_on))::float8 as seconds from pgboss.job
    where name = ${ASSIGNING_JOB} and state = 'completed'`;
  return (await onlyRow(db, SINCE, statement)).seconds;
}

async function readJobs(db: Db): Promise<z.infer<typeof JOBS>[]> {
  if (!(await hasQueue(db))) return [];
  const statement = sql`
    select state::text, count(*)::int as count from pgboss.job where state in ('created', 'retry', 'active') group by 1`;
  return rows(db, JOBS, statement);
}

const CHECK_HOUR = z.strictObject({ hour: z.number(), checks: z.int(), succeeded: z.int() });

/** Checks of all processes, hour by hour, from an hour on. */
export function readCheckHours(db: Db, since: Date): Promise<z.infer<typeof CHECK_HOUR>[]> {
  const statement = sql`
    select extract(epoch from hour)::float8 * 1000 as hour, sum(checks)::int as checks, sum(succeeded)::int as succeeded
    from check_hours where hour >= ${since.toISOString()}::timestamptz group by hour order by hour`;
  return rows(db, CHECK_HOUR, statement);
}
