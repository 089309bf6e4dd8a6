import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type KeptAccount, UNDO_REASONS, type UndoCounts } from '../../../domain/accounts/account-undo.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import { DEFAULT_ENVIRONMENT } from '../../../domain/vps/vps-fields.ts';
import type { Tx } from '../../client.ts';
import { accounts, models, vps } from '../../schema/accounts.ts';
import { apiTokens } from '../../schema/api.ts';
import { accountProxyAssignments } from '../../schema/assignments.ts';
import { auditLog } from '../../schema/audit.ts';
import { accountImportUndo } from '../../schema/plans/account-import.ts';
import { a, l, m, s, v } from '../../sql/aliases.ts';
import { array, as, into, list, set, shape, typeOf } from '../../sql/columns.ts';
import { ids, onlyRow, rows, run } from '../../sql/rows.ts';
import { AUDIT_COLUMNS } from '../audit.ts';
import { documentAccounts } from '../vps/bot-links.ts';

const n = as(accountImportUndo, 'n');
const t = as(apiTokens, 't');
const log = as(auditLog, 'log');

/** The fate of each account of an import is determined once in a transaction and kept in this table until the transaction ends. */
const UNDO = sql.raw('account_undo');

const FORMER = ['username', 'modelId', 'vpsId', 'label', 'notes', 'waitingSince', 'heldAt', 'removedAt'] as const;

/** Before an import writes known accounts, which it changes by one statement. @param which the rows, over accounts `a` */
export function rememberKnown(tx: Tx, planId: number, which: SQL): Promise<number> {
  const statement = sql`
    insert into ${into(accountImportUndo, 'planId', 'accountId', ...FORMER, 'proxyId', 'versionAfter')}
    select ${planId}, ${a.id}, ${list(a, ...FORMER)}, (select ${s.proxyId} from ${s} where ${s.accountId} = ${a.id}), ${a.version} + 1
    from ${a} where ${which} on conflict do nothing`;
  return run(tx, statement);
}

/** After an import has added accounts. @param which the rows, over accounts `a` */
export function rememberNew(tx: Tx, planId: number, which: SQL): Promise<number> {
  const statement = sql`
    insert into ${into(accountImportUndo, 'planId', 'accountId', 'versionAfter')}
    select ${planId}, ${a.id}, ${a.version} from ${a} where ${which} on conflict do nothing`;
  return run(tx, statement);
}

/** The account was added or restored by the import; otherwise it was known and updated. */
const IS_BROUGHT = sql`(${n.modelId} is null or ${n.removedAt} is not null)`;
/** The account got its proxy by the import. */
const IS_PLACED = sql`(${IS_BROUGHT} or ${n.modelId} <> ${a.modelId})`;

/** Other entries about the account since the import, from the index by what they are about. */
const logged = (which: SQL) => sql`exists (
  select from ${log} where ${log.entity} = 'account' and ${log.entityId} = ${a.id}::text and ${log.at} > ${n.at} and ${which})`;
const LOOKUP = sql.raw(`'${'account.lookup' satisfies AuditAction}'`);

/**
 * Fills `account_undo(account_id, is_brought, is_placed, kept)` with the accounts of an import that still exist. `kept` says why an
 * account is left as it is; null if it is undone.
 */
export async function classifyUndo(tx: Tx, planId: number): Promise<void> {
  const statement = sql`
    create temp table ${UNDO} on commit drop as
    select ${a.id} as account_id, ${IS_BROUGHT} as is_brought, ${IS_PLACED} as is_placed,
      case
        when ${a.version} <> ${n.versionAfter} then 'changed'
        when ${IS_PLACED} and (${s.handedOutAt} is not null or ${logged(sql`${log.action} = ${LOOKUP}`)}) then 'used'
        when ${IS_PLACED} and ${logged(sql`true`)} then 'changed'
      end as kept
    from ${n} join ${a} on ${a.id} = ${n.accountId} left join ${s} on ${s.accountId} = ${a.id}
    where ${n.planId} = ${planId} and not (${IS_BROUGHT} and ${a.removedAt} is not null)`;
  await run(tx, sql`drop table if exists ${UNDO}`);
  await run(tx, statement);
  await run(tx, sql`analyze ${UNDO}`);
}

const COUNTS = z.strictObject({ removable: z.int(), restorable: z.int(), changed: z.int(), used: z.int() });

export function countUndo(tx: Tx): Promise<UndoCounts> {
  const statement = sql`
    select (count(*) filter (where kept is null and is_brought))::int as removable,
      (count(*) filter (where kept is null and not is_brought))::int as restorable,
      (count(*) filter (where kept = 'changed'))::int as changed, (count(*) filter (where kept = 'used'))::int as used
    from ${UNDO}`;
  return onlyRow(tx, COUNTS, statement);
}

const KEPT = z.strictObject({ ...shape(accounts, 'username'), why: z.enum(UNDO_REASONS) });

/** The first accounts that are left as they are, by name. */
export function findKept(tx: Tx, limit: number): Promise<KeptAccount[]> {
  const statement = sql`
    select ${a.username}, kept as why from ${UNDO} u join ${a} on ${a.id} = u.account_id where kept is not null
    order by ${a.key} limit ${limit}`;
  return rows(tx, KEPT, statement);
}

/** The accounts that leave the proxies that they got by the import. */
export async function findUndoneAssigned(tx: Tx): Promise<number[]> {
  const statement = sql`select u.account_id as id from ${UNDO} u join ${s} on ${s.accountId} = u.account_id where kept is null and is_placed`;
  return ids(tx, statement);
}

