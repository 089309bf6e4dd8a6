import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { AccountChangeKind, EditedField, LeftProxies } from '../../../domain/accounts/account-change.ts';
import type { AccountFilter } from '../../../domain/accounts/account-filter.ts';
import type { ModelChange } from '../../../domain/accounts/model-change.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { FormerValues } from '../../../domain/input/former-values.ts';
import { sumOf } from '../../../domain/sum.ts';
import type { Tx } from '../../client.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, c, m, s, v } from '../../sql/aliases.ts';
import { epochMs, list, set, shape, typeOf } from '../../sql/columns.ts';
import { ids, onlyRow, rows, run } from '../../sql/rows.ts';
import { STARTS_COOLDOWN } from '../assignments/cooldown.ts';
import { AUDIT_COLUMNS } from '../audit.ts';
import { documentAccounts } from '../vps/bot-links.ts';
import { accountCondition, LISTABLE } from './accounts.ts';

/** The accounts of a change that is being planned or applied, for the rest of the transaction. */
const TARGETS = sql.raw('account_targets');
/** Joined to an account `a`: it is found, and the change makes a difference to it. */
const CHANGING = sql`${a} join ${TARGETS} t on t.account_id = ${a.id} and t.changes`;

/** New values by the numbers of what they name; undefined keeps a value. */
export interface WrittenAccounts {
  /** Null for a model that does not exist yet. */
  modelId?: number | null | undefined;
  vpsId?: number | null | undefined;
  label?: string | null | undefined;
  notes?: string | null | undefined;
}

const columnsOf = ({ modelId, vpsId, label, notes }: WrittenAccounts) => [
  { column: a.modelId, type: sql`int`, value: modelId },
  { column: a.vpsId, type: sql`int`, value: vpsId },
  { column: a.label, type: sql`text`, value: label },
  { column: a.notes, type: sql`text`, value: notes },
];

/** Whether a change makes a difference to an account `a`. */
function differs(kind: AccountChangeKind, written: WrittenAccounts): SQL {
  if (kind === 'hold') return sql`${a.heldAt} is null`;
  if (kind === 'release') return sql`(${a.heldAt} is not null and ${s.accountId} is null)`;
  if (kind === 'remove') return sql`true`;
  const each = columnsOf(written).flatMap(({ column, type, value }) =>
    value === undefined ? [] : [sql`${column} is distinct from ${value}::${type}`],
  );
  return sql`(${sql.join(each, sql` or `)})`;
}

const COUNTED = z.strictObject({
  count: z.int(),
  unchanged: z.int(),
  left: z.int(),
  proxies: z.int(),
  basis: z.string().nullable(),
});
export interface FoundAccounts extends Omit<z.infer<typeof COUNTED>, 'basis'> {
  /** The same as long as the same accounts would change, and none of them has changed otherwise. */
  basis: string;
}

/** Determines which accounts a change finds, and which of them leave their proxies. */
export async function findAccountTargets(
  tx: Tx,
  { kind, filter }: { kind: AccountChangeKind; filter: AccountFilter },
  written: WrittenAccounts,
): Promise<FoundAccounts> {
  const leaves =
    kind === 'edit' && written.modelId !== undefined
      ? sql`${a.modelId} is distinct from ${written.modelId}::int`
      : sql`${kind !== 'edit'}::boolean`;
  const found = sql`
    create temp table ${TARGETS} on commit drop as
    select ${a.id} as account_id, ${a.version} as version, ${differs(kind, written)} as changes, ${s.proxyId} as proxy_id,
      (${s.proxyId} is not null and ${leaves}) as leaves
    from ${LISTABLE} where ${accountCondition(filter)}`;
  await run(tx, sql`drop table if exists ${TARGETS}`);
  await run(tx, found);
  await run(tx, sql`analyze ${TARGETS}`);
  const counted = sql`
    select (count(*) filter (where changes))::int as count, (count(*) filter (where not changes))::int as unchanged,
      (count(*) filter (where changes and leaves))::int as left, (count(distinct proxy_id) filter (where changes and leaves))::int as proxies,
      md5(string_agg(account_id || ':' || version, ',' order by account_id) filter (where changes)) as basis
    from ${TARGETS}`;
  const { basis, ...counts } = await onlyRow(tx, COUNTED, counted);
  return { ...counts, basis: basis ?? '' };
}

