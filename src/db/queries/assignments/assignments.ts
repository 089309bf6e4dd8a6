import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { UserError } from '../../../base/errors.ts';
import type { Actor } from '../../../domain/actor.ts';
import { MAX_ACCOUNTS_PER_PROXY } from '../../../domain/proxies/proxy.ts';
import { BOT_AUTHOR } from '../../../domain/vps/vps-map.ts';
import type { Db, Tx } from '../../client.ts';
import { isConstraintViolation, StalePlanError, withRetry } from '../../errors.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { accountProxyAssignments, proxyModelClaims } from '../../schema/assignments.ts';
import { proxyUse } from '../../schema/proxies.ts';
import { a, c, h, l, m, s } from '../../sql/aliases.ts';
import { array, excluded, into, isOneOf, list, names, set, shape, typeOf, unnest } from '../../sql/columns.ts';
import { lockWithin } from '../../sql/locks.ts';
import { prepared } from '../../sql/prepared.ts';
import { firstRow, rows, run } from '../../sql/rows.ts';
import type { RepeatableTx } from '../../transaction.ts';
import { accountsPerProxy } from '../settings.ts';
import { BOT_LINK, HAS_VPS, isBotLinkUnused, q } from '../vps/bot-links.ts';

/** Longer than the largest plan takes to be written. */
const PATIENCE_MS = 15_000;

/** Another transaction has held the lock on assignments for too long. Nothing was changed. */
export class AssignmentsBusyError extends UserError {
  constructor() {
    super(
      'assignments_busy',
      'Somebody else is changing assignments, so nothing was done.',
      'Try again in a few seconds.',
    );
  }
}

/**
 * Serializes all writers of assignments, so that plans see a consistent pool and writers cannot deadlock.
 *
 * @throws AssignmentsBusyError
 */
export async function lockAssignments(tx: Tx): Promise<void> {
  if (holders.has(tx)) return;
  if (!(await lockWithin(tx, 'assignments', PATIENCE_MS))) throw new AssignmentsBusyError();
  holders.add(tx);
}

/** The transactions that have the lock, which they keep until they end. A savepoint is a transaction of its own here. */
const holders = new WeakSet<Tx>();

/** Deletes the claims whose cooldown is over. Plans do not need it: they see that it is over. */
export async function endCooldowns(tx: Tx): Promise<void> {
  const ended = sql`
    delete from ${c} where ${c.coolingUntil} <= now()
      and not exists (select from ${s} where ${s.proxyId} = ${c.proxyId})`;
  await run(tx, ended);
}

/** So many rows are written by a statement that is planned once. */
const FEW = 50;

/** A plan for few rows would take forever for many, so that a statement for many is planned for them. */
const forFew = (written: readonly unknown[], statement: SQL): SQL =>
  written.length > FEW ? statement : prepared(statement);

export interface NewAssignment {
  accountId: number;
  proxyId: number;
  modelId: number;
  /** In words. */
  reason: string;
}

/**
 * Writes a plan as sets, in one statement: claims, then assignments in the lowest free slots; a trigger writes the history.
 *
 * @throws StalePlanError if a proxy has fewer free slots than planned, or a constraint refuses what the plan did not know of
 */
export async function insertAssignments(tx: RepeatableTx, actor: Actor, plan: readonly NewAssignment[]): Promise<void> {
  if (plan.length === 0) return;
  const inserted = await insertIntoFreeSlots(tx, actor, plan).catch((error: unknown) => {
    throw isConstraintViolation(error) ? new StalePlanError(error) : error;
  });
  if (inserted !== plan.length) throw new StalePlanError();
}

/** Part of the text, as the server plans for many slots if it does not know the number. */
const MOST = sql.raw(String(MAX_ACCOUNTS_PER_PROXY));

/**
 * Health is written without the lock on assignments, so a proxy may have begun to fail since the plan was made. For a few proxies it is
 * locked until the assignments are committed; for many that would hold up the monitor.
 *
 * @returns how many were inserted: none beyond the limit of a proxy, and none on a failing one (R7), whatever it was when the plan was
 * made
 */
