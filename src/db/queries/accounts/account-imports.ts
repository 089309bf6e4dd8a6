import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { AlikeModel } from '../../../domain/accounts/account-import.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { Tx } from '../../client.ts';
import { accounts, models, vps } from '../../schema/accounts.ts';
import { auditLog } from '../../schema/audit.ts';
import { accountImportRows } from '../../schema/plans/account-import.ts';
import { a, m, s, v } from '../../sql/aliases.ts';
import { array, as, excluded, into, names, set } from '../../sql/columns.ts';
import { ids, rows, run } from '../../sql/rows.ts';
import { documentAccounts } from '../vps/bot-links.ts';
import { ADDED, CHANGED, CLASSES, CLASSIFIED, NEW_MODELS, REMODELLED, r } from './account-import-classes.ts';
import { rememberKnown, rememberNew } from './account-undo.ts';
import { modelLike } from './models.ts';

const ALIKE = z.strictObject({
  line: z.int(),
  name: z.string(),
  rows: z.int(),
  like: z.strictObject({ name: z.string(), accounts: z.int() }),
});
const ALIKE_SHOWN = 3;
/** So many new models are compared with the existing ones, those with the most rows. */
const COMPARED = 100;

/** The new models of an import that look like an existing one, those with the most rows first. */
export function findAlike(tx: Tx, planId: number): Promise<AlikeModel[]> {
  const statement = sql`
    with created as (
      select ${r.modelKey}, (array_agg(${r.model} order by ${r.line}))[1] as name, min(${r.line})::int as line, count(*)::int as rows
      from ${CLASSIFIED(planId)} where c.model_id is null and c.class in ('new', 'revived', 'model')
      group by ${r.modelKey} order by rows desc limit ${COMPARED}
    )
    select n.line, n.name, n.rows, jsonb_build_object('name', k.name, 'accounts', k.accounts) as like
    from created n cross join lateral (${modelLike(sql`n.model_key`)}) k order by n.rows desc, n.line limit ${ALIKE_SHOWN}`;
  return rows(tx, ALIKE, statement);
}

/** Puts the rows of a new model, which a line names, to the existing model that it looks like. */
export async function takeAlike(tx: Tx, planId: number, line: number): Promise<void> {
  const statement = sql`
    update ${r} set ${set(accountImportRows, { model: sql`k.name`, modelKey: sql`k.key` })}
    from ${as(accountImportRows, 'named')} cross join lateral (${modelLike(sql`named.model_key`)}) k
    where named.plan_id = ${planId} and named.line = ${line} and not exists (
      select from ${m} where ${m.key} = named.model_key and ${m.removedAt} is null
    ) and ${r.planId} = ${planId} and ${r.modelKey} = named.model_key`;
  await run(tx, statement);
}

/** Creates the VPS that rows name and that do not exist, in the order of the file, each with an entry in the audit log. @returns their numbers */
export async function createNamedVps(tx: Tx, actor: Actor, planId: number): Promise<number[]> {
  const statement = sql`
    with named as (
      select ${r.vpsKey} as key, (array_agg(${r.vps} order by ${r.line}))[1] as name, min(${r.line}) as line
      from ${CLASSIFIED(planId)} where c.class = 'no_vps' group by ${r.vpsKey}
    ),
    created as (
      insert into ${into(vps, 'name', 'key')} select name, key from named order by line
      on conflict (${names(vps, 'key')}) do nothing returning id, name
    ),
    audited as (
      insert into ${into(auditLog, 'actorId', 'actorName', 'action', 'entity', 'entityId', 'after')}
      select ${actor.id}, ${actor.name}, ${'vps.add' satisfies AuditAction}, 'vps', id::text,
        jsonb_build_object('name', name, 'plan', ${planId}::bigint) from created order by id
    )
    select id from created order by id`;
  return ids(tx, statement);
}

/** Creates the models that a step names for the first time, in the order of the file. @returns their numbers */
async function createModels(tx: Tx, planId: number, taken: SQL): Promise<number[]> {
  const statement = sql`
    insert into ${into(models, 'name', 'key')} select name, model_key from (${NEW_MODELS(planId, taken)}) u order by id
    on conflict (${names(models, 'key')}) do update set ${set(models, { name: excluded(models, 'name'), removedAt: null })}
      where ${models.removedAt} is not null
    returning ${models.id}`;
  return ids(tx, statement);
}

/** The result of writing a step. */
export interface WrittenStep {
  /** Number of accounts. */
  count: number;
  /** The numbers of the models that it created. */
  newModels: readonly number[];
}