const SAMPLE = z.strictObject({
  ...shape(accounts, 'username'),
  model: typeOf(models.name),
  proxyId: typeOf(proxies.id).nullable(),
});

/** A few of the accounts that change, by name. */
export function sampleAccountTargets(tx: Tx, limit: number): Promise<z.infer<typeof SAMPLE>[]> {
  const statement = sql`
    select ${list(a, 'username')}, ${m.name} as model, t.proxy_id as "proxyId" from ${CHANGING} join ${m} on ${m.id} = ${a.modelId}
    order by ${a.key} limit ${limit}`;
  return rows(tx, SAMPLE, statement);
}

const FORMER: Record<EditedField, SQL> = {
  model: sql`${m.name}`,
  vps: sql`${v.name}`,
  label: sql`${a.label}`,
  notes: sql`${a.notes}`,
};
const VALUE = z.strictObject({ value: z.string().nullable(), count: z.int(), all: z.int() });
const VALUES_SHOWN = 3;

/** The most frequent values of a field among the accounts that change. */
export async function formerAccountValues(tx: Tx, field: EditedField): Promise<FormerValues> {
  const statement = sql`
    select ${FORMER[field]} as value, count(*)::int as count, (sum(count(*)) over ())::int as all
    from ${CHANGING} join ${m} on ${m.id} = ${a.modelId} left join ${v} on ${v.id} = ${a.vpsId}
    group by 1 order by 2 desc, 1 limit ${VALUES_SHOWN}`;
  const found = await rows(tx, VALUE, statement);
  const values = found.map(({ value, count }) => ({ value, count }));
  return { values, others: (found[0]?.all ?? 0) - sumOf(values, ({ count }) => count) };
}

/** The accounts that leave their proxies. */
export async function leavingTargets(tx: Tx): Promise<number[]> {
  return ids(tx, sql`select account_id as id from ${TARGETS} where changes and leaves`);
}

const PLANNED = z.strictObject({
  ...shape(accounts, 'id', 'modelId'),
  waitingSince: z.number(),
  leaves: z.strictObject({ proxyId: z.int(), startsCooldown: z.boolean() }).nullable(),
}) satisfies z.ZodType<ModelChange>;

/** The changing accounts that need a proxy afterwards, with the model that they have then: those that leave one, or wait, or are released. */
export function plannedTargets(
  tx: Tx,
  { modelId, withHeld }: { modelId: number | undefined; withHeld: boolean },
): Promise<ModelChange[]> {
  const isMoved = modelId === undefined ? sql`true` : sql`${a.modelId} <> ${modelId}`;
  const statement = sql`
    select ${a.id}, ${modelId === undefined ? sql`${a.modelId}` : sql`${modelId}::int`} as "modelId", ${epochMs(a.waitingSince)} as "waitingSince",
      case when ${s.accountId} is not null then json_build_object('proxyId', ${s.proxyId}, 'startsCooldown', ${STARTS_COOLDOWN}) end as leaves
    from ${CHANGING} left join ${s} on ${s.accountId} = ${a.id}
    where ${isMoved} and ${withHeld ? sql`true` : sql`(${a.heldAt} is null or ${s.accountId} is not null)`} order by ${a.id}`;
  return rows(tx, PLANNED, statement);
}

interface Author {
  actor: Actor;
  planId: number;
}

/** One audit entry for each account that changes, written before the change so that it has what was there. */
async function auditAccounts(
  tx: Tx,
  { actor, planId }: Author,
  entry: { action: AuditAction; before: SQL; after: SQL; reason?: string | undefined },
): Promise<void> {
  const statement = sql`
    insert into ${AUDIT_COLUMNS}
    select ${actor.id}, ${actor.name}, ${entry.action}, 'account', ${a.id}::text, ${entry.before}, ${entry.after}, ${entry.reason ?? null}::text, ${planId}::bigint
    from ${CHANGING} join ${m} on ${m.id} = ${a.modelId} left join ${v} on ${v.id} = ${a.vpsId} order by ${a.id}`;
  await run(tx, statement);
}

