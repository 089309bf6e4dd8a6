import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import { SUPPLIED_COLUMNS } from '../../../domain/parse/staged-rows.ts';
import { NO_SYNC_COUNTS, SYNC_CLASSES, type SyncClass, type SyncCounts } from '../../../domain/sources/source.ts';
import { BOT_AUTHOR } from '../../../domain/vps/vps-map.ts';
import type { Tx } from '../../client.ts';
import { isConstraintViolation, StalePlanError } from '../../errors.ts';
import { syncRows } from '../../schema/plans/source-sync.ts';
import { p } from '../../sql/aliases.ts';
import { array, as } from '../../sql/columns.ts';
import { onlyRow, rows, run } from '../../sql/rows.ts';
import type { RepeatableTx } from '../../transaction.ts';
import { AUDIT_COLUMNS } from '../audit.ts';
import { proxyAddress } from '../proxies/proxy-address.ts';
import {
  canSucceed,
  FOLLOWED_COLUMNS,
  IS_OFF_AS_MISSING,
  isBackFromRemoval,
  TAKES_ANY,
  TAKES_CREDENTIALS,
  TAKES_TYPE,
  takes,
} from './sync-conditions.ts';

const r = as(syncRows, 'r');

/** Who applies which plan of which source. */
export interface SyncAuthor {
  actor: Actor;
  planId: number;
  sourceId: number;
}

/** No other proxy has the identity of the entry `r`. */
const IS_FREE = sql.raw(`not exists (select from proxies o where o.id is distinct from r.proxy_id
  and (o.host, o.port, o.username, o.password_fingerprint) = (r.host, r.port, r.username, r.password_fingerprint))`);

/** Whether an entry of a plan still makes the difference that it made when it was compared. */
function holds(sourceId: number): SQL {
  const isOwn = sql`(p.removed_at is null and p.source_id = ${sourceId})`;
  const conditions: Record<SyncClass, SQL> = {
    new: IS_FREE,
    adopted: sql`(p.removed_at is null and p.source_id is null)`,
    changed: sql`(${isOwn} and ${IS_FREE} and p.credential_id = r.credential_id and (${TAKES_TYPE} or ${TAKES_CREDENTIALS}))`,
    replaced: sql`(${isOwn} and (case when r.successor_id is null then ${IS_FREE} else ${canSucceed(sourceId)} end))`,
    renewed: sql`(${isOwn} and (${TAKES_ANY}))`,
    returned: sql`(${isBackFromRemoval(sourceId)} or (${isOwn} and ${IS_OFF_AS_MISSING}))`,
  };
  const cases = SYNC_CLASSES.map((each) => sql`when ${each} then ${conditions[each]}`);
  return sql`case r.class ${sql.join(cases, sql` `)} end`;
}

const COUNTED = z.strictObject({ class: z.enum(SYNC_CLASSES), count: z.int(), moving: z.int() });

/**
 * Keeps the entries of a plan that still make a difference in `sync_taken` until the transaction ends.
 *
 * @returns their number by class, and the number of accounts on the proxies that are replaced
 */
export async function takeRows(
  tx: Tx,
  { planId, sourceId }: Pick<SyncAuthor, 'planId' | 'sourceId'>,
  classes: readonly SyncClass[] = SYNC_CLASSES,
): Promise<{ counts: SyncCounts; moving: number }> {
  await run(tx, sql`drop table if exists sync_taken`);
  const taken = sql`
    create temp table sync_taken on commit drop as
    select r.line, r.class, r.proxy_id, r.successor_id, r.successor_id is null as is_added, ${STATE} as before, p.removed_at is not null as was_removed
    from sync_rows r left join proxies p on p.id = r.proxy_id left join source_listings b on b.proxy_id = r.proxy_id
    left join proxies q on q.id = r.successor_id
    where r.plan_id = ${planId} and r.class = any (${array(classes, 'text')}) and ${holds(sourceId)}`;
  await run(tx, taken);
  await run(tx, sql`create index on sync_taken (line)`);
  await run(tx, sql`analyze sync_taken`);
  const counted = sql`
    select class, count(*)::int as count, coalesce(sum(case when class = 'replaced' then ld.load end), 0)::int as moving
    from sync_taken t left join proxy_loads ld on ld.proxy_id = t.proxy_id group by class`;
  const found = await rows(tx, COUNTED, counted);
  const counts = { ...NO_SYNC_COUNTS, ...Object.fromEntries(found.map((each) => [each.class, each.count])) };
  return { counts, moving: found.reduce((sum, each) => sum + each.moving, 0) };
}