/** The accounts of the rows with a class, over accounts `a`. */
const accountsOf = (planId: number, which: SQL) =>
  sql`${a.key} in (select ${r.key} from ${CLASSIFIED(planId)} where ${which})`;

/** Adds the new accounts in the order of the file and restores removed ones. */
export async function addAccounts(tx: Tx, planId: number): Promise<WrittenStep> {
  const newModels = await createModels(tx, planId, ADDED);
  const added = sql`
    insert into ${into(accounts, 'username', 'key', 'modelId', 'vpsId', 'label', 'notes')}
    select ${r.username}, ${r.key}, ${m.id}, c.vps_id, ${r.label}, ${r.notes}
    from ${CLASSIFIED(planId)} join ${m} on ${m.key} = ${r.modelKey} where c.class = 'new' order by ${r.line}
    on conflict (${names(accounts, 'key')}) do nothing`;
  const revived = sql`
    update ${a} set ${set(accounts, {
      removedAt: null,
      heldAt: null,
      waitingSince: sql`now()`,
      username: r.username,
      modelId: m.id,
      vpsId: sql`c.vps_id`,
      label: sql`coalesce(${r.label}, ${a.label})`,
      notes: sql`coalesce(${r.notes}, ${a.notes})`,
    })}
    from ${CLASSIFIED(planId)} join ${m} on ${m.key} = ${r.modelKey} where c.class = 'revived' and ${a.id} = c.account_id`;
  const count = await run(tx, added);
  await rememberNew(tx, planId, accountsOf(planId, sql`c.class = 'new'`));
  await rememberKnown(tx, planId, accountsOf(planId, sql`c.class = 'revived'`));
  return { count: count + (await run(tx, revived)), newModels };
}

/** The assigned accounts whose model an update changes: they leave their proxies first. */
export async function findAssignedRemodelled(tx: Tx): Promise<number[]> {
  const statement = sql`
    select ${s.accountId} as id from ${CLASSES} c join ${s} on ${s.accountId} = c.account_id where ${REMODELLED}`;
  return ids(tx, statement);
}

const was = as(models, 'was');
const had = as(vps, 'had');

/** Before the accounts of an update leave their proxies. */
export function rememberChanged(tx: Tx, planId: number): Promise<number> {
  return rememberKnown(tx, planId, accountsOf(planId, CHANGED));
}

/**
 * Writes the changes of known accounts, each with an entry in the audit log.
 *
 * @param left accounts that have just left their proxies: they wait from now on
 */
export async function changeAccounts(
  tx: Tx,
  actor: Actor,
  planId: number,
  left: readonly number[],
): Promise<WrittenStep> {
  const newModels = await createModels(tx, planId, REMODELLED);
  const audited = sql`
    insert into ${into(auditLog, 'actorId', 'actorName', 'action', 'entity', 'entityId', 'before', 'after')}
    select ${actor.id}, ${actor.name}, ${'account.update' satisfies AuditAction}, 'account', ${a.id}::text,
      jsonb_strip_nulls(jsonb_build_object('model', ${was.name}, 'vps', ${had.name}, 'label', ${a.label})),
      jsonb_strip_nulls(jsonb_build_object('model', ${m.name}, 'vps', coalesce(${v.name}, ${had.name}),
        'label', coalesce(${r.label}, ${a.label}), 'plan', ${planId}::bigint))
    from ${CLASSIFIED(planId)} join ${a} on ${a.id} = c.account_id join ${was} on ${was.id} = ${a.modelId}
    join ${m} on ${m.key} = ${r.modelKey} left join ${had} on ${had.id} = ${a.vpsId} left join ${v} on ${v.id} = c.vps_id
    where ${CHANGED} order by ${a.id}`;
  await run(tx, audited);
  const changed = sql`
    update ${a} set ${set(accounts, {
      modelId: m.id,
      vpsId: sql`coalesce(c.vps_id, ${a.vpsId})`,
      label: sql`coalesce(${r.label}, ${a.label})`,
      notes: sql`coalesce(${r.notes}, ${a.notes})`,
      waitingSince: sql`case when ${a.id} = any (${array(left, 'int')}) then now() else ${a.waitingSince} end`,
    })}
    from ${CLASSIFIED(planId)} join ${m} on ${m.key} = ${r.modelKey} where ${CHANGED} and ${a.id} = c.account_id`;
  const count = await run(tx, changed);
  await documentAccounts(tx, sql`${a.id} in (select c.account_id from ${CLASSES} c where ${CHANGED})`);
  return { count, newModels };
}
