import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import { SUPPLIED_COLUMNS } from '../../../domain/parse/staged-rows.ts';
import { type Detail, detail, PLAIN_KEYS } from '../../../domain/proxies/fields.ts';
import {
  IMPORT_CLASSES,
  type ImportClass,
  type RejectedLine,
  SETTABLE_KEYS,
  type SettableKey,
  type SettableValue,
} from '../../../domain/proxies/proxy-import.ts';
import type { Db, Tx } from '../../client.ts';
import { isConstraintViolation, StalePlanError } from '../../errors.ts';
import { importRejections, importRows } from '../../schema/plans/proxy-import.ts';
import { proxies } from '../../schema/proxies.ts';
import { p } from '../../sql/aliases.ts';
import { shape, typeOf, unnest } from '../../sql/columns.ts';
import { lock } from '../../sql/locks.ts';
import { onlyRow, rows, run } from '../../sql/rows.ts';
import type { RepeatableTx } from '../../transaction.ts';

/** The staged lines of one plan, in the reading that is taken (1 or 2; lines with one reading are 0). */
export interface Batch {
  planId: number;
  reading: 1 | 2;
  /** Lines that are shown before others, the most important first. */
  examples?: readonly number[];
}

const NUMBERED = z.strictObject({ id: z.int() });

/** Where each line ends up is worked out once a transaction and kept in this table until it ends. */
const CLASSES = sql.raw('import_classes');

/**
 * Fills `import_classes(line, reading, is_expired, proxy_id, class)`: what becomes of each staged line against the pool as it is now.
 * A new password of a known proxy is recognized (`credentials`) only if one line matches exactly one proxy.
 */
export async function classifyBatch(tx: Tx, { planId, reading }: Batch): Promise<void> {
  const statement = sql`
    create temp table ${CLASSES} on commit drop as
    with staged as materialized (
      select line, reading, type, host, port, username, password_fingerprint, expires_at <= now() as is_expired from import_rows
      where plan_id = ${planId} and reading in (0, ${reading})
    ),
    repeated as materialized (
      select min(line) as line, host, port, username, password_fingerprint from staged
      group by host, port, username, password_fingerprint having count(*) > 1
    ),
    gates as (
      select min(line) as line, host, port, username from (
        select min(line) as line, host, port, username, password_fingerprint from staged
        where (host, port, username) in (select host, port, username from proxies where removed_at is null)
        group by host, port, username, password_fingerprint
      ) present
      group by host, port, username having count(*) = 1
    ),
    lone as (
      select g.line, min(p.id) as proxy_id from gates g
      join proxies p using (host, port, username) where p.removed_at is null
      group by g.line having count(*) = 1
    )
    select s.line, s.reading, s.is_expired, coalesce(p.id, lone.proxy_id) as proxy_id,
      case
        when repeated.line < s.line then 'duplicate'
        when p.removed_at is not null then 'revived'
        when p.status = 'blocked' then 'blocked'
        when p.type <> s.type then 'type'
        when p.id is not null then 'known'
        when lone.proxy_id is not null then 'credentials'
        else 'new'
      end as class
    from staged s
    left join repeated
      on (repeated.host, repeated.port, repeated.username, repeated.password_fingerprint) = (s.host, s.port, s.username, s.password_fingerprint)
    left join proxies p on (p.host, p.port, p.username, p.password_fingerprint) = (s.host, s.port, s.username, s.password_fingerprint)
    left join lone on lone.line = s.line`;
  await run(tx, statement);
}

/** A staged row beside its class. */
const CLASSIFIED = ({ planId }: Batch) =>
  sql`${CLASSES} c join import_rows r on r.plan_id = ${planId} and r.line = c.line and r.reading = c.reading`;

const SAMPLE_ROWS = 5;
const BLOCKED_NAMED = 5;

const SUMMARY = z.strictObject({
  counts: z.partialRecord(z.enum(IMPORT_CLASSES), z.int()),
  /** Lines that an import would take and that have expired already. Summaries that 0.1.0 stored do not have it. */
  expired: z.int().optional(),
  sample: z.array(z.strictObject(shape(importRows, 'line', 'host', 'port', 'type', 'username', 'label', 'country'))),
  blocked: z.array(z.strictObject({ ...shape(proxies, 'id', 'host', 'port'), reason: typeOf(proxies.statusReason) })),
});

export type BatchSummary = z.infer<typeof SUMMARY>;