/** The values of a proxy that a sync may change, for the audit log. */
const STATE = sql.raw(
  `jsonb_build_object('status', p.status, 'type', p.type, 'source', p.source_id, 'external_id', p.external_id, ${FOLLOWED_COLUMNS.map((column) => `'${column}', p.${column}`).join(', ')})`,
);

/** Rows that have just come by COPY have no statistics yet, and the planner would take them for a handful. */
export async function analyzeRows(tx: Tx): Promise<void> {
  await run(
    tx,
    sql`analyze sync_rows (plan_id, line, class, proxy_id, successor_id, host, port, username, password_fingerprint)`,
  );
}

/** Drops the entries that make no difference any more, so that a new preview shows what is left. */
export async function dropStaleRows(tx: Tx, planId: number): Promise<void> {
  const statement = sql`
    delete from sync_rows r where r.plan_id = ${planId} and not exists (select from sync_taken t where t.line = r.line)`;
  await run(tx, statement);
}

/** An entry that is taken, `t`, with its row, `r`. */
const TAKEN = (planId: number) => sql`sync_taken t join sync_rows r on r.plan_id = ${planId} and r.line = t.line`;

/** A successor keeps what people wrote on the proxy that it replaces. */
const KEPT: Readonly<Record<string, string>> = {
  label: 'coalesce(r.label, p.label)',
  notes: 'coalesce(r.notes, p.notes)',
  tags: `case when r.tags = '{}' then coalesce(p.tags, '{}') else r.tags end`,
  provider: 'coalesce(p.provider, r.provider)',
};

const NAMES = sql.raw(SUPPLIED_COLUMNS.join(', '));
const INSERTED = sql.raw(SUPPLIED_COLUMNS.map((column) => KEPT[column] ?? `r.${column}`).join(', '));

/**
 * Applies the entries in `sync_taken` as sets. The caller holds the locks on identities and on assignments.
 *
 * @returns the number of accounts that have moved to a successor
 * @throws StalePlanError if plain SQL has added one of the proxies in the meantime
 */
export async function applyTaken(tx: RepeatableTx, author: SyncAuthor): Promise<number> {
  await insertNew(tx, author);
  await updateKnown(tx, author);
  const moved = await replaceProxies(tx, author);
  await noteListings(tx, author);
  await auditChanges(tx, author);
  return moved;
}

async function insertNew(tx: Tx, { planId, sourceId }: SyncAuthor): Promise<void> {
  const inserted = sql`
    insert into proxies (source_id, import_plan_id, ${NAMES})
    select ${sourceId}, ${planId}, ${INSERTED} from ${TAKEN(planId)} left join proxies p on p.id = r.proxy_id
    where r.class = 'new' or (r.class = 'replaced' and r.successor_id is null) order by r.line`;
  await run(tx, inserted).catch((error: unknown) => {
    throw isConstraintViolation(error) ? new StalePlanError(error) : error;
  });
  const numbered = sql`
    update sync_taken t set successor_id = p.id from sync_rows r join proxies p
      on (p.host, p.port, p.username, p.password_fingerprint) = (r.host, r.port, r.username, r.password_fingerprint)
    where r.plan_id = ${planId} and r.line = t.line and t.class in ('new', 'replaced') and t.successor_id is null`;
  await run(tx, numbered);
}

/** The value of a field after an entry was taken: of a proxy that was removed the list decides, otherwise the three-way comparison. */
const followed = (column: string): SQL => {
  const name = sql.raw(column);
  return sql`${name} = case when (t.was_removed and r.${name} is not null) or ${takes(column)} then r.${name} else p.${name} end`;
};

