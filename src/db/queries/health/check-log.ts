import { sql } from 'drizzle-orm';
import type { CheckRecord, PastCheck } from '../../../domain/health/check-record.ts';
import { findingOf } from '../../../domain/health/health-state.ts';
import type { CheckFigures } from '../../../domain/stats.ts';
import type { Db, Tx } from '../../client.ts';
import { lock, lockShared } from '../../sql/locks.ts';

/** Single checks are kept for days, since a pool of 100,000 makes 14 million a day; what the charts show is kept for longer. */
const CHECK_DAYS = 3;
const HOUR_DAYS = 90;
const DAY_MS = 86_400_000;
const NAME = /^proxy_checks_(\d{4})(\d\d)(\d\d)$/;

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** Makes the partition of a day, if it is not there. */
export async function ensureCheckDay(db: Db, at: Date): Promise<void> {
  await db.transaction((tx) => makeCheckDay(tx, at));
}

/** The same within a transaction. */
export async function makeCheckDay(tx: Db | Tx, at: Date): Promise<void> {
  const day = dayOf(at);
  const next = dayOf(new Date(at.getTime() + DAY_MS));
  await lock(tx, 'checkPartitions');
  await tx.execute(
    sql.raw(`create table if not exists proxy_checks_${day.replaceAll('-', '')} partition of proxy_checks
      for values from ('${day}T00:00:00Z') to ('${next}T00:00:00Z')`),
  );
}

/**
 * Keeps the partitions as they are until the transaction ends. What creates or drops one waits for this lock rather than for a lock
 * on the table, behind which every writer of checks would wait.
 *
 * @returns their days, as in 2026-11-23
 */
export async function holdCheckDays(tx: Db | Tx): Promise<string[]> {
  await lockShared(tx, 'checkPartitions');
  const names = await listPartitions(tx);
  return names.map((name) => name.replace(NAME, '$1-$2-$3')).sort();
}

async function listPartitions(db: Db | Tx): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(
    sql`select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'proxy_checks'::regclass`,
  );
  return rows.map((row) => row.name).filter((name) => NAME.test(name));
}

/** Drops the days and hours that are too old. @returns how many days */
export async function purgeChecks(db: Db, now: Date): Promise<number> {
  const oldest = dayOf(new Date(now.getTime() - CHECK_DAYS * DAY_MS));
  const old = (await listPartitions(db)).filter((name) => name.replace(NAME, '$1-$2-$3') < oldest);
  if (old.length > 0) {
    await db.transaction(async (tx) => {
      await lock(tx, 'checkPartitions');
      for (const name of old) await tx.execute(sql.raw(`drop table if exists ${name}`));
    });
  }
  await db.execute(
    sql`delete from check_hours where hour < ${now.toISOString()}::timestamptz - make_interval(days => ${HOUR_DAYS})`,
  );
  return old.length;
}

/** Writes checks down, and adds them to their hour. */
export async function insertChecks(tx: Tx, records: readonly CheckRecord[]): Promise<void> {
  await tx.execute(sql`
    with r as (
      select * from json_to_recordset(${JSON.stringify(records.map(toRow))}::json) as r(
        proxy_id int, at timestamptz, outcome text, detail text, source text, reporter text, connect_ms int, handshake_ms int,
        first_byte_ms int, total_ms int, exit_ip inet, target text, says boolean, good boolean)
    ),
    logged as (
      insert into proxy_checks (proxy_id, at, outcome, detail, source, reporter, connect_ms, handshake_ms, first_byte_ms, total_ms, exit_ip, target)
      select proxy_id, at, outcome, detail, source, reporter, connect_ms, handshake_ms, first_byte_ms, total_ms, exit_ip, target from r
    )
    insert into check_hours as h (hour, model_id, provider, checks, good, latency_ms, timed)
    select date_trunc('hour', r.at, 'UTC'), coalesce(c.model_id, 0), coalesce(p.provider, ''), count(*)::int, count(*) filter (where good)::int,
      coalesce(sum(total_ms) filter (where good), 0), count(total_ms) filter (where good)::int
    from r join proxies p on p.id = r.proxy_id left join proxy_model_claims c on c.proxy_id = p.id
    where r.says group by 1, 2, 3 order by 1, 2, 3
    on conflict (hour, model_id, provider) do update set checks = h.checks + excluded.checks, good = h.good + excluded.good,
      latency_ms = h.latency_ms + excluded.latency_ms, timed = h.timed + excluded.timed`);
}

function toRow({ proxyId, at, source, reporter, result }: CheckRecord) {
  const { outcome, detail, times, exitIp, target } = result;
  const finding = findingOf(outcome);
  const whole = (ms: number | null) => (ms === null ? null : Math.round(ms));
  return {
    ...{ proxy_id: proxyId, at, outcome, detail, source, reporter, target, exit_ip: exitIp },
    connect_ms: whole(times.connectMs),
    handshake_ms: whole(times.handshakeMs),
    first_byte_ms: whole(times.firstByteMs),
    total_ms: whole(times.totalMs),
    says: finding !== 'inconclusive',
    good: finding === 'success',
  };
}

/** The last checks of a proxy, the newest first. */
export async function lastChecks(db: Db | Tx, proxyId: number, count: number): Promise<PastCheck[]> {
  const { rows } = await db.execute<Omit<PastCheck, 'at'> & { at: string }>(sql`
    select at, source, reporter, outcome, detail, total_ms as "totalMs", host(exit_ip) as "exitIp"
    from proxy_checks where proxy_id = ${proxyId} order by at desc limit ${count}`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** What checks found, hour by hour, or day by day where it goes back for weeks; of one model or of all. */
export async function checkFigures(db: Db | Tx, days: number, modelId?: number): Promise<CheckFigures[]> {
  const step = days > 7 ? 'day' : 'hour';
  const { rows } = await db.execute<Omit<CheckFigures, 'at'> & { at: string }>(sql`
    select date_trunc(${step}, hour, 'UTC') as at, sum(checks)::int as checks, sum(good)::int as good,
      (sum(latency_ms) / nullif(sum(timed), 0))::int as "latencyMs"
    from check_hours where hour > now() - make_interval(days => ${days}) ${modelId === undefined ? sql`` : sql`and model_id = ${modelId}`}
    group by 1 order by 1`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
