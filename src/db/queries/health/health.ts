import { sql } from 'drizzle-orm';
import type { HealthState } from '../../../domain/health/health-state.ts';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { ChangeTarget } from '../../../domain/proxies/pool-change.ts';
import type { ProxyStatus, ProxyType } from '../../../domain/proxies/proxy.ts';
import type { Db, Tx } from '../../client.ts';
import { tryLock } from '../../sql/locks.ts';
import { conditions, tablesFor } from '../proxies/proxy-filter.ts';

/** Proxies that nobody has looked at yet get their row. @returns how many */
export async function admitProxies(tx: Tx): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    insert into proxy_health (proxy_id) select p.id from proxies p
    where p.status = 'active' and p.removed_at is null and not exists (select from proxy_health h where h.proxy_id = p.id)
    on conflict do nothing`);
  return rowCount ?? 0;
}

/** Tells the planner of many proxies that have just come in: until autovacuum does, it takes them for a few. */
export async function analyzePool(db: Db): Promise<void> {
  await db.execute(sql`analyze proxies, proxy_health`);
}

/** Lets one process at a time hand out checks. @returns whether it is this one */
export const tryLockSweep = (tx: Tx): Promise<boolean> => tryLock(tx, 'sweep');

/** Checks that were handed out and are not done. */
export async function countClaimed(tx: Tx, now: Date): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from proxy_health where claimed_until > ${now.toISOString()}::timestamptz`,
  );
  return rows[0]?.count ?? 0;
}

/**
 * Takes the proxies whose check is due, the longest overdue first. What is switched off is put off meanwhile, so that it is not
 * found again each time.
 */
export async function claimDue(
  tx: Tx,
  { now, count, leaseMs, parkMs }: { now: Date; count: number; leaseMs: number; parkMs: number },
): Promise<number[]> {
  const moment = sql`${now.toISOString()}::timestamptz`;
  const { rows } = await tx.execute<{ id: number; isActive: boolean }>(sql`
    with due as materialized (
      select proxy_id, next_check_at from proxy_health
      where next_check_at <= ${moment} and (claimed_until is null or claimed_until <= ${moment})
      order by next_check_at limit ${count} for update skip locked
    ),
    found as (
      select d.proxy_id, d.next_check_at, p.status = 'active' and p.removed_at is null as active from due d join proxies p on p.id = d.proxy_id
    ),
    taken as (
      update proxy_health h set
        claimed_until = case when f.active then ${moment} + make_interval(secs => ${leaseMs / 1000}) end,
        next_check_at = case when f.active then h.next_check_at else ${moment} + make_interval(secs => ${parkMs / 1000}) end
      from found f where h.proxy_id = f.proxy_id
    )
    select proxy_id as id, active as "isActive" from found order by next_check_at, proxy_id`);
  return rows.filter((row) => row.isActive).map((row) => row.id);
}

/** Gives proxies back that were taken and not checked. */
export async function postponeChecks(db: Db | Tx, ids: readonly number[], until: Date): Promise<void> {
  await db.execute(sql`
    update proxy_health set claimed_until = null, next_check_at = ${until.toISOString()}::timestamptz where proxy_id = any (${sql.param([...ids])}::int[])`);
}

/** The last exit IP that a check saw. */
export async function findExitIp(db: Db | Tx, proxyId: number): Promise<string | null> {
  const { rows } = await db.execute<{ exitIp: string | null }>(
    sql`select host(exit_ip) as "exitIp" from proxy_health where proxy_id = ${proxyId}`,
  );
  return rows[0]?.exitIp ?? null;
}

export interface SealedTarget extends Record<string, unknown> {
  id: number;
  type: ProxyType;
  host: string;
  port: number;
  username: string;
  provider: string | null;
  credentialId: string;
  passwordSealed: Buffer | null;
  /** Nothing was wrong with it when it was last checked. */
  wasWell: boolean;
}

/** Proxies as a check needs them, credentials sealed; removed ones are left out. */
export async function readCheckTargets(db: Db | Tx, ids: readonly number[]): Promise<SealedTarget[]> {
  const { rows } = await db.execute<SealedTarget>(sql`
    select p.id, p.type, p.host, p.port, p.username, p.provider, p.credential_id as "credentialId", p.password_sealed as "passwordSealed",
      coalesce(h.health = 'healthy' and h.bad_streak = 0, false) as "wasWell"
    from proxies p left join proxy_health h on h.proxy_id = p.id
    where p.id = any (${sql.param([...ids])}::int[]) and p.removed_at is null`);
  return rows;
}

/** A few proxies of each provider, taken at random among those with which nothing was wrong. */
export async function sampleWell(db: Db | Tx, perProvider: number, count: number): Promise<number[]> {
  const { rows } = await db.execute<{ id: number }>(sql`
    select id from (
      select p.id, row_number() over (partition by p.provider order by random()) as place
      from proxy_health h join proxies p on p.id = h.proxy_id
      where h.health = 'healthy' and h.bad_streak = 0 and p.status = 'active' and p.removed_at is null
    ) well where place <= ${perProvider} order by place limit ${count}`);
  return rows.map((row) => row.id);
}