const PROXY_BEFORE = sql`jsonb_strip_nulls(jsonb_build_object('proxy', t.proxy_id))`;
const NOTHING = sql`null::jsonb`;

/** @param after the new values by name, as the audit log shows them */
export async function writeAccountsEdit(
  tx: Tx,
  author: Author,
  written: WrittenAccounts,
  after: Partial<Record<EditedField, string | null>>,
): Promise<void> {
  const fields = Object.keys(after) as EditedField[];
  const before = sql`jsonb_build_object(${sql.join(
    fields.map((field) => sql`${field}::text, ${FORMER[field]}`),
    sql`, `,
  )})`;
  const now = sql`${JSON.stringify(after)}::jsonb`;
  await auditAccounts(tx, author, { action: 'account.edit', before, after: now });
  const { modelId, vpsId, label, notes } = written;
  const values = { vpsId, label, notes, ...(modelId !== null && { modelId }) };
  const waitingSince = sql`case when t.leaves then now() else ${a.waitingSince} end`;
  const statement = sql`
    update ${a} set ${set(accounts, { ...values, waitingSince })} from ${TARGETS} t where t.account_id = ${a.id} and t.changes`;
  await run(tx, statement);
  if (vpsId !== undefined) {
    await documentAccounts(tx, sql`${a.id} in (select t.account_id from ${TARGETS} t where t.changes)`);
  }
}

async function updateTargets(tx: Tx, values: Parameters<typeof set<typeof accounts>>[1]): Promise<void> {
  await run(
    tx,
    sql`update ${a} set ${set(accounts, values)} from ${TARGETS} t where t.account_id = ${a.id} and t.changes`,
  );
}

export async function writeHold(tx: Tx, author: Author, reason: string | undefined): Promise<void> {
  await auditAccounts(tx, author, { action: 'account.unassign', before: PROXY_BEFORE, after: NOTHING, reason });
  await updateTargets(tx, { heldAt: sql`now()` });
}

/** The accounts wait from now on. */
export async function writeReleasedAccounts(tx: Tx, author: Author): Promise<void> {
  await auditAccounts(tx, author, { action: 'account.release', before: NOTHING, after: NOTHING });
  await updateTargets(tx, { heldAt: null, waitingSince: sql`now()` });
}

export async function writeAccountsRemoval(tx: Tx, author: Author): Promise<void> {
  await auditAccounts(tx, author, { action: 'account.remove', before: PROXY_BEFORE, after: NOTHING });
  await updateTargets(tx, { removedAt: sql`now()`, vpsId: null });
}

const LEFT = z.strictObject({ proxies: z.int(), unused: z.int(), reserved: z.int() });

/** The fate of the proxies that the accounts have left. */
export function countLeftProxies(tx: Tx): Promise<LeftProxies> {
  const statement = sql`
    with gone as (select distinct proxy_id from ${TARGETS} where changes and leaves)
    select count(*)::int as proxies, (count(*) filter (where not exists (select from ${s} where ${s.proxyId} = g.proxy_id)))::int as unused,
      (count(*) filter (where exists (select from ${c} where ${c.proxyId} = g.proxy_id and ${c.coolingUntil} > now())))::int as reserved
    from gone g`;
  return onlyRow(tx, LEFT, statement);
}

const PLACED = z.strictObject({ placed: z.int(), waiting: z.int() });

/** Of the changed accounts: how many have a proxy, and how many wait. */
export function countPlacedTargets(tx: Tx): Promise<z.infer<typeof PLACED>> {
  const statement = sql`
    select count(${s.accountId})::int as placed, (count(*) filter (where ${s.accountId} is null and ${a.heldAt} is null))::int as waiting
    from ${CHANGING} left join ${s} on ${s.accountId} = ${a.id}`;
  return onlyRow(tx, PLACED, statement);
}
