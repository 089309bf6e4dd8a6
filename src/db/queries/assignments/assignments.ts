import { sql } from 'drizzle-orm';
import type { Actor } from '../../../domain/actor.ts';
import { type Assignment, describeReason } from '../../../domain/plan/shared/assignment.ts';
import { MAX_ACCOUNTS_PER_PROXY } from '../../../domain/proxies/proxy.ts';
import type { Db, Tx } from '../../client.ts';
import { isConstraintViolation, StalePlanError } from '../../errors.ts';
import type { RepeatableTx } from '../../transaction.ts';
import { accountsPerProxy } from '../settings.ts';

/** Whoever gives or takes proxies does it alone: plans then rest on what they read, and nobody waits for anybody crosswise. */
export async function lockAssignments(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('proxy-ops.assignments'))`);
}

/**
 * Ends the cool-downs that are over: whoever looks for a free proxy then finds all of them among the unclaimed.
 *
 * @param now epoch milliseconds; the moment that the plan is made for
 */
export async function endCooldowns(tx: Tx, now: number): Promise<void> {
  await tx.execute(sql`
    delete from proxy_model_claims c where c.cooling_until <= to_timestamp(${now / 1000}::float8)
      and not exists (select from account_proxy_assignments a where a.proxy_id = c.proxy_id)`);
}

/**
 * Writes a plan as sets, in one statement: claims, then assignments in the lowest free slots; the history follows by trigger.
 *
 * @throws StalePlanError if a proxy has fewer free slots than planned, or a constraint refuses what the plan did not know of
 */
export async function insertAssignments(tx: RepeatableTx, actor: Actor, plan: readonly Assignment[]): Promise<void> {
  if (plan.length === 0) return;
  const inserted = await insertIntoFreeSlots(tx, actor, plan).catch((error: unknown) => {
    throw isConstraintViolation(error) ? new StalePlanError(error) : error;
  });
  if (inserted !== plan.length) throw new StalePlanError();
}

/** @returns how many were inserted: none beyond the limit of a proxy, whatever it was when the plan was made */
async function insertIntoFreeSlots(tx: Tx, actor: Actor, plan: readonly Assignment[]): Promise<number> {
  const column = (pick: (each: Assignment) => string | number) => sql.param(plan.map(pick));
  const { rowCount } = await tx.execute(sql`
    with planned as materialized (
      select * from unnest(${column((each) => each.accountId)}::int[], ${column((each) => each.proxyId)}::int[],
        ${column((each) => each.modelId)}::int[], ${column((each) => describeReason(each.reason))}::text[]) as t(account_id, proxy_id, model_id, reason)
    ),
    wanted as materialized (select distinct proxy_id, model_id from planned),
    claimed as (
      insert into proxy_model_claims (proxy_id, model_id) select proxy_id, model_id from wanted
      on conflict (proxy_id) do update set model_id = excluded.model_id, cooling_until = null,
        since = case when proxy_model_claims.model_id = excluded.model_id then proxy_model_claims.since else now() end
    ),
    used as (
      insert into proxy_use (proxy_id, last_used_at) select proxy_id, now() from wanted
      on conflict (proxy_id) do update set last_used_at = excluded.last_used_at
    ),
    taken_up as (update accounts a set held_at = null from planned n where a.id = n.account_id and a.held_at is not null),
    free_slots as (
      select d.proxy_id, s.slot, row_number() over (partition by d.proxy_id order by s.slot) as nth,
        ${MAX_ACCOUNTS_PER_PROXY} - count(*) over (partition by d.proxy_id) as load
      from wanted d cross join generate_series(1, ${MAX_ACCOUNTS_PER_PROXY}) as s(slot)
      where not exists (select from account_proxy_assignments a where a.proxy_id = d.proxy_id and a.slot = s.slot)
    )
    insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
    select n.account_id, n.proxy_id, n.model_id, f.slot, ${actor.id}, n.reason
    from (select *, row_number() over (partition by proxy_id order by account_id) as nth from planned) n
    join free_slots f on f.proxy_id = n.proxy_id and f.nth = n.nth and f.load + f.nth <= ${accountsPerProxy}`);
  return rowCount ?? 0;
}

/**
 * Takes accounts off their proxies. A proxy that its model has left cools down (R6), unless none of these assignments was ever
 * handed out; then it is free at once.
 */
export async function endAssignments(
  tx: Tx,
  actor: Actor,
  { accountIds, reason, cooldownDays }: { accountIds: readonly number[]; reason: string; cooldownDays: number },
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
  | { username: string; modelId: number; model: string; proxyId: number | null; isHeld: boolean; isRemoved: boolean }
  | undefined
> {
  const { rows } = await tx.execute<{
    username: string;
    modelId: number;
    model: string;
    proxyId: number | null;
    isHeld: boolean;
    isRemoved: boolean;
  }>(sql`
    select a.username, a.model_id as "modelId", m.name as model, s.proxy_id as "proxyId", a.held_at is not null as "isHeld",
      a.removed_at is not null as "isRemoved"
    from accounts a join models m on m.id = a.model_id left join account_proxy_assignments s on s.account_id = a.id where a.id = ${accountId}`);
  return rows[0];
}