export interface KnownHealth extends HealthState {
  proxyId: number;
  host: string;
  provider: string | null;
  status: ProxyStatus;
  exitIp: string | null;
  reportedAt: Date | null;
}

/** What is known of proxies, for the rest of the transaction; in one order, so that two who do this never wait for each other in turn. */
export async function lockHealth(tx: Tx, ids: readonly number[]): Promise<KnownHealth[]> {
  const wanted = sql.param([...ids]);
  await tx.execute(sql`
    insert into proxy_health (proxy_id) select id from proxies where id = any (${wanted}::int[]) and removed_at is null
    order by id on conflict do nothing`);
  const { rows } = await tx.execute<
    Omit<KnownHealth, 'flapAt' | 'reportedAt'> & { flapAt: string | null; reportedAt: string | null }
  >(sql`
    select h.proxy_id as "proxyId", h.health, h.good_streak as "goodStreak", h.bad_streak as "badStreak", h.flap_score as "flapScore", h.flap_at as "flapAt",
      host(h.exit_ip) as "exitIp", h.reported_at as "reportedAt", p.host, p.provider, p.status
    from proxy_health h join proxies p on p.id = h.proxy_id
    where h.proxy_id = any (${wanted}::int[]) and p.removed_at is null order by h.proxy_id for update of h`);
  const toDate = (text: string | null) => (text === null ? null : new Date(text));
  return rows.map((row) => ({ ...row, flapAt: toDate(row.flapAt), reportedAt: toDate(row.reportedAt) }));
}

/** What a check leaves behind. */
export interface HealthUpdate extends HealthState {
  proxyId: number;
  at: Date;
  outcome: string;
  detail: string;
  latencyMs: number | null;
  /** Null: it was not told, and the last one known stays. */
  exitIp: string | null;
  /** Null: as it was. */
  nextCheckAt: Date | null;
  /** Whether it ends a claim of the monitor. */
  isChecked: boolean;
  reportedAt: Date | null;
}

export async function updateHealth(tx: Tx, updates: readonly HealthUpdate[]): Promise<void> {
  await tx.execute(sql`
    update proxy_health h set
      health = r.health::proxy_health_state, health_since = case when h.health::text = r.health and h.health_since is not null then h.health_since else r.at end,
      checked_at = greatest(h.checked_at, r.at), outcome = r.outcome, detail = r.detail, latency_ms = coalesce(r."latencyMs", h.latency_ms),
      exit_ip_before = case when r."exitIp" <> h.exit_ip then h.exit_ip else h.exit_ip_before end,
      exit_ip_since = case when r."exitIp" is distinct from h.exit_ip and r."exitIp" is not null then r.at else h.exit_ip_since end,
      exit_ip = coalesce(r."exitIp", h.exit_ip), exit_ip_at = case when r."exitIp" is null then h.exit_ip_at else r.at end,
      good_streak = r."goodStreak", bad_streak = r."badStreak", flap_score = r."flapScore", flap_at = r."flapAt",
      next_check_at = coalesce(r."nextCheckAt", h.next_check_at), claimed_until = case when r."isChecked" then null else h.claimed_until end,
      reported_at = coalesce(r."reportedAt", h.reported_at)
    from json_to_recordset(${JSON.stringify(updates)}::json) as r(
      "proxyId" int, at timestamptz, health text, outcome text, detail text, "latencyMs" int, "exitIp" inet, "goodStreak" int, "badStreak" int,
      "flapScore" real, "flapAt" timestamptz, "nextCheckAt" timestamptz, "isChecked" boolean, "reportedAt" timestamptz)
    where h.proxy_id = r."proxyId"`);
}

/** What the monitor held against proxies while it was itself at fault is taken back; those that fail keep failing. */
export async function forgiveChecks(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.execute(sql`
    update proxy_health set health = case when health = 'degraded' then 'healthy' else health end, good_streak = greatest(good_streak, 1), bad_streak = 0
    where proxy_id = any (${sql.param([...ids])}::int[]) and health <> 'failing'`);
}

/** The proxies that a target names, in order; a filter that says nothing of the status finds the active ones. */
export async function findTestTargets(db: Db | Tx, target: ChangeTarget, limit: number): Promise<number[]> {
  const filter: ProxyFilter = 'filter' in target ? { status: 'active', ...defined(target.filter) } : {};
  const named = 'ids' in target ? sql`p.id = any (${sql.param([...target.ids])}::int[]) and` : sql``;
  const { rows } = await db.execute<{ id: number }>(
    sql`select p.id from ${tablesFor(filter)} where ${named} ${conditions(filter, limit)} order by p.id`,
  );
  return rows.map((row) => row.id);
}

const defined = (filter: ProxyFilter): ProxyFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