/** Counts by class and of those that have expired, examples, and the blocked ones by name. */
export function summarizeBatch(tx: Tx, batch: Batch): Promise<BatchSummary> {
  const statement = sql`
    with counted as (select class, count(*) as n, count(*) filter (where is_expired) as expired from ${CLASSES} group by class),
    shown as (
      select r.line, r.host, r.port, r.type, r.username, r.label, r.country from (
        select line, reading from ${CLASSES} where class in ('new', 'revived', 'type', 'credentials')
        order by array_position(${sql.param(batch.examples ?? [])}::int[], line), line limit ${SAMPLE_ROWS}
      ) c join import_rows r on r.plan_id = ${batch.planId} and r.line = c.line and r.reading = c.reading
    ),
    stuck as (
      select p.id, p.host, p.port, p.status_reason as reason from ${CLASSES} c join proxies p on p.id = c.proxy_id
      where p.status = 'blocked' and c.class in ('blocked', 'revived') order by p.id limit ${BLOCKED_NAMED}
    )
    select
      (select coalesce(jsonb_object_agg(class, n), '{}') from counted) as counts,
      (select coalesce(sum(expired), 0)::int from counted where class in ('new', 'revived')) as expired,
      (select coalesce(jsonb_agg(shown order by line), '[]') from shown) as sample,
      (select coalesce(jsonb_agg(stuck order by id), '[]') from stuck) as blocked`;
  return onlyRow(tx, SUMMARY, statement);
}

const SUPPLIED = sql.raw(SUPPLIED_COLUMNS.join(', '));

/** Allows one import commit at a time, so that concurrent imports see each other's rows and cannot deadlock. */
export const lockIdentities = (tx: Tx): Promise<void> => lock(tx, 'identities');

/**
 * Adds the lines of a class as proxies, in the order of the file. ON CONFLICT would cost a sixth of the statement, and only plain SQL
 * adds proxies without the lock on identities.
 *
 * @throws StalePlanError if one of the proxies was added in the meantime
 */
export async function insertProxies(tx: RepeatableTx, batch: Batch, cls: 'new' | 'credentials'): Promise<void> {
  const statement = sql`
    insert into proxies (import_plan_id, ${SUPPLIED})
    select ${batch.planId}, ${SUPPLIED} from (
      select r.* from ${CLASSIFIED(batch)} where c.class = ${cls} order by r.line
    ) r`;
  await run(tx, statement).catch((error: unknown) => {
    throw isConstraintViolation(error) ? new StalePlanError(error) : error;
  });
}

/** The values that a restored proxy takes from a row `r` of a file. Fields that the file does not have keep their values. */
function takenOver({ column, kind, isFuture }: Detail): string {
  if (kind.name === 'list') return `${column} = case when r.${column} = '{}' then p.${column} else r.${column} end`;
  const former = isFuture ? `case when p.${column} > now() then p.${column} end` : `p.${column}`;
  return `${column} = coalesce(r.${column}, ${former})`;
}

const TAKEN_OVER = sql.raw(PLAIN_KEYS.map((key) => takenOver(detail(key))).join(', '));

/** Restores removed proxies with their status, model and cooldown; the values of the file replace their former ones. */
export async function reviveProxies(tx: Tx, batch: Batch): Promise<number> {
  await rememberForUndo(tx, batch, 'revived');
  const statement = sql`
    update proxies p set
      removed_at = null, import_plan_id = ${batch.planId}, type = r.type,
      credential_id = r.credential_id, password_sealed = r.password_sealed,
      change_ip_url_sealed = r.change_ip_url_sealed, ${TAKEN_OVER}
    from ${CLASSIFIED(batch)} where c.class = 'revived' and p.id = c.proxy_id`;
  return run(tx, statement);
}

/** Takes over the new password or type of known proxies, and writes each change down. */
export async function updateProxies(tx: Tx, actor: Actor, batch: Batch): Promise<void> {
  await rememberForUndo(tx, batch, 'type', 'credentials');
  const updated = sql`
    update proxies p set
      type = r.type,
      credential_id = case when c.class = 'credentials' then r.credential_id else p.credential_id end,
      password_fingerprint = r.password_fingerprint,
      password_sealed = case when c.class = 'credentials' then r.password_sealed else p.password_sealed end,
      change_ip_url_sealed = case when c.class = 'credentials' then r.change_ip_url_sealed else p.change_ip_url_sealed end
    from ${CLASSIFIED(batch)} where c.class in ('type', 'credentials') and p.id = c.proxy_id`;
  await run(tx, updated);
  const audited = sql`
    insert into audit_log (actor_id, actor_name, action, entity, entity_id, after, plan_id)
    select ${actor.id}, ${actor.name}, ${'proxy.update' satisfies AuditAction}, 'proxy', proxy_id::text,
      jsonb_build_object('changed', class, 'plan', ${batch.planId}::bigint), ${batch.planId}::bigint
    from ${CLASSES} where class in ('type', 'credentials') order by line`;
  await run(tx, audited);
}

