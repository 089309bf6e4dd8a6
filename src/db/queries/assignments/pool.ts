import { type SQL, StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import {
  EXIT_IP_FRESH_MS,
  type FullProxy,
  isEligible,
  type Pool,
  type PoolProxy,
  type WaitingAccount,
} from '../../../domain/plan/shared/pool.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts } from '../../schema/accounts.ts';
import { proxyModelClaims } from '../../schema/assignments.ts';
import { proxyHealth } from '../../schema/health.ts';
import { waitingAccounts } from '../../schema/placement.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, c, h, p, s } from '../../sql/aliases.ts';
import { array, as, epochMs, isOneOf, list, shape, typeOf } from '../../sql/columns.ts';
import { prepared } from '../../sql/prepared.ts';
import { onlyRow, rows } from '../../sql/rows.ts';
import { eligibleAt, HEALTH } from '../proxies/eligible.ts';
import { accountsPerProxy } from '../settings.ts';
import { IS_NOT_FAILING, unclaimedAt } from './unclaimed.ts';

const w = as(waitingAccounts, 'w');

/** The inputs of every plan other than the proxies. */
export type PlanBasis = Pick<Pool, 'limit' | 'now'>;

const BASIS = z.strictObject({ limit: z.int(), now: z.date() });

/** Reads the limit and the current time. */
export async function readPlanBasis(db: Db | Tx): Promise<PlanBasis> {
  const statement = sql`select ${accountsPerProxy} as "limit", clock_timestamp() as now`;
  const { limit, now } = await onlyRow(db, BASIS, prepared(statement));
  return { limit, now: now.getTime() };
}

const PROXY = z.strictObject({
  ...shape(proxies, 'id', 'host', 'status'),
  ...shape(proxyHealth, 'health', 'latencyMs', 'exitIp'),
  modelId: typeOf(proxyModelClaims.modelId).nullable(),
  /** Epoch milliseconds, as the planner's threads read them. */
  coolingUntil: z.number().nullable(),
  expiresAt: z.number().nullable(),
  rotating: z.boolean(),
  load: z.int(),
});

const moment = (now: number) => sql`to_timestamp(${now / 1000}::float8)`;
const freshSince = (now: number) => moment(now - EXIT_IP_FRESH_MS);
/** For a few proxies. `readPool` counts the assignments of all of them in one pass. */
const LOAD_OF_EACH = sql`(select count(*) from ${s} where ${s.proxyId} = ${p.id})`;
const LOADS = sql`(select ${s.proxyId}, count(*) as load from ${s} group by ${s.proxyId})`;

/** The claim of a proxy: its model, and when its cooldown ends. */
const CLAIM = {
  modelId: sql`${c.modelId}`,
  coolingUntil: c.coolingUntil,
  join: sql`left join ${c} on ${c.proxyId} = ${p.id}`,
};

/** Proxies as the planner reads them. Times are epoch milliseconds; removed proxies are left out. */
async function readProxies(
  db: Db | Tx,
  now: number,
  part: {
    isWhole?: boolean;
    load: SQL;
    join: SQL;
    where: SQL;
    claim?: { modelId: SQL; coolingUntil: StringChunk; join: SQL };
  },
): Promise<PoolProxy[]> {
  const { modelId, coolingUntil, join } = part.claim ?? CLAIM;
  const statement = sql`
    select ${list(p, 'id', 'host', 'status')}, ${HEALTH} as health, ${h.latencyMs} as "latencyMs", ${modelId} as "modelId",
      ${epochMs(coolingUntil)} as "coolingUntil", ${epochMs(p.expiresAt)} as "expiresAt",
      case when ${h.exitIpAt} > ${freshSince(now)} then host(${h.exitIp}) end as "exitIp",
      'rotating' = any (${p.tags}) as rotating, ${part.load}::int as load
    from ${p}
    left join ${h} on ${h.proxyId} = ${p.id}
    ${join}
    ${part.join}
    where ${p.removedAt} is null ${part.where}`;
  const found = await rows(db, PROXY, part.isWhole ? statement : prepared(statement));
  return found.map(({ status, expiresAt, ...row }) => ({
    ...row,
    eligible: isEligible({ status, health: row.health, expiresAt, removedAt: null }, now),
  }));
}

/** The whole pool, in one statement. */
export function readPool(db: Db | Tx, now: number): Promise<PoolProxy[]> {
  return readProxies(db, now, {
    isWhole: true,
    load: sql`coalesce(l.load, 0)`,
    join: sql`left join ${LOADS} l on l.proxy_id = ${p.id}`,
    where: sql``,
  });
}

/** Reads what the proxies of models carry. One index has all of it; a look at the slots of each proxy would take twice as long. */
const carriedBy = (modelIds: readonly number[], which: SQL): SQL => sql`
  select ${s.proxyId}, min(${s.modelId}) as model_id, null::timestamptz as cooling_until, count(*) as load
  from ${s} where ${isOneOf(s.modelId, modelIds)} group by ${s.proxyId} having ${which}`;

/**
 * The proxies that cool down for one of the models, or carry it and are not full (see `readFullOf`).
 *
 * @param whole proxies that are read even if they are full
 */
export function readOpenOf(
  db: Db | Tx,
  { limit, now }: PlanBasis,
  modelIds: readonly number[],
  whole: readonly number[],
): Promise<PoolProxy[]> {
  const isWhole = whole.length === 0 ? sql`false` : sql`${s.proxyId} = any (${array(whole, 'int')})`;
  const claimed = sql`(
      ${carriedBy(modelIds, sql`count(*) <> ${limit} or ${isWhole}`)}
      union all
      select ${list(c, 'proxyId', 'modelId', 'coolingUntil')}, 0 from ${c}
      where ${isOneOf(c.modelId, modelIds)} and ${c.coolingUntil} is not null
        and not exists (select from ${s} where ${s.proxyId} = ${c.proxyId})
    ) k`;
  return readProxies(db, now, {
    load: sql`k.load`,
    claim: { modelId: sql`k.model_id`, coolingUntil: new StringChunk('k.cooling_until'), join: sql`` },
    join: sql`join ${claimed} on k.proxy_id = ${p.id}`,
    where: sql``,
  });
}

const FULL = z.strictObject({ packed: z.string().nullable() });

/** The proxies that carry one of the models and are full: most of a model's proxies, of which a plan needs the networks only. */
export async function readFullOf(
  db: Db | Tx,
  { limit, now }: PlanBasis,
  modelIds: readonly number[],
): Promise<FullProxy[]> {
  // The host is looked up only if it is needed, and one text is read faster than hundreds of rows.
  const address = sql`coalesce(
    case when ${h.exitIpAt} > ${freshSince(now)} then host(${h.exitIp}) end,
    (select ${p.host} from ${p} where ${p.id} = k.proxy_id))`;
  const statement = sql`
    select string_agg(concat_ws(' ', k.proxy_id, k.model_id, ${address}), ',') as packed
    from (${carriedBy(modelIds, sql`count(*) = ${limit}`)}) k left join ${h} on ${h.proxyId} = k.proxy_id`;
  const { packed } = await onlyRow(db, FULL, prepared(statement));
  return (packed?.split(',') ?? []).map((each) => {
    const [id, modelId, host = ''] = each.split(' ');
    return { id: Number(id), modelId: Number(modelId), address: host };
  });
}

/** So many proxies near an address are looked up one by one. */
const NEAR = 500;

const NEAR_ONE = z.strictObject({ id: z.int(), address: z.string(), load: z.int() });

/**
 * The same of one model, for IPv4 addresses only: found by the indexes of addresses.
 *
 * @returns undefined if so many proxies have these addresses that `readFullOf` takes less time
 */
export async function readFullOn(
  db: Db | Tx,
  { limit, now }: PlanBasis,
  modelId: number,
  addresses: readonly string[],
): Promise<FullProxy[] | undefined> {
  const isFresh = sql`(${h.exitIp} is not null and ${h.exitIpAt} > ${freshSince(now)})`;
  const byExit = sql`
    select ${h.proxyId}, host(${h.exitIp}) as address from ${h}
    where ${h.exitIp} = any (${array(addresses, 'inet')}) and ${isFresh} limit ${NEAR}`;
  const byHost = sql`
    select ${p.id}, ${p.host} from ${p} left join ${h} on ${h.proxyId} = ${p.id}
    where ${p.host} = any (${array(addresses, 'text')}) and ${isFresh} is not true limit ${NEAR}`;
  const statement = sql`
    select k.proxy_id as id, k.address,
      (select count(*) from ${s} where ${s.modelId} = ${modelId} and ${s.proxyId} = k.proxy_id)::int as load
    from ((${byExit}) union all (${byHost})) k`;
  const near = await rows(db, NEAR_ONE, prepared(statement));
  if (near.length >= NEAR) return undefined;
  return near.flatMap(({ id, address, load }) => (load === limit ? [{ id, modelId, address }] : []));
}

/**
 * The best unclaimed proxies that may get an account, by health, speed and age. A cooldown or an expiry in the moment since `now` was
 * read may be over already: the planner judges both by `now`.
 */
export function readUnclaimed(db: Db | Tx, now: number, count: number): Promise<PoolProxy[]> {
  // After an import there may be as many unclaimed proxies as others. An index has them in order, so only the first ones are looked
  // up. The number is part of the text, and so is the moment: the server estimates with them when it plans, and can keep the plan.
  const at = sql`statement_timestamp()`;
  const ranked = sql`(
      select u.proxy_id, u.rank from ${unclaimedAt(at)} where ${IS_NOT_FAILING} order by u.rank, u.proxy_id
    ) k`;
  return readProxies(db, now, {
    load: sql`0`,
    join: sql`join ${ranked} on k.proxy_id = ${p.id}`,
    where: sql`and ${eligibleAt(at)} order by k.rank, k.proxy_id limit ${sql.raw(String(count))}`,
  });
}

/** The other proxies on these addresses (R8). */
export function readOn(
  db: Db | Tx,
  now: number,
  addresses: readonly string[],
  known: readonly { id: number }[],
): Promise<PoolProxy[]> {
  const others = array(
    known.map(({ id }) => id),
    'int',
  );
  return readProxies(db, now, {
    load: LOAD_OF_EACH,
    join: sql``,
    where: sql`and ${h.exitIp} = any (${array(addresses, 'inet')}) and ${h.exitIpAt} > ${freshSince(now)} and ${p.id} <> all (${others})`,
  });
}

/** One proxy, unless it is removed. */
export async function readOneProxy(tx: Tx, now: number, id: number): Promise<PoolProxy | undefined> {
  const [proxy] = await readProxies(tx, now, { load: LOAD_OF_EACH, join: sql``, where: sql`and ${p.id} = ${id}` });
  return proxy;
}

const ANSWER = z.strictObject({ is: z.boolean() });

/** Whether there are more proxies, or more accounts, than a number. */
export async function isLargePool(db: Db, few: number): Promise<boolean> {
  const more = (table: typeof proxies | typeof accounts) =>
    sql`(select count(*) > ${few} from (select from ${table} limit ${few + 1}) found)`;
  const { is } = await onlyRow(db, ANSWER, sql`select ${more(proxies)} or ${more(accounts)} as is`);
  return is;
}

export async function isAnybodyWaiting(db: Db): Promise<boolean> {
  const { is } = await onlyRow(db, ANSWER, sql`select exists (select from ${waitingAccounts}) as is`);
  return is;
}

const WAITING_OF_MODEL = z.strictObject({ ...shape(waitingAccounts, 'modelId'), count: z.int() });

/** The number of waiting accounts by model. */
export function countWaitingByModel(db: Db | Tx): Promise<{ modelId: number; count: number }[]> {
  const statement = sql`select ${list(w, 'modelId')}, count(*)::int as count from ${w} group by ${w.modelId}`;
  return rows(db, WAITING_OF_MODEL, prepared(statement));
}

const WAITING = z.strictObject({
  ...shape(accounts, 'id', 'modelId'),
  /** Epoch milliseconds. */
  waitingSince: z.number(),
});

/** Accounts without a proxy: those that wait and, if asked for, those on hold. */
export async function readWaiting(
  db: Db | Tx,
  { modelId, withHeld }: { modelId?: number | undefined; withHeld: boolean },
): Promise<WaitingAccount[]> {
  const waiting = sql`join ${w} on ${w.accountId} = ${a.id} where true`;
  const without = sql`where ${a.removedAt} is null and not exists (select from ${s} where ${s.accountId} = ${a.id})`;
  const statement = sql`
    select ${list(a, 'id', 'modelId')}, ${epochMs(a.waitingSince)} as "waitingSince" from ${a}
    ${withHeld ? without : waiting} ${modelId === undefined ? sql`` : sql`and ${a.modelId} = ${modelId}`}`;
  return rows(db, WAITING, statement);
}

/**
 * Whether any proxy has a free slot for one of the models that wait. Asked before the pool is read: if many accounts wait because
 * there is no free slot, most often there still is none.
 */
export async function hasRoom(tx: Tx, now: number, limit: number): Promise<boolean> {
  const statement = sql`
    with usable as (
      select ${p.id} from ${p} left join ${h} on ${h.proxyId} = ${p.id}
      where ${eligibleAt(moment(now))}
    )
    select exists (select from ${unclaimedAt(moment(now))} join usable e on e.id = u.proxy_id) or exists (
      select from ${c} join usable e on e.id = ${c.proxyId}
      left join ${LOADS} l on l.proxy_id = ${c.proxyId}
      where coalesce(l.load, 0) < ${limit} and ${c.modelId} in (select ${w.modelId} from ${w})
    ) as is`;
  const { is } = await onlyRow(tx, ANSWER, statement);
  return is;
}