async function updateKnown(tx: Tx, { actor, planId, sourceId }: SyncAuthor): Promise<void> {
  const isChanged = sql`t.class = 'changed' and ${TAKES_CREDENTIALS}`;
  const isBack = sql`t.class = 'returned' and ${IS_OFF_AS_MISSING}`;
  const statement = sql`
    update proxies p set source_id = ${sourceId}, external_id = coalesce(r.external_id, p.external_id), removed_at = null, missing_since = null,
      type = case when (t.class = 'changed' and ${TAKES_TYPE}) or t.was_removed then r.type else p.type end,
      username = case when ${isChanged} then r.username else p.username end,
      password_fingerprint = case when ${isChanged} then r.password_fingerprint else p.password_fingerprint end,
      password_sealed = case when ${isChanged} then r.password_sealed else p.password_sealed end,
      change_ip_url_sealed = case when ${isChanged} then coalesce(r.change_ip_url_sealed, p.change_ip_url_sealed) else p.change_ip_url_sealed end,
      provider = coalesce(p.provider, r.provider), ${sql.join(FOLLOWED_COLUMNS.map(followed), sql`, `)},
      status = case when ${isBack} then 'active' else p.status end,
      status_reason = case when ${isBack} then null else p.status_reason end,
      status_by = case when ${isBack} then ${actor.id}::text else p.status_by end,
      status_at = case when ${isBack} then now() else p.status_at end
    from ${TAKEN(planId)} left join source_listings b on b.proxy_id = r.proxy_id
    where p.id = t.proxy_id and t.class in ('adopted', 'changed', 'renewed', 'returned')`;
  await run(tx, statement);
}

const REASON = 'replaced by the provider';

/** A pair of a replaced proxy and its successor. */
const PAIRS = sql`(select proxy_id as old, successor_id as new from sync_taken where class = 'replaced') x`;

async function replaceProxies(tx: Tx, { actor, planId, sourceId }: SyncAuthor): Promise<number> {
  const supplied = sql`
    update proxies p set source_id = ${sourceId}, external_id = coalesce(r.external_id, p.external_id), missing_since = null
    from ${TAKEN(planId)} where p.id = t.successor_id and t.class = 'replaced'`;
  await run(tx, supplied);
  const moved = await moveAccounts(tx, actor, planId);
  const removed = sql`
    update proxies p set removed_at = now(), missing_since = coalesce(p.missing_since, now()) from ${PAIRS} where p.id = x.old`;
  await run(tx, removed);
  return moved;
}

/**
 * Moves all accounts of replaced proxies to the successors, in their slots. A proxy that is gone has no cooldown, so its claim passes on
 * with its accounts, or ends. A trigger writes the history.
 */