const was = as(models, 'was');
const had = as(vps, 'had');
const FORMER_VPS = sql`(select ${v.id} from ${v} where ${v.id} = ${n.vpsId})`;

/**
 * Removes the accounts that the import brought, and gives the others their former values, each with an entry in the audit log.
 *
 * @param left accounts that have just left their proxies: they wait from now on
 */
export async function writeUndo(
  tx: Tx,
  { actor, planId, left }: { actor: Actor; planId: number; left: readonly number[] },
): Promise<void> {
  const undone = sql`${UNDO} u join ${n} on ${n.planId} = ${planId} and ${n.accountId} = u.account_id`;
  const shown = (model: SQL, name: SQL, of: { label: unknown; notes: unknown }) =>
    sql`jsonb_strip_nulls(jsonb_build_object('model', ${model}, 'vps', ${name}, 'label', ${of.label}))`;
  const audited = sql`
    insert into ${AUDIT_COLUMNS}
    select ${actor.id}, ${actor.name},
      case when is_brought then ${'account.remove' satisfies AuditAction} else ${'account.update' satisfies AuditAction} end,
      'account', ${a.id}::text, ${shown(sql`${m.name}`, sql`${v.name}`, a)},
      case when is_brought then jsonb_build_object('removed', true) else ${shown(sql`${was.name}`, sql`${had.name}`, n)} end, null::text, ${planId}::bigint
    from ${undone} join ${a} on ${a.id} = u.account_id join ${m} on ${m.id} = ${a.modelId} left join ${v} on ${v.id} = ${a.vpsId}
    left join ${was} on ${was.id} = ${n.modelId} left join ${had} on ${had.id} = ${n.vpsId}
    where kept is null order by ${a.id}`;
  await run(tx, audited);
  const restored = sql`
    update ${a} set ${set(accounts, {
      username: n.username,
      modelId: n.modelId,
      vpsId: FORMER_VPS,
      label: n.label,
      notes: n.notes,
      heldAt: n.heldAt,
      removedAt: n.removedAt,
      waitingSince: sql`case when ${a.id} = any (${array(left, 'int')}) then now() when is_placed then ${n.waitingSince} else ${a.waitingSince} end`,
    })}
    from ${undone} where kept is null and ${n.modelId} is not null and ${a.id} = u.account_id`;
  await run(tx, restored);
  const removed = sql`
    update ${a} set ${set(accounts, { removedAt: sql`now()`, vpsId: null })}
    from ${undone} where kept is null and ${n.modelId} is null and ${a.id} = u.account_id`;
  await run(tx, removed);
  await documentAccounts(tx, sql`${a.id} in (select u.account_id from ${UNDO} u where kept is null)`);
}

/** Keeps only the rows of the accounts that were left as they are, so that these can be listed later. */
export async function forgetUndone(tx: Tx, planId: number): Promise<void> {
  const statement = sql`
    delete from ${n} using ${UNDO} u where ${n.planId} = ${planId} and ${n.accountId} = u.account_id and u.kept is null`;
  await run(tx, statement);
}

const RETURNING = z.strictObject({
  ...shape(accounts, 'id', 'modelId'),
  proxyId: typeOf(accountProxyAssignments.proxyId),
}) satisfies z.ZodType<{ id: number; modelId: number; proxyId: number }>;

/** The accounts that are of their former model again, with the proxies that they had left for another one. */
export function findReturning(tx: Tx, planId: number): Promise<z.infer<typeof RETURNING>[]> {
  const statement = sql`
    select ${list(a, 'id', 'modelId')}, ${n.proxyId} as "proxyId" from ${UNDO} u
    join ${n} on ${n.planId} = ${planId} and ${n.accountId} = u.account_id join ${a} on ${a.id} = u.account_id
    where kept is null and is_placed and not is_brought and ${n.proxyId} is not null and ${a.heldAt} is null order by ${a.id}`;
  return rows(tx, RETURNING, statement);
}

const NAMED_MODEL = z.strictObject(shape(models, 'id', 'name'));
const NAMED_VPS = z.strictObject(shape(vps, 'id', 'name'));

/** Removes those of some models that have no accounts. */
export function removeEmptyModels(tx: Tx, ids: readonly number[]): Promise<{ id: number; name: string }[]> {
  const statement = sql`
    update ${m} set ${set(models, { removedAt: sql`now()` })}
    where ${m.id} = any (${array(ids, 'int')}) and ${m.removedAt} is null
      and not exists (select from ${a} where ${a.modelId} = ${m.id} and ${a.removedAt} is null)
    returning ${list(m, 'id', 'name')}`;
  return rows(tx, NAMED_MODEL, statement);
}

/** Removes those of some VPS that have neither accounts nor links nor tokens, and whose fields are as they were created. */
export function removeBareVps(tx: Tx, ids: readonly number[]): Promise<{ id: number; name: string }[]> {
  const statement = sql`
    delete from ${v} where ${v.id} = any (${array(ids, 'int')})
      and (${v.host}, ${v.region}, ${v.notes}) is not distinct from (null, null, null) and ${v.environment} = ${DEFAULT_ENVIRONMENT}
      and not exists (select from ${a} where ${a.vpsId} = ${v.id})
      and not exists (select from ${l} where ${l.vpsId} = ${v.id})
      and not exists (select from ${t} where ${t.vpsId} = ${v.id})
    returning ${list(v, 'id', 'name')}`;
  return rows(tx, NAMED_VPS, statement);
}
