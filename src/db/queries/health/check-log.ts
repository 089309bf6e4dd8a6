import { desc, eq, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { CheckRecord, PastCheck } from '../../../domain/health/check-record.ts';
import { findingOf } from '../../../domain/health/health-state.ts';
import type { CheckFigures } from '../../../domain/stats.ts';
import type { Db, Tx } from '../../client.ts';
import { checkHours, proxyChecks } from '../../schema/health.ts';
import { c, p } from '../../sql/aliases.ts';
import { as, excluded, interval, into, names, set, timestamp } from '../../sql/columns.ts';
import { lock, lockShared } from '../../sql/locks.ts';
import { rows, run } from '../../sql/rows.ts';

const hours = as(checkHours, 'hours');

/** Single checks are kept for days, since a pool of 100,000 makes 14 million a day; the figures of the charts are kept longer. */
const CHECK_DAYS = 3;
const HOUR_DAYS = 90;
const DAY_MS = 86_400_000;
const NAME = /^proxy_checks_(\d{4})(\d\d)(\d\d)$/;

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** Creates the partition of a day if it does not exist. */
export async function ensureCheckDay(db: Db, at: Date): Promise<void> {
  await db.transaction((tx) => makeCheckDay(tx, at));
}

/** Like `ensureCheckDay`, within a transaction. The lock keeps two transactions from creating the same partition. */
export async function makeCheckDay(tx: Db | Tx, at: Date): Promise<void> {
  await lock(tx, 'checkPartitions');
  await run(tx, sql`select create_check_day(${dayOf(at)}::date)`);
}

/**
 * Keeps the partitions as they are until the transaction ends. What creates or drops one waits for this lock rather than for a lock
 * on the table, behind which every writer of checks would wait.
 *
 * @returns their days, as in 2026-11-23
 */
export async function holdCheckDays(tx: Db | Tx): Promise<string[]> {
  await lockShared(tx, 'checkPartitions');
  return await listCheckDays(tx);
}

const PARTITION = z.strictObject({ name: z.string() });

/** The days that have a partition, in order. */
async function listCheckDays(db: Db | Tx): Promise<string[]> {
  const statement = sql`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'proxy_checks'::regclass`;
  const found = await rows(db, PARTITION, statement);
  return found
    .filter(({ name }) => NAME.test(name))
    .map(({ name }) => name.replace(NAME, '$1-$2-$3'))
    .sort();
}

/** Deletes expired days and hours. @returns how many days */
export async function purgeChecks(db: Db, now: Date): Promise<number> {
  const oldest = dayOf(new Date(now.getTime() - CHECK_DAYS * DAY_MS));
  const old = (await listCheckDays(db)).filter((day) => day < oldest);
  if (old.length > 0) {
    await db.transaction(async (tx) => {
      await lock(tx, 'checkPartitions');
      for (const day of old) await run(tx, sql`select drop_check_day(${day}::date)`);
    });
  }
  await db.delete(checkHours).where(lt(checkHours.hour, sql`${timestamp(now)} - ${interval(HOUR_DAYS * DAY_MS)}`));
  return old.length;
}

const LOGGED = [
  'proxyId',
  'at',
  'outcome',
  'detail',
  'source',
  'reporter',
  'connectMs',
  'handshakeMs',
  'firstByteMs',
  'totalMs',
  'exitIp',
  'target',
] as const;

const KEY = ['hour', 'modelId', 'provider'] as const;
const SUMS = ['checks', 'succeeded', 'latencyMs', 'timed'] as const;

/** Adds checks to the log and to the figures of their hours. */
export async function insertChecks(tx: Tx, records: readonly CheckRecord[]): Promise<void> {
  const sum = (column: (typeof SUMS)[number]) => sql`${checkHours[column]} + ${excluded(checkHours, column)}`;
  const statement = sql`
    with r as (
      select * from json_to_recordset(${JSON.stringify(records.map(toRow))}::json) as r(
        proxy_id int, at timestamptz, outcome text, detail text, source text, reporter text, connect_ms int, handshake_ms int,
        first_byte_ms int, total_ms int, exit_ip inet, target text, is_conclusive boolean, has_succeeded boolean)
    ),
    logged as (
      insert into ${into(proxyChecks, ...LOGGED)}
      select proxy_id, at, outcome, detail, source, reporter, connect_ms, handshake_ms, first_byte_ms, total_ms, exit_ip, target from r
    )
    insert into ${into(checkHours, ...KEY, ...SUMS)}
    select date_trunc('hour', r.at, 'UTC'), coalesce(${c.modelId}, 0), coalesce(${p.provider}, ''), count(*)::int, count(*) filter (where has_succeeded)::int,
      coalesce(sum(total_ms) filter (where has_succeeded), 0), count(total_ms) filter (where has_succeeded)::int
    from r join ${p} on ${p.id} = r.proxy_id left join ${c} on ${c.proxyId} = ${p.id}
    where r.is_conclusive group by 1, 2, 3 order by 1, 2, 3
    on conflict (${names(checkHours, ...KEY)}) do update set ${set(checkHours, {
      checks: sum('checks'),
      succeeded: sum('succeeded'),
      latencyMs: sum('latencyMs'),
      timed: sum('timed'),
    })}`;
  await run(tx, statement);
}

function toRow({ proxyId, at, source, reporter, result }: CheckRecord) {
  const { outcome, detail, times, exitIp, target } = result;
  const finding = findingOf(outcome);
  const whole = (ms: number | null) => (ms === null ? null : Math.round(ms));
  return {
    proxy_id: proxyId,
    at,
    outcome,
    detail,
    source,
    reporter,
    target,
    exit_ip: exitIp,
    connect_ms: whole(times.connectMs),
    handshake_ms: whole(times.handshakeMs),
    first_byte_ms: whole(times.firstByteMs),
    total_ms: whole(times.totalMs),
    is_conclusive: finding !== 'inconclusive',
    has_succeeded: finding === 'success',
  };
}

/** Whether the same token has reported the same of this proxy less than `paceMs` before or after. */
export async function hasEqualReport(
  tx: Tx,
  { proxyId, at, source, reporter, result }: CheckRecord,
  paceMs: number,
): Promise<boolean> {
  const { outcome, detail } = result;
  const pace = interval(paceMs);
  const statement = sql`
    select from ${proxyChecks} where ${proxyChecks.proxyId} = ${proxyId} and ${proxyChecks.source} = ${source}
      and ${proxyChecks.at} > ${timestamp(at)} - ${pace} and ${proxyChecks.at} < ${timestamp(at)} + ${pace}
      and ${proxyChecks.reporter} = ${reporter} and ${proxyChecks.outcome} = ${outcome} and ${proxyChecks.detail} = ${detail} limit 1`;
  return (await run(tx, statement)) > 0;
}

/** The last checks of a proxy, the newest first. */
export function lastChecks(db: Db | Tx, id: number, count: number): Promise<PastCheck[]> {
  const { proxyId, at, source, reporter, outcome, detail, totalMs, exitIp } = proxyChecks;
  return db
    .select({ at, source, reporter, outcome, detail, totalMs, exitIp })
    .from(proxyChecks)
    .where(eq(proxyId, id))
    .orderBy(desc(at))
    .limit(count);
}

const FIGURES = z.strictObject({ at: z.date(), checks: z.int(), succeeded: z.int(), latencyMs: z.int().nullable() });

/** The figures of checks by hour, or by day beyond a week; of one model or of all. */
export function checkFigures(db: Db | Tx, days: number, modelId?: number): Promise<CheckFigures[]> {
  const step = days > 7 ? 'day' : 'hour';
  const statement = sql`
    select date_trunc(${step}, ${hours.hour}, 'UTC') as at, sum(${hours.checks})::int as checks, sum(${hours.succeeded})::int as succeeded,
      (sum(${hours.latencyMs}) / nullif(sum(${hours.timed}), 0))::int as "latencyMs"
    from ${hours} where ${hours.hour} > now() - make_interval(days => ${days})
      ${modelId === undefined ? sql`` : sql`and ${hours.modelId} = ${modelId}`}
    group by 1 order by 1`;
  return rows(db, FIGURES, statement);
}