async function moveAccounts(tx: Tx, actor: Actor, planId: number): Promise<number> {
  await run(
    tx,
    sql`select set_config('proxy_ops.actor', ${actor.id}, true), set_config('proxy_ops.reason', ${REASON}, true)`,
  );
  const written = sql`
    insert into plan_moves (plan_id, account_id, from_proxy_id, to_proxy_id)
    select ${planId}, s.account_id, x.old, x.new from ${PAIRS} join account_proxy_assignments s on s.proxy_id = x.old`;
  const moved = await run(tx, written);
  const claimed = sql`
    insert into proxy_model_claims (proxy_id, model_id) select x.new, min(s.model_id) from ${PAIRS}
    join account_proxy_assignments s on s.proxy_id = x.old group by x.new order by x.new
    on conflict (proxy_id) do update set model_id = excluded.model_id, since = now(), cooling_until = null`;
  await run(tx, claimed);
  const assigned = sql`
    update account_proxy_assignments s set proxy_id = x.new, assigned_at = now(), assigned_by = ${actor.id}, handed_out_at = null,
      reason = ${`${REASON}: follows #`} || x.old
    from ${PAIRS} where s.proxy_id = x.old`;
  await run(tx, assigned);
  await run(tx, sql`delete from proxy_model_claims c using ${PAIRS} where c.proxy_id = x.old`);
  const used = sql`
    insert into proxy_use (proxy_id, last_used_at) select x.new, now() from ${PAIRS}
    where exists (select from account_proxy_assignments s where s.proxy_id = x.new) order by x.new
    on conflict (proxy_id) do update set last_used_at = excluded.last_used_at`;
  await run(tx, used);
  await run(
    tx,
    sql`delete from vps_proxy_mappings l using ${PAIRS} where l.proxy_id = x.old and l.created_by = ${BOT_AUTHOR}`,
  );
  const documented = sql`
    insert into vps_proxy_mappings (vps_id, proxy_id, created_by)
    select distinct a.vps_id, x.new, ${BOT_AUTHOR} from ${PAIRS} join account_proxy_assignments s on s.proxy_id = x.new
    join accounts a on a.id = s.account_id where a.vps_id is not null on conflict do nothing`;
  await run(tx, documented);
  return moved;
}

/** Records the values that the source has given for the proxies that were taken. */
async function noteListings(tx: Tx, { planId, sourceId }: SyncAuthor): Promise<void> {
  const names = sql.raw(FOLLOWED_COLUMNS.join(', '));
  const values = sql.raw(FOLLOWED_COLUMNS.map((column) => `coalesce(r.${column}, p.${column})`).join(', '));
  const taken = sql.raw(FOLLOWED_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', '));
  const statement = sql`
    insert into source_listings (proxy_id, source_id, type, username, password_fingerprint, ${names})
    select p.id, ${sourceId}, r.type, r.username, r.password_fingerprint, ${values}
    from ${TAKEN(planId)} join proxies p on p.id = coalesce(t.successor_id, t.proxy_id)
    on conflict (proxy_id) do update set source_id = excluded.source_id, type = excluded.type, username = excluded.username,
      password_fingerprint = excluded.password_fingerprint, ${taken}`;
  await run(tx, statement);
}

const ACTIONS: Record<Exclude<SyncClass, 'new'>, AuditAction> = {
  adopted: 'proxy.edit',
  changed: 'proxy.update',
  replaced: 'proxy.remove',
  renewed: 'proxy.edit',
  returned: 'proxy.activate',
};

/** One entry for each proxy of the pool that has changed. */
async function auditChanges(tx: Tx, { actor, planId }: SyncAuthor): Promise<void> {
  const action = sql.join(
    Object.entries(ACTIONS).map(([cls, name]) => sql`when ${cls} then ${name}`),
    sql` `,
  );
  const statement = sql`
    insert into ${AUDIT_COLUMNS}
    select ${actor.id}, ${actor.name}, case t.class ${action} end, 'proxy', p.id::text, t.before,
      case when t.class = 'replaced' then jsonb_build_object('removed', true, 'successor', t.successor_id)
        else ${STATE} || jsonb_build_object('changed', t.class) end,
      case when t.class = 'replaced' then ${`${REASON}: #`} || t.successor_id else 'said by the source' end, ${planId}::bigint
    from sync_taken t join proxies p on p.id = t.proxy_id where t.class <> 'new' order by t.line`;
  await run(tx, statement);
}

const SAMPLE = z.strictObject({
  class: z.enum(SYNC_CLASSES),
  proxyId: z.int().nullable(),
  before: z.string().nullable(),
  after: z.string(),
  accounts: z.int(),
});

/** A few entries of each class, those with accounts first. */
export function sampleRows(tx: Tx, planId: number, each: number): Promise<z.infer<typeof SAMPLE>[]> {
  const statement = sql`
    select x.class, x.proxy_id as "proxyId", x.before, x.after, x.accounts from (
      select r.class, r.line, r.proxy_id, ${proxyAddress(p)} as before,
        ${proxyAddress(r)} as after, coalesce(ld.load, 0)::int as accounts,
        row_number() over (partition by r.class order by coalesce(ld.load, 0) desc, r.line) as nth
      from sync_rows r left join proxies p on p.id = r.proxy_id left join proxy_loads ld on ld.proxy_id = r.proxy_id
      where r.plan_id = ${planId}
    ) x where nth <= ${each} order by array_position(${array(SYNC_CLASSES, 'text')}, x.class), nth`;
  return rows(tx, SAMPLE, statement);
}

const BASIS = z.strictObject({ basis: z.string() });

/** Equal as long as a plan would do the same. */
export async function basisOfRows(tx: Tx, planId: number): Promise<string> {
  const values = sql.raw(
    ['class', 'proxy_id', 'successor_id', 'host', 'port', 'username', 'type', ...FOLLOWED_COLUMNS]
      .map((column) => `r.${column}`)
      .join(', '),
  );
  const statement = sql`
    select coalesce(md5(string_agg(x, ',' order by x)), '') as basis
    from (select concat_ws('|', ${values}, encode(r.password_fingerprint, 'hex')) as x from sync_rows r where r.plan_id = ${planId}) x`;
  return (await onlyRow(tx, BASIS, statement)).basis;
}
