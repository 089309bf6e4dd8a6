import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ALERT_KINDS, isIncident } from '../../../domain/incidents/incident.ts';
import type { DayOfIncidents, ProviderWeek, Spread, WeeklyFigures } from '../../../domain/incidents/weekly.ts';
import type { Tx } from '../../client.ts';
import { al, p, x } from '../../sql/aliases.ts';
import { array, timestamp } from '../../sql/columns.ts';
import { onlyRow, rows } from '../../sql/rows.ts';
import { readSlots } from '../metrics.ts';
import type { SharedSettings } from '../settings.ts';

/** Most providers of which the report says how available they were. */
const PROVIDERS_SHOWN = 8;

const COUNTED = z.strictObject({
  opened: z.int(),
  open: z.int(),
  escalated: z.int(),
  moved: z.int(),
  served: z.int(),
  waiting: z.int(),
  monthlyCost: z.number(),
});
const SPREAD = z.strictObject({ count: z.int(), medianMs: z.number(), worstMs: z.number() });
const PROVIDER = z.strictObject({ name: z.string(), checks: z.int(), succeeded: z.int(), failingMinutes: z.int() });

const isOfIncident = sql`${al.kind} = any (${array(ALERT_KINDS.filter(isIncident), 'text')})`;

/**
 * The week before a moment in figures.
 */
export async function readWeek(
  tx: Tx,
  now: Date,
  { limit, currency }: Pick<SharedSettings, 'limit' | 'currency'>,
): Promise<WeeklyFigures> {
  const from = sql`(${timestamp(now)} - interval '7 days')`;
  const counted = await onlyRow(tx, COUNTED, counts(from));
  const { opened, open, escalated, moved, served, waiting, monthlyCost } = counted;
  const { freeSlots, waitingWithSlots } = await readSlots(tx, limit);
  return {
    incidents: { opened, open, escalated },
    acknowledged: await readSpread(tx, from, 'acknowledged'),
    resolved: await readSpread(tx, from, 'resolved'),
    providers: await readProviders(tx, from, now),
    days: await readDays(tx, from, now),
    moved,
    freeSlots,
    monthlyCost,
    currency,
    waited: { served, waiting },
    missingSlots: waiting - waitingWithSlots,
  };
}

const counts = (from: SQL): SQL => sql`
  select (count(*) filter (where ${al.openedAt} > ${from}))::int as opened, (count(*) filter (where ${al.closedAt} is null))::int as open,
    (count(*) filter (where ${al.escalatedAt} > ${from}))::int as escalated,
    (select coalesce(sum(ev.count), 0)::int from incident_events ev where ev.kind = 'moved' and ev.at > ${from}) as moved,
    (select coalesce(sum((au.after ->> 'count')::int), 0)::int from audit_log au where au.action = 'assignment.serve' and au.at > ${from}) as served,
    (select count(*)::int from waiting_accounts) as waiting,
    (select coalesce(sum(${p.monthlyCost}), 0)::float8 from ${p} where ${p.removedAt} is null and ${p.status} = 'active') as "monthlyCost"
  from ${al} where ${isOfIncident}`;

const DAY = z.strictObject({ day: z.string(), opened: z.int() });

/** The incidents of each day of the week, which begins within its first day. */
function readDays(tx: Tx, from: SQL, now: Date): Promise<DayOfIncidents[]> {
  const dayOf = (moment: SQL | StringChunk) => sql`date_trunc('day', ${moment} at time zone 'UTC')`;
  const statement = sql`
    select to_char(d.day, 'YYYY-MM-DD') as day, count(${al.id})::int as opened
    from generate_series(${dayOf(from)}, ${dayOf(timestamp(now))}, interval '1 day') d(day)
    left join ${al} on ${dayOf(al.openedAt)} = d.day and ${al.openedAt} > ${from} and ${al.openedAt} <= ${timestamp(now)} and ${isOfIncident}
    group by d.day order by d.day`;
  return rows(tx, DAY, statement);
}

/** How long the first acknowledgement, or the resolution, of the incidents of the week took. */
async function readSpread(tx: Tx, from: SQL, kind: 'acknowledged' | 'resolved'): Promise<Spread | null> {
  const statement = sql`
    select count(*)::int as count, coalesce(percentile_cont(0.5) within group (order by took), 0)::float8 as "medianMs",
      coalesce(max(took), 0)::float8 as "worstMs"
    from (
      select greatest(0, extract(epoch from min(ev.at) - ${al.openedAt}) * 1000) as took from incident_events ev
      join ${al} on ${al.id} = ev.alert_id where ev.kind = ${kind} and ev.at > ${from} group by ${al.id}, ${al.openedAt}
    ) t`;
  const spread = await onlyRow(tx, SPREAD, statement);
  return spread.count === 0 ? null : spread;
}

function readProviders(tx: Tx, from: SQL, now: Date): Promise<ProviderWeek[]> {
  const statement = sql`
    with checked as (
      select provider as name, sum(checks)::int as checks, sum(succeeded)::int as succeeded from check_hours where hour > ${from} group by 1
    ),
    failed as (
      select coalesce(${x.provider}, '') as name,
        sum(extract(epoch from least(coalesce(${x.endedAt}, ${timestamp(now)}), ${timestamp(now)}) - greatest(${x.since}, ${from})) / 60)::int as minutes
      from ${al} join ${x} on ${x.alertId} = ${al.id}
      where ${al.kind} = 'failing' and ${x.since} < ${timestamp(now)} and coalesce(${x.endedAt}, ${timestamp(now)}) > ${from} group by 1
    )
    select name, coalesce(checks, 0) as checks, coalesce(succeeded, 0) as succeeded, coalesce(minutes, 0) as "failingMinutes"
    from checked full join failed using (name)
    order by succeeded::float8 / nullif(checks, 0) nulls last, minutes desc nulls last, name limit ${PROVIDERS_SHOWN}`;
  return rows(tx, PROVIDER, statement);
}