async function rememberForUndo(tx: Tx, batch: Batch, ...classes: ImportClass[]): Promise<void> {
  const statement = sql`
    insert into import_undo (plan_id, proxy_id, type, credential_id, password_fingerprint, password_sealed, change_ip_url_sealed, removed_at, import_plan_id, version_after)
    select ${batch.planId}, p.id, p.type, p.credential_id, p.password_fingerprint, p.password_sealed, p.change_ip_url_sealed, p.removed_at, p.import_plan_id, p.version + 1
    from ${CLASSES} c join proxies p on p.id = c.proxy_id where c.class in ${classes}
    on conflict do nothing`;
  await run(tx, statement);
}

const CARRIED = z.strictObject({
  ...shape(importRows, 'line', 'reading'),
  fromCredentialId: typeOf(proxies.credentialId),
  toCredentialId: typeOf(importRows.credentialId),
  sealed: z.instanceof(Buffer),
});

/** A change-IP link that the pool has and the file does not: it is sealed again for the row that replaces the old one. */
export type CarriedLink = z.infer<typeof CARRIED>;

export function findLinksToCarry(tx: Tx, batch: Batch): Promise<CarriedLink[]> {
  const statement = sql`
    select r.line, r.reading, p.credential_id as "fromCredentialId", r.credential_id as "toCredentialId", p.change_ip_url_sealed as sealed
    from ${CLASSIFIED(batch)} join proxies p on p.id = c.proxy_id
    where c.class in ('revived', 'credentials') and p.change_ip_url_sealed is not null and r.change_ip_url_sealed is null`;
  return rows(tx, CARRIED, statement);
}

export async function writeCarriedLinks(tx: Tx, planId: number, links: readonly CarriedLink[]): Promise<void> {
  const carried = unnest(links, 'link', {
    line: ['int', (link) => link.line],
    reading: ['smallint', (link) => link.reading],
    sealed: ['bytea', (link) => link.sealed],
  });
  const statement = sql`
    update import_rows r set change_ip_url_sealed = link.sealed from ${carried}
    where r.plan_id = ${planId} and r.line = link.line and r.reading = link.reading`;
  await run(tx, statement);
}

/** The columns by which staged rows are found and compared. */
const COMPARED_COLUMNS = sql.raw('plan_id, line, reading, host, port, username, password_fingerprint');
/** PostgreSQL reads 300 rows for each of these steps, from as many pages. */
const ANALYZE_STEPS = sql.raw('10');

/**
 * Rows that have just come by COPY have no statistics yet, and the planner would take them for a handful. Rough ones
 * suffice, and cost no second reading of all the rows.
 */
export async function analyzeStagedRows(db: Db): Promise<void> {
  await db.transaction(async (tx) => {
    await run(tx, sql`set local default_statistics_target = ${ANALYZE_STEPS}`);
    await run(tx, sql`analyze import_rows (${COMPARED_COLUMNS})`);
  });
}

/** The first lines that were not understood, in the order of the file. */
export async function findRejections(db: Db | Tx, batch: Batch, limit: number): Promise<RejectedLine[]> {
  return db
    .select({ line: importRejections.line, reason: importRejections.reason, text: importRejections.text })
    .from(importRejections)
    .where(and(eq(importRejections.planId, batch.planId), inArray(importRejections.reading, [0, batch.reading])))
    .orderBy(importRejections.line)
    .limit(limit);
}

const UNDO = z.strictObject({
  removable: z.int(),
  carrying: z.int(),
  restorable: z.int(),
  firstCarrying: z.array(z.int()),
});

/** The proxies that undoing an import would change: those that it added and that still exist, and those that it updated. */
export function summarizeUndo(db: Db | Tx, planId: number): Promise<z.infer<typeof UNDO>> {
  const statement = sql`
    select
      count(*) filter (where brought and not carries)::int as removable,
      count(*) filter (where brought and carries)::int as carrying,
      count(*) filter (where not brought)::int as restorable,
      coalesce((array_agg(id order by id) filter (where brought and carries))[:5], '{}') as "firstCarrying"
    from (
      select p.id, p.import_plan_id is not distinct from ${planId} and (u.proxy_id is null or u.removed_at is not null) as brought,
        exists (select from account_proxy_assignments a where a.proxy_id = p.id) as carries
      from proxies p left join import_undo u on u.plan_id = ${planId} and u.proxy_id = p.id
      where p.removed_at is null and (p.import_plan_id = ${planId} or (u.proxy_id is not null and u.version_after = p.version))
    ) touched`;
  return onlyRow(db, UNDO, statement);
}

