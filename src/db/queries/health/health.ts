import { and, gt, ne, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { HealthState } from '../../../domain/health/health-state.ts';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { ChangeTarget } from '../../../domain/proxies/pool-change.ts';
import type { Db, Tx } from '../../client.ts';
import { proxyHealth } from '../../schema/health.ts';
import { proxies } from '../../schema/proxies.ts';
import { h, p } from '../../sql/aliases.ts';
import { array, interval, into, list, set, shape, timestamp, typeOf } from '../../sql/columns.ts';
import { tryLock } from '../../sql/locks.ts';
import { firstRow, ids, rows, run } from '../../sql/rows.ts';
import { filterCondition, JOINED } from '../proxies/proxy-filter.ts';

/** Creates the health rows of proxies that were never checked. @returns how many */
export function admitProxies(tx: Tx): Promise<number> {
  const statement = sql`
    insert into ${into(proxyHealth, 'proxyId')} select ${p.id} from ${p}
    where ${p.status} = 'active' and ${p.removedAt} is null and not exists (select from ${h} where ${h.proxyId} = ${p.id})
    on conflict do nothing`;
  return run(tx, statement);
}

/** Updates the statistics of the pool after many proxies were added: until autovacuum does, the planner expects a few. */
export async function analyzePool(db: Db): Promise<void> {
  await run(db, sql`analyze ${proxies}, ${proxyHealth}`);
}

/** Lets one process at a time hand out checks. @returns whether it is this one */
export const tryLockSweep = (tx: Tx): Promise<boolean> => tryLock(tx, 'sweep');

/** The number of checks that were handed out and are not done. */
export function countClaimed(tx: Tx, now: Date): Promise<number> {
  return tx.$count(proxyHealth, gt(proxyHealth.claimedUntil, now));
}

const DUE = z.strictObject({ id: typeOf(proxies.id), isActive: z.boolean() });

/**
 * Makes checks due that are planned for later than any check ever is, and ends such claims: they were written while the clock of the
 * database was ahead, and would otherwise wait until it has caught up. Rows that another transaction has locked are left to the next
 * sweep.
 *
 * @param limits.latestMs of a proxy that is not failing; one that is waits up to `failingFactor` times as long
 */
export async function bringBackChecks(
  tx: Tx,
  limits: { now: Date; latestMs: number; failingFactor: number; leaseMs: number },
): Promise<void> {
  const now = timestamp(limits.now);
  const factor = sql`case when ${h.health} = 'failing' then ${limits.failingFactor}::int else 1 end`;
  const due = set(proxyHealth, { nextCheckAt: limits.now, claimedUntil: null });
  const tooLate = sql`${h.nextCheckAt} > ${now} + ${interval(limits.latestMs)} and ${h.nextCheckAt} > ${now} + ${interval(limits.latestMs)} * ${factor}`;
  await run(tx, sql`update ${h} set ${due} where ${isLocked(sql`where ${tooLate} for update skip locked`)}`);
  const free = set(proxyHealth, { claimedUntil: null });
  const tooLong = sql`where ${h.claimedUntil} > ${now} + ${interval(limits.leaseMs)} for update skip locked`;
  await run(tx, sql`update ${h} set ${free} where ${isLocked(tooLong)}`);
}

/**
 * Chooses health rows and locks them before they are written. An update of several rows locks them in the order in which it finds them,
 * so that two transactions could deadlock: rows are either locked in the order of their numbers, as by `lockHealth`, or skipped while
 * another transaction has locked them.
 */
const isLocked = (chosen: SQL): SQL => sql`${h.proxyId} = any (array(select ${h.proxyId} from ${h} ${chosen}))`;

/**
 * Claims the proxies whose check is due, the longest overdue first; rows that another transaction has locked are skipped. The check of
 * an inactive proxy is put off by `parkMs`, so that it is not found each time.
 */
export async function claimDue(
  tx: Tx,
  { now, count, leaseMs, parkMs }: { now: Date; count: number; leaseMs: number; parkMs: number },
): Promise<number[]> {
  const moment = timestamp(now);
  const statement = sql`
    with due as materialized (
      select ${h.proxyId}, ${h.nextCheckAt} from ${h}
      where ${h.nextCheckAt} <= ${moment} and (${h.claimedUntil} is null or ${h.claimedUntil} <= ${moment})
      order by ${h.nextCheckAt} limit ${count} for update skip locked
    ),
    found as (
      select d.proxy_id, d.next_check_at, ${p.status} = 'active' and ${p.removedAt} is null as active from due d join ${p} on ${p.id} = d.proxy_id
    ),
    taken as (
      update ${h} set ${set(proxyHealth, {
        claimedUntil: sql`case when f.active then ${moment} + ${interval(leaseMs)} end`,
        nextCheckAt: sql`case when f.active then ${h.nextCheckAt} else ${moment} + ${interval(parkMs)} end`,
      })}
      from found f where ${h.proxyId} = f.proxy_id
    )
    select proxy_id as id, active as "isActive" from found order by next_check_at, proxy_id`;
  const due = await rows(tx, DUE, statement);
  return due.filter((row) => row.isActive).map((row) => row.id);
}

/** Ends the claims of proxies that were not checked; their next check is due at `until`. */
export async function postponeChecks(db: Db | Tx, ids: readonly number[], until: Date): Promise<void> {
  const postponed = set(proxyHealth, { claimedUntil: null, nextCheckAt: until });
  const chosen = sql`where ${h.proxyId} = any (${array(ids, 'int')}) order by ${h.proxyId} for update`;
  await run(db, sql`update ${h} set ${postponed} where ${isLocked(chosen)}`);
}

const EXIT_IP = z.strictObject({ exitIp: z.string().nullable() });

/** The last exit IP that a check saw, in canonical text. */
export async function findExitIp(db: Db | Tx, proxyId: number): Promise<string | null> {
  const statement = sql`select host(${h.exitIp}) as "exitIp" from ${h} where ${h.proxyId} = ${proxyId}`;
  return (await firstRow(db, EXIT_IP, statement))?.exitIp ?? null;
}

const TARGET_COLUMNS = [
  'id',
  'type',
  'host',
  'port',
  'username',
  'provider',
  'credentialId',
  'passwordSealed',
] as const;

const TARGET = z.strictObject({
  ...shape(proxies, ...TARGET_COLUMNS),
  /** Its last check succeeded. */
  wasHealthy: z.boolean(),
});

/** A proxy as a check needs it, with its password sealed. */
export type SealedTarget = z.infer<typeof TARGET>;

/** Proxies as a check needs them. Removed ones are left out. */
export function readCheckTargets(db: Db | Tx, ids: readonly number[]): Promise<SealedTarget[]> {
  const statement = sql`
    select ${list(p, ...TARGET_COLUMNS)}, coalesce(${h.health} = 'healthy' and ${h.failureStreak} = 0, false) as "wasHealthy"
    from ${p} left join ${h} on ${h.proxyId} = ${p.id}
    where ${p.id} = any (${array(ids, 'int')}) and ${p.removedAt} is null`;
  return rows(db, TARGET, statement);
}

/** Random healthy proxies, up to `perProvider` of each provider and `count` in all. */
export async function sampleHealthyProxies(db: Db | Tx, perProvider: number, count: number): Promise<number[]> {
  const statement = sql`
    select id from (
      select ${p.id}, row_number() over (partition by ${p.provider} order by random()) as place
      from ${h} join ${p} on ${p.id} = ${h.proxyId}
      where ${h.health} = 'healthy' and ${h.failureStreak} = 0 and ${p.status} = 'active' and ${p.removedAt} is null
    ) healthy where place <= ${perProvider} order by place limit ${count}`;
  return ids(db, statement);
}

const HEALTH_COLUMNS = [
  'proxyId',
  'health',
  'successStreak',
  'failureStreak',
  'flapScore',
  'flapAt',
  'reportedAt',
] as const;

const KNOWN = z.strictObject({
  ...shape(proxyHealth, ...HEALTH_COLUMNS),
  exitIp: z.string().nullable(),
  ...shape(proxies, 'host', 'provider', 'status'),
});

export type KnownHealth = z.infer<typeof KNOWN>;

/**
 * Locks the health rows of proxies until the transaction ends, and creates those that do not exist yet. Rows are locked in the order of
 * their numbers, so that two transactions cannot deadlock.
 */
export async function lockHealth(tx: Tx, ids: readonly number[]): Promise<KnownHealth[]> {
  const wanted = array(ids, 'int');
  const admitted = sql`
    insert into ${into(proxyHealth, 'proxyId')} select ${p.id} from ${p} where ${p.id} = any (${wanted}) and ${p.removedAt} is null
    order by ${p.id} on conflict do nothing`;
  await run(tx, admitted);
  const statement = sql`
    select ${list(h, ...HEALTH_COLUMNS)}, host(${h.exitIp}) as "exitIp", ${list(p, 'host', 'provider', 'status')}
    from ${h} join ${p} on ${p.id} = ${h.proxyId}
    where ${h.proxyId} = any (${wanted}) and ${p.removedAt} is null order by ${h.proxyId} for update of h`;
  return rows(tx, KNOWN, statement);
}

/** The result of a check for the health row of its proxy. */
export interface HealthUpdate extends HealthState {
  proxyId: number;
  at: Date;
  outcome: string;
  detail: string;
  latencyMs: number | null;
  /** Null if the check did not see it: the last known one stays. */
  exitIp: string | null;
  /** Null keeps the time of the next check. */
  nextCheckAt: Date | null;
  /** Whether it ends a claim of the monitor. */
  isChecked: boolean;
  reportedAt: Date | null;
}

export async function updateHealth(tx: Tx, updates: readonly HealthUpdate[]): Promise<void> {
  const statement = sql`
    update ${h} set ${set(proxyHealth, {
      health: sql`r.health::proxy_health_state`,
      healthSince: sql`case when ${h.health}::text = r.health and ${h.healthSince} is not null then ${h.healthSince} else r.at end`,
      checkedAt: sql`greatest(${h.checkedAt}, r.at)`,
      outcome: sql`r.outcome`,
      detail: sql`r.detail`,
      latencyMs: sql`coalesce(r."latencyMs", ${h.latencyMs})`,
      exitIpBefore: sql`case when r."exitIp" <> ${h.exitIp} then ${h.exitIp} else ${h.exitIpBefore} end`,
      exitIpSince: sql`case when r."exitIp" is distinct from ${h.exitIp} and r."exitIp" is not null then r.at else ${h.exitIpSince} end`,
      exitIp: sql`coalesce(r."exitIp", ${h.exitIp})`,
      exitIpAt: sql`case when r."exitIp" is null then ${h.exitIpAt} else r.at end`,
      successStreak: sql`r."successStreak"`,
      failureStreak: sql`r."failureStreak"`,
      flapScore: sql`r."flapScore"`,
      flapAt: sql`r."flapAt"`,
      nextCheckAt: sql`coalesce(r."nextCheckAt", ${h.nextCheckAt})`,
      claimedUntil: sql`case when r."isChecked" then null else ${h.claimedUntil} end`,
      reportedAt: sql`coalesce(r."reportedAt", ${h.reportedAt})`,
    })}
    from json_to_recordset(${JSON.stringify(updates)}::json) as r(
      "proxyId" int, at timestamptz, health text, outcome text, detail text, "latencyMs" int, "exitIp" inet, "successStreak" int, "failureStreak" int,
      "flapScore" real, "flapAt" timestamptz, "nextCheckAt" timestamptz, "isChecked" boolean, "reportedAt" timestamptz)
    where ${h.proxyId} = r."proxyId"`;
  await run(tx, statement);
}

/** Resets the failures that were counted during a monitoring problem. Failing proxies stay failing. */
export async function forgiveChecks(tx: Tx, ids: readonly number[]): Promise<void> {
  const { proxyId, health, successStreak } = proxyHealth;
  await tx
    .update(proxyHealth)
    .set({
      health: sql`case when ${health} = 'degraded' then 'healthy' else ${health} end`,
      successStreak: sql`greatest(${successStreak}, 1)`,
      failureStreak: 0,
    })
    .where(and(sql`${proxyId} = any (${array(ids, 'int')})`, ne(health, 'failing')));
}

/** The proxies of a target, in order. A filter without a status finds the active ones. */
export async function findTestTargets(db: Db | Tx, target: ChangeTarget, limit: number): Promise<number[]> {
  const filter: ProxyFilter = 'filter' in target ? { status: 'active', ...defined(target.filter) } : {};
  const named = 'ids' in target ? sql`${p.id} = any (${array(target.ids, 'int')}) and` : sql``;
  const found = await filterCondition(db, filter, limit);
  const statement = sql`select ${p.id} from ${JOINED} where ${named} ${found} order by ${p.id}`;
  return ids(db, statement);
}

const defined = (filter: ProxyFilter): ProxyFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