function insertIntoFreeSlots(tx: Tx, actor: Actor, plan: readonly NewAssignment[]): Promise<number> {
  const planned = unnest(plan, 't', {
    account_id: ['int', (each) => each.accountId],
    proxy_id: ['int', (each) => each.proxyId],
    model_id: ['int', (each) => each.modelId],
    reason: ['text', (each) => each.reason],
  });
  const { modelId, since, coolingUntil, reservedUntil } = proxyModelClaims;
  const isSameModel = sql`${modelId} = ${excluded(proxyModelClaims, 'modelId')}`;
  // In the order in which `writeUse` locks the same rows without the lock on assignments. Another order could deadlock.
  const statement = sql`
    with planned as materialized (select * from ${planned}),
    wanted as materialized (select distinct proxy_id, model_id from planned order by proxy_id),
    judged as materialized (
      select ${h.proxyId}, ${h.health} from wanted d join ${h} on ${h.proxyId} = d.proxy_id order by ${h.proxyId}
      ${plan.length > FEW ? sql`` : sql`for share of h`}
    ),
    claimed as (
      insert into ${into(proxyModelClaims, 'proxyId', 'modelId')} select proxy_id, model_id from wanted
      on conflict (${names(proxyModelClaims, 'proxyId')}) do update set ${set(proxyModelClaims, {
        modelId: excluded(proxyModelClaims, 'modelId'),
        coolingUntil: null,
        reservedUntil: sql`case when ${isSameModel} then coalesce(${coolingUntil}, ${reservedUntil}) end`,
        since: sql`case when ${isSameModel} then ${since} else now() end`,
      })}
    ),
    used as (
      insert into ${into(proxyUse, 'proxyId', 'lastUsedAt')} select proxy_id, now() from wanted
      on conflict (${names(proxyUse, 'proxyId')}) do update set ${set(proxyUse, { lastUsedAt: excluded(proxyUse, 'lastUsedAt') })}
    ),
    documented as (
      insert into ${BOT_LINK} select distinct ${a.vpsId}, n.proxy_id, ${BOT_AUTHOR}
      from planned n join ${a} on ${a.id} = n.account_id where ${HAS_VPS} and ${a.vpsId} is not null on conflict do nothing
    ),
    taken_up as (update ${a} set ${set(accounts, { heldAt: null })} from planned n where ${a.id} = n.account_id and ${a.heldAt} is not null),
    free_slots as (
      select d.proxy_id, f.slot, row_number() over (partition by d.proxy_id order by f.slot) as nth,
        ${MOST} - count(*) over (partition by d.proxy_id) as load
      from wanted d cross join generate_series(1, ${MOST}) as f(slot)
      where not exists (select from ${s} where ${s.proxyId} = d.proxy_id and ${s.slot} = f.slot)
        and not exists (select from judged j where j.proxy_id = d.proxy_id and j.health = 'failing')
    )
    insert into ${into(accountProxyAssignments, 'accountId', 'proxyId', 'modelId', 'slot', 'assignedBy', 'reason')}
    select n.account_id, n.proxy_id, n.model_id, f.slot, ${actor.id}, n.reason
    from (select *, row_number() over (partition by proxy_id order by account_id) as nth from planned) n
    join free_slots f on f.proxy_id = n.proxy_id and f.nth = n.nth and f.load + f.nth <= ${accountsPerProxy}`;
  return run(tx, forFew(plan, statement));
}

const EMPTIED = z.strictObject({ ...shape(accountProxyAssignments, 'proxyId'), wasUsed: z.boolean() });

/**
 * Ends the assignments of accounts, and removes the links that the bot had documented for them. A proxy that its model has left starts
 * its cooldown (R6), unless none of the assignments was ever handed out; then it is free at once, or when the cooldown of an earlier
 * stay of the model ends.
 */
