import { sql } from 'drizzle-orm';
import type { Actor } from '../../domain/actor.ts';
import { type Assignment, describeReason } from '../../domain/plan/assignment.ts';
import { EXIT_IP_FRESH_MS, isEligible, type PoolProxy, type WaitingAccount } from '../../domain/plan/pool.ts';
import type { ProxyHealth, ProxyStatus } from '../../domain/proxy.ts';
import type { Db, Tx } from '../client.ts';

/** Whoever gives or takes proxies does it alone: plans then rest on what they read, and nobody waits for anybody crosswise. */
export async function lockAssignments(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('proxy-ops.assignments'))`);
}

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

/** The pool as the planner wants it, in one query. Times are epoch milliseconds. */
export async function readPool(db: Db | Tx, now: number): Promise<PoolProxy[]> {
  const { rows } = await db.execute<PoolRow>(sql`
    select p.id, p.host, p.status, coalesce(h.health, 'unknown') as health, h.latency_ms as "latencyMs", c.model_id as "modelId",
      (extract(epoch from c.cooling_until) * 1000)::float8 as "coolingUntil", (extract(epoch from p.expires_at) * 1000)::float8 as "expiresAt",
      case when h.exit_ip_at > to_timestamp(${(now - EXIT_IP_FRESH_MS) / 1000}::float8) then host(h.exit_ip) end as "exitIp",
      'rotating' = any (p.tags) as rotating, coalesce(l.load, 0)::int as load
    from proxies p
    left join proxy_health h on h.proxy_id = p.id
    left join proxy_model_claims c on c.proxy_id = p.id
    left join (select proxy_id, count(*) as load from account_proxy_assignments group by proxy_id) l on l.proxy_id = p.id
    where p.removed_at is null`);
  return rows.map(({ status, expiresAt, ...row }) => ({
    ...row,
    eligible: isEligible({ status, health: row.health, expiresAt, removedAt: null }, now),
  }));
}

/** Accounts without a proxy: those that wait, and, where asked for, those that are held. */
export async function readWaiting(
  db: Db | Tx,
  { modelId, withHeld }: { modelId?: number | undefined; withHeld: boolean },
): Promise<WaitingAccount[]> {
  const { rows } = await db.execute<WaitingAccount & Record<string, unknown>>(sql`
    select a.id, a.model_id as "modelId", (extract(epoch from a.waiting_since) * 1000)::float8 as "waitingSince" from accounts a
    where a.removed_at is null ${withHeld ? sql`` : sql`and a.held_at is null`} ${modelId === undefined ? sql`` : sql`and a.model_id = ${modelId}`}
      and not exists (select from account_proxy_assignments s where s.account_id = a.id)`);
  return rows;
}

/**
 * Whether any proxy has a place for one of the models that wait. Asked before the pool is read: where accounts wait because there
 * is no room, most often there still is none.
 */
export async function hasRoom(tx: Tx, limit: number): Promise<boolean> {
  const { rows } = await tx.execute<{ has: boolean }>(sql`
    with waiting as (
      select distinct a.model_id from accounts a where a.removed_at is null and a.held_at is null
        and not exists (select from account_proxy_assignments s where s.account_id = a.id)
    ),
    loads as (select proxy_id, count(*) as load from account_proxy_assignments group by proxy_id)
    select exists (
      select from proxies p
      left join proxy_health h on h.proxy_id = p.id
      left join proxy_model_claims c on c.proxy_id = p.id
      left join loads l on l.proxy_id = p.id
      where p.removed_at is null and p.status = 'active' and coalesce(h.health, 'unknown') <> 'failing'
        and (p.expires_at is null or p.expires_at > now()) and coalesce(l.load, 0) < ${limit}
        and (c.model_id in (select model_id from waiting) or (l.load is null and coalesce(c.cooling_until, now()) <= now()))
        and exists (select from waiting)
    ) as has`);
  return rows[0]?.has ?? false;
}

/**
 * Writes a plan as sets: claims, then assignments in the lowest free slots; the history follows by trigger. What the plan did
 * not know of, a constraint refuses.
 */
export async function insertAssignments(tx: Tx, actor: Actor, plan: readonly Assignment[]): Promise<void> {
  if (plan.length === 0) return;
  const column = (pick: (each: Assignment) => string | number) => sql.param(plan.map(pick));
  await tx.execute(sql`
    create temp table planned on commit drop as
    select * from unnest(${column((each) => each.accountId)}::int[], ${column((each) => each.proxyId)}::int[],
      ${column((each) => each.modelId)}::int[], ${column((each) => describeReason(each.reason))}::text[]) as t(account_id, proxy_id, model_id, reason)`);
  await tx.execute(sql`
    insert into proxy_model_claims (proxy_id, model_id) select distinct proxy_id, model_id from planned
    on conflict (proxy_id) do update set model_id = excluded.model_id, cooling_until = null,
      since = case when proxy_model_claims.model_id = excluded.model_id then proxy_model_claims.since else now() end`);
  await tx.execute(sql`
    insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
    select n.account_id, n.proxy_id, n.model_id, f.slot, ${actor.id}, n.reason
    from (select *, row_number() over (partition by proxy_id order by account_id) as nth from planned) n
    join (
      select d.proxy_id, s.slot, row_number() over (partition by d.proxy_id order by s.slot) as nth
      from (select distinct proxy_id from planned) d cross join generate_series(1, 3) as s(slot)
      where not exists (select from account_proxy_assignments a where a.proxy_id = d.proxy_id and a.slot = s.slot)
    ) f on f.proxy_id = n.proxy_id and f.nth = n.nth`);
  await tx.execute(sql`
    insert into proxy_use (proxy_id, last_used_at) select distinct proxy_id, now() from planned
    on conflict (proxy_id) do update set last_used_at = excluded.last_used_at`);
  await tx.execute(
    sql`update accounts a set held_at = null from planned n where a.id = n.account_id and a.held_at is not null`,
  );
  await tx.execute(sql`drop table planned`);
}

/**
 * Takes accounts off their proxies. A proxy that its model has left cools down (R6), unless none of these assignments was ever
 * handed out; then it is free at once.
 */
export async function endAssignments(
  tx: Tx,
  actor: Actor,
  accountIds: readonly number[],
  reason: string,
  cooldownDays: number,
): Promise<void> {
  await tx.execute(
    sql`select set_config('proxy_ops.actor', ${actor.id}, true), set_config('proxy_ops.reason', ${reason}, true)`,
  );
  const { rows } = await tx.execute<{ proxyId: number; wasUsed: boolean }>(sql`
    with gone as (
      delete from account_proxy_assignments where account_id = any (${sql.param([...accountIds])}::int[]) returning proxy_id, handed_out_at
    )
    select proxy_id as "proxyId", bool_or(handed_out_at is not null) as "wasUsed" from gone g
    where not exists (
      select from account_proxy_assignments a where a.proxy_id = g.proxy_id and a.account_id <> all (${sql.param([...accountIds])}::int[])
    )
    group by proxy_id`);
  const isCooling = (row: { wasUsed: boolean }) => row.wasUsed && cooldownDays > 0;
  const numbers = (cools: boolean) =>
    sql.param(rows.filter((row) => isCooling(row) === cools).map((row) => row.proxyId));
  await tx.execute(sql`
    update proxy_model_claims set cooling_until = now() + make_interval(days => ${cooldownDays}) where proxy_id = any (${numbers(true)}::int[])`);
  await tx.execute(sql`delete from proxy_model_claims where proxy_id = any (${numbers(false)}::int[])`);
}

/** Whoever has seen a proxy's credentials can use it: from now on leaving it starts a cool-down (R6). */
export async function markHandedOut(db: Db | Tx, proxyId: number): Promise<void> {
  await db.execute(
    sql`update account_proxy_assignments set handed_out_at = now() where proxy_id = ${proxyId} and handed_out_at is null`,
  );
}

/** What stands in the way of an account on a proxy, and what it has now. */
export async function findPlacement(
  tx: Tx,
  accountId: number,
): Promise<
  { username: string; modelId: number; model: string; proxyId: number | null; isRemoved: boolean } | undefined
> {
  const { rows } = await tx.execute<{
    username: string;
    modelId: number;
    model: string;
    proxyId: number | null;
    isRemoved: boolean;
  }>(sql`
    select a.username, a.model_id as "modelId", m.name as model, s.proxy_id as "proxyId", a.removed_at is not null as "isRemoved"
    from accounts a join models m on m.id = a.model_id left join account_proxy_assignments s on s.account_id = a.id where a.id = ${accountId}`);
  return rows[0];
}