/** Removes the proxies that the import added and that have no accounts, and restores the ones that it updated and that were not changed since. */
export async function undoImport(tx: Tx, planId: number): Promise<{ removed: number; restored: number }> {
  const restored = sql`
    update proxies p set type = u.type, credential_id = u.credential_id, password_fingerprint = u.password_fingerprint,
      password_sealed = u.password_sealed, change_ip_url_sealed = u.change_ip_url_sealed,
      import_plan_id = u.import_plan_id
    from import_undo u
    where u.plan_id = ${planId} and u.proxy_id = p.id and u.removed_at is null and p.removed_at is null and p.version = u.version_after
      and not exists (
        select from proxies other where other.id <> p.id
          and (other.host, other.port, other.username, other.password_fingerprint) = (p.host, p.port, p.username, u.password_fingerprint)
      )`;
  const removed = sql`
    update proxies p set removed_at = now()
    where p.import_plan_id = ${planId} and p.removed_at is null
      and not exists (select from account_proxy_assignments a where a.proxy_id = p.id)`;
  return { restored: await run(tx, restored), removed: await run(tx, removed) };
}

/** The rows whose proxies an import leaves as they are, as far as the fields of its options are concerned. */
const LEFT_AS_THEY_ARE = sql.raw(`c.class in ('known', 'blocked', 'type', 'credentials')`);

/** Whether a proxy `p` lacks the value that a row `r` has. A provider in another spelling is the same. */
function lacks(key: SettableKey): SQL {
  const { column, isName } = detail(key);
  const value = (of: 'p' | 'r') => sql.raw(isName ? `look_key(${of}.${column})` : `${of}.${column}`);
  return sql`(${value('r')} is not null and ${value('p')} is distinct from ${value('r')})`;
}

const SETTABLE = z.strictObject({ key: z.enum(SETTABLE_KEYS), value: z.string(), count: z.int() });

/** Of each field, the most frequent value of the file that known proxies do not have. Classifies the lines first. */
export async function findSettable(tx: Tx, batch: Batch): Promise<SettableValue[]> {
  const fields = SETTABLE_KEYS.map((key, at) => {
    const { column } = detail(key);
    return sql`(${at}::int, ${key}::text, case when ${lacks(key)} then ${sql.raw(`r.${column}`)} end)`;
  });
  const statement = sql`
    select distinct on (at) key, value, count(*)::int as count
    from ${CLASSIFIED(batch)} join ${p} on ${p.id} = c.proxy_id
    cross join lateral (values ${sql.join(fields, sql`, `)}) as f(at, key, value)
    where ${LEFT_AS_THEY_ARE} and value is not null group by at, key, value order by at, count(*) desc, value`;
  return rows(tx, SETTABLE, statement);
}

/** The numbers of the known proxies that lack a value of the file. */
export async function findLacking(tx: Tx, batch: Batch, { key, value }: SettableValue): Promise<number[]> {
  const column = sql.raw(`r.${detail(key).column}`);
  const statement = sql`
    select distinct ${p.id} from ${CLASSIFIED(batch)} join ${p} on ${p.id} = c.proxy_id
    where ${LEFT_AS_THEY_ARE} and ${column} = ${value} and ${lacks(key)} order by 1`;
  return (await rows(tx, NUMBERED, statement)).map(({ id }) => id);
}

const BROUGHT = z.strictObject({ brought: z.int(), lacksProvider: z.boolean() });

/** Counts the proxies that an import added or restored, and that were not removed since. */
export function countBrought(db: Db | Tx, planId: number): Promise<z.infer<typeof BROUGHT>> {
  const statement = sql`
    select count(*)::int as brought, coalesce(bool_or(${p.provider} is null), false) as "lacksProvider"
    from ${p} where ${p.importPlanId} = ${planId} and ${p.removedAt} is null`;
  return onlyRow(db, BROUGHT, statement);
}

/** The same before anything is applied. */
export function countStaged(db: Db | Tx, planId: number): Promise<z.infer<typeof BROUGHT>> {
  const statement = sql`
    select 0 as brought, exists (select from import_rows where plan_id = ${planId} and provider is null) as "lacksProvider"`;
  return onlyRow(db, BROUGHT, statement);
}

/** The numbers of these proxies, or of those of them without a provider. */
export async function findBrought(db: Db | Tx, planId: number, which: 'all' | 'withoutProvider'): Promise<number[]> {
  const isMeant = which === 'all' ? sql`true` : sql`${p.provider} is null`;
  const statement = sql`
    select ${p.id} from ${p} where ${p.importPlanId} = ${planId} and ${p.removedAt} is null and ${isMeant} order by 1`;
  return (await rows(db, NUMBERED, statement)).map(({ id }) => id);
}

/** Sets the provider of staged lines that have none. */
export async function stageProvider(tx: Tx, planId: number, provider: string): Promise<void> {
  await run(tx, sql`update import_rows set provider = ${provider} where plan_id = ${planId} and provider is null`);
}