export async function endAssignments(
  tx: Tx,
  actor: Actor,
  { accountIds, reason, cooldownDays }: { accountIds: readonly number[]; reason: string; cooldownDays: number },
): Promise<void> {
  // The trigger that writes the history reads these.
  await run(
    tx,
    prepared(
      sql`select set_config('proxy_ops.actor', ${actor.id}, true), set_config('proxy_ops.reason', ${reason}, true)`,
    ),
  );
  const isLeaving = (slots: typeof s) => isOneOf(slots.accountId, accountIds);
  const cooled = sql`now() + make_interval(days => ${cooldownDays}::int)`;
  const ended = sql`
    with gone as (
      delete from ${s} where ${isLeaving(s)} returning ${s.proxyId}, ${s.handedOutAt}
    ),
    unlinked as (
      delete from ${l} using (select distinct proxy_id from gone) g
      where ${l.proxyId} = g.proxy_id and ${isBotLinkUnused(isLeaving(q))}
    ),
    proxies_left as (
      select proxy_id, bool_or(handed_out_at is not null) as was_used,
        exists (select from ${s} where ${s.proxyId} = g.proxy_id and not ${isLeaving(s)}) as is_shared
      from gone g group by proxy_id
    ),
    reserved as (
      update ${c} set ${set(proxyModelClaims, { reservedUntil: cooled })} from proxies_left g
      where ${c.proxyId} = g.proxy_id and g.was_used and g.is_shared
    )
    select proxy_id as "proxyId", was_used as "wasUsed" from proxies_left where not is_shared`;
  const emptied = await rows(tx, EMPTIED, forFew(accountIds, ended));
  const isCooling = (row: { wasUsed: boolean }) => row.wasUsed && cooldownDays > 0;
  const cooling = emptied.filter(isCooling).map((row) => row.proxyId);
  const free = emptied.filter((row) => !isCooling(row)).map((row) => row.proxyId);
  await startCooldowns(tx, cooling, cooled);
  await freeProxies(tx, free, cooldownDays);
}

async function startCooldowns(tx: Tx, proxyIds: readonly number[], coolingUntil: SQL): Promise<void> {
  if (proxyIds.length === 0) return;
  const changed = set(proxyModelClaims, { coolingUntil, reservedUntil: null });
  await run(tx, forFew(proxyIds, sql`update ${c} set ${changed} where ${isOneOf(c.proxyId, proxyIds)}`));
}

/** Frees proxies, but for the rest of the cooldown of an earlier stay. */
async function freeProxies(tx: Tx, proxyIds: readonly number[], cooldownDays: number): Promise<void> {
  if (proxyIds.length === 0) return;
  const isReserved = cooldownDays > 0 ? sql`coalesce(${c.reservedUntil} > now(), false)` : sql`false`;
  const freed = sql`delete from ${c} where ${isOneOf(c.proxyId, proxyIds)} and not ${isReserved}`;
  if ((await run(tx, forFew(proxyIds, freed))) < proxyIds.length)
    await startCooldowns(tx, proxyIds, sql`${c.reservedUntil}`);
}

/**
 * Records that the credentials of proxies were shown: from now on, leaving one of them starts a cooldown (R6). Takes no lock on
 * assignments, so it may deadlock with a writer that has it, and is repeated then.
 */
export async function markHandedOut(db: Db, proxyIds: readonly number[]): Promise<void> {
  const marked = sql`
    update ${s} set ${set(accountProxyAssignments, { handedOutAt: sql`now()` })}
    where ${s.proxyId} = any (${array(proxyIds, 'int')}) and ${s.handedOutAt} is null`;
  await withRetry(() => run(db, marked));
}

const PLACEMENT = z.strictObject({
  ...shape(accounts, 'username', 'modelId'),
  model: typeOf(models.name),
  proxyId: typeOf(accountProxyAssignments.proxyId).nullable(),
  isHeld: z.boolean(),
  isRemoved: z.boolean(),
});

/** The state of one account and its proxy, if it has one. */
export async function findPlacement(tx: Tx, accountId: number): Promise<z.infer<typeof PLACEMENT> | undefined> {
  const statement = sql`
    select ${list(a, 'username', 'modelId')}, ${m.name} as model, ${s.proxyId} as "proxyId",
      ${a.heldAt} is not null as "isHeld", ${a.removedAt} is not null as "isRemoved"
    from ${a} join ${m} on ${m.id} = ${a.modelId} left join ${s} on ${s.accountId} = ${a.id} where ${a.id} = ${accountId}`;
  return firstRow(tx, PLACEMENT, prepared(statement));
}
