import { type SQL, sql } from 'drizzle-orm';
import { EXIT_IP_FRESH_MS, isEligible, type PoolProxy, type WaitingAccount } from '../../../domain/plan/shared/pool.ts';
import type { ProxyHealth, ProxyStatus } from '../../../domain/proxies/proxy.ts';
import type { Db, Tx } from '../../client.ts';
import { eligibleAt, HEALTH } from '../proxies/eligible.ts';

interface PoolRow extends Record<string, unknown> {
  id: number;
  host: string;
  status: ProxyStatus;
  health: ProxyHealth;
  latencyMs: number | null;
  modelId: number | null;
  coolingUntil: number | null;
  expiresAt: number | null;
  exitIp: string | null;
  rotating: boolean;
  load: number;
}

const moment = (now: number) => sql`to_timestamp(${now / 1000}::float8)`;
const freshSince = (now: number) => moment(now - EXIT_IP_FRESH_MS);
/** For a few proxies; for all of them `readPool` counts in one pass. */
const LOAD_OF_EACH = sql.raw('(select count(*) from account_proxy_assignments a where a.proxy_id = p.id)');

/** Proxies as the planner wants them. Times are epoch milliseconds; removed proxies are left out. */
async function readProxies(db: Db | Tx, now: number, part: { load: SQL; join: SQL; where: SQL }): Promise<PoolProxy[]> {
  const { rows } = await db.execute<PoolRow>(sql`
    select p.id, p.host, p.status, ${HEALTH} as health, h.latency_ms as "latencyMs", c.model_id as "modelId",
      (extract(epoch from c.cooling_until) * 1000)::float8 as "coolingUntil", (extract(epoch from p.expires_at) * 1000)::float8 as "expiresAt",
      case when h.exit_ip_at > ${freshSince(now)} then host(h.exit_ip) end as "exitIp",
      'rotating' = any (p.tags) as rotating, ${part.load}::int as load
    from proxies p
    left join proxy_health h on h.proxy_id = p.id
    left join proxy_model_claims c on c.proxy_id = p.id
    ${part.join}
    where p.removed_at is null ${part.where}`);
  return rows.map(({ status, expiresAt, ...row }) => ({
    ...row,
    eligible: isEligible({ status, health: row.health, expiresAt, removedAt: null }, now),
  }));
}

/** The whole pool, in one query. */
export function readPool(db: Db | Tx, now: number): Promise<PoolProxy[]> {
  return readProxies(db, now, {
    load: sql`coalesce(l.load, 0)`,
    join: sql`left join (select proxy_id, count(*) as load from account_proxy_assignments group by proxy_id) l on l.proxy_id = p.id`,
    where: sql``,
  });
}

/** The proxies that carry one of the models or cool down for it. */
export function readClaimedBy(tx: Tx, now: number, modelIds: readonly number[]): Promise<PoolProxy[]> {
  return readProxies(tx, now, {
    load: LOAD_OF_EACH,
    join: sql``,
    where: sql`and c.model_id = any (${sql.param([...modelIds])}::int[])`,
  });
}

/** The best of the proxies that any model may have, by health, speed and age; only those that may get an account. */
export function readUnclaimed(tx: Tx, now: number, count: number): Promise<PoolProxy[]> {
  return readProxies(tx, now, {
    load: sql`0`,
    join: sql`join unclaimed_proxies f on f.proxy_id = p.id`,
    where: sql`and ${eligibleAt(moment(now))}
      order by case ${HEALTH} when 'healthy' then 0 when 'unknown' then 1 else 2 end, h.latency_ms nulls last, p.id limit ${count}`,
  });
}

/** The proxies that a model holds on one of these addresses (R8). */
export function readHeldOn(tx: Tx, now: number, addresses: readonly string[]): Promise<PoolProxy[]> {
  return readProxies(tx, now, {
    load: LOAD_OF_EACH,
    join: sql``,
    where: sql`and h.exit_ip = any (${sql.param([...addresses])}::inet[]) and h.exit_ip_at > ${freshSince(now)} and c.model_id is not null`,
  });
}

/** One proxy, unless it is removed. */
export async function readOneProxy(tx: Tx, now: number, id: number): Promise<PoolProxy | undefined> {
  const [proxy] = await readProxies(tx, now, { load: LOAD_OF_EACH, join: sql``, where: sql`and p.id = ${id}` });
  return proxy;
}

/** Whether there are more proxies than so many, or more accounts. */
export async function isLargePool(db: Db, few: number): Promise<boolean> {
  const more = (table: string) =>
    sql`(select count(*) > ${few} from (select from ${sql.raw(table)} limit ${few + 1}) found)`;
  const { rows } = await db.execute<{ is: boolean }>(sql`select ${more('proxies')} or ${more('accounts')} as is`);
  return rows[0]?.is === true;
}

export async function isAnybodyWaiting(db: Db): Promise<boolean> {
  const { rows } = await db.execute<{ is: boolean }>(sql`select exists (select from waiting_accounts) as is`);
  return rows[0]?.is === true;
}

/** How many accounts wait, a row a model. */
export async function countWaitingByModel(tx: Tx): Promise<{ modelId: number; count: number }[]> {
  const { rows } = await tx.execute<{ modelId: number; count: number }>(
    sql`select model_id as "modelId", count(*)::int as count from waiting_accounts group by model_id`,
  );
  return rows;
}

/** Accounts without a proxy: those that wait, and, where asked for, those that are held. */
export async function readWaiting(
  db: Db | Tx,
  { modelId, withHeld }: { modelId?: number | undefined; withHeld: boolean },
): Promise<WaitingAccount[]> {
  const waiting = sql`join waiting_accounts w on w.account_id = a.id where true`;
  const without = sql`where a.removed_at is null and not exists (select from account_proxy_assignments s where s.account_id = a.id)`;
  const { rows } = await db.execute<WaitingAccount & Record<string, unknown>>(sql`
    select a.id, a.model_id as "modelId", (extract(epoch from a.waiting_since) * 1000)::float8 as "waitingSince" from accounts a
    ${withHeld ? without : waiting} ${modelId === undefined ? sql`` : sql`and a.model_id = ${modelId}`}`);
  return rows;
}

/**
 * Whether any proxy has a place for one of the models that wait. Asked before the pool is read: where many accounts wait because
 * there is no room, most often there still is none.
 */
export async function hasRoom(tx: Tx, now: number, limit: number): Promise<boolean> {
  const { rows } = await tx.execute<{ has: boolean }>(sql`
    with usable as (
      select p.id from proxies p left join proxy_health h on h.proxy_id = p.id
      where ${eligibleAt(moment(now))}
    )
    select exists (select from unclaimed_proxies f join usable u on u.id = f.proxy_id) or exists (
      select from proxy_model_claims c join usable u on u.id = c.proxy_id
      left join (select proxy_id, count(*) as load from account_proxy_assignments group by proxy_id) l on l.proxy_id = c.proxy_id
      where coalesce(l.load, 0) < ${limit} and c.model_id in (select model_id from waiting_accounts)
    ) as has`);
  return rows[0]?.has ?? false;
}
