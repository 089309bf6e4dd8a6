import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import {
  ACCOUNT_IMPORT_CLASSES,
  type AccountSample,
  type AlikeModel,
} from '../../../domain/accounts/account-import.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { RejectedLine } from '../../../domain/proxies/proxy-import.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, models, vps } from '../../schema/accounts.ts';
import { auditLog } from '../../schema/audit.ts';
import { waitingAccounts } from '../../schema/placement.ts';
import { accountImportRows } from '../../schema/plans/account-import.ts';
import { a, m, s, v } from '../../sql/aliases.ts';
import { array, as, epochMs, excluded, into, names, set, shape, typeOf } from '../../sql/columns.ts';
import { onlyRow, rows, run } from '../../sql/rows.ts';
import { rememberKnown, rememberNew } from './account-undo.ts';
import { modelLike } from './models.ts';

const r = as(accountImportRows, 'r');
const w = as(waitingAccounts, 'w');

/** The class of each staged row is determined once in a transaction and kept in this table until the transaction ends. */
const CLASSES = sql.raw('account_classes');

/** Updates the statistics: right after a COPY there are none, and the planner would expect a handful of rows. */
export async function analyzeAccountRows(db: Db): Promise<void> {
  await run(db, sql`analyze ${accountImportRows}`);
}

/**
 * Fills `account_classes(line, class, account_id, model_id, vps_id)`: the class of each staged row against the accounts, models and
 * VPS as they are now. If several rows have the same username, the first one counts.
 */
export async function classifyAccounts(tx: Tx, planId: number): Promise<void> {
  await run(
    tx,
    sql`
    create temp table ${CLASSES} on commit drop as
    with staged as materialized (
      select ${r.line}, ${r.key}, ${r.modelKey}, ${r.vpsKey}, ${r.label}, ${r.notes} from ${r} where ${r.planId} = ${planId}
    ),
    firsts as materialized (select distinct on (key) key, line, model_key, vps_key from staged order by key, line)
    select s.line, ${a.id} as account_id, ${m.id} as model_id, ${v.id} as vps_id,
      case
        when f.line <> s.line and (f.model_key <> s.model_key or f.vps_key <> s.vps_key) then 'conflict'
        when f.line <> s.line then 'duplicate'
        when s.vps_key is not null and ${v.id} is null then 'no_vps'
        when ${a.id} is null then 'new'
        when ${a.removedAt} is not null then 'revived'
        when ${a.modelId} is distinct from ${m.id} then 'model'
        when s.vps_key is not null and ${a.vpsId} is distinct from ${v.id} then 'vps'
        when s.label <> coalesce(${a.label}, '') or s.notes <> coalesce(${a.notes}, '') then 'details'
        else 'known'
      end as class
    from staged s
    join firsts f using (key)
    left join ${a} on ${a.key} = s.key
    left join ${m} on ${m.key} = s.model_key and ${m.removedAt} is null
    left join ${v} on ${v.key} = s.vps_key`,
  );
  await run(tx, sql`analyze ${CLASSES}`);
}

/** A staged row `r` with its class `c`. */
const CLASSIFIED = (planId: number) => sql`${CLASSES} c join ${r} on ${r.planId} = ${planId} and ${r.line} = c.line`;

/** The rows that a step applies to. */
const ADDED = sql.raw(`c.class in ('new', 'revived')`);
const CHANGED = sql.raw(`c.class in ('model', 'vps', 'details')`);
const REMODELLED = sql.raw(`c.class = 'model'`);

const NAMES_SHOWN = 5;

const NUMBERED = z.strictObject({ id: z.int() });

/** Of a staged import; it is stored with its plan once that is closed. */
export const accountsSummary = z.strictObject({
  counts: z.partialRecord(z.enum(ACCOUNT_IMPORT_CLASSES), z.int()),
  newModels: z.strictObject({ count: z.int(), names: z.array(z.string()) }),
  missingVps: z.array(z.strictObject({ name: z.string(), rows: z.int() })),
  /** Number of unknown VPS; imports that an earlier release closed do not have it. */
  missingVpsCount: z.int().optional(),
});

export type AccountsSummary = z.infer<typeof accountsSummary>;

/** Counts the rows by class, and names the models to create and the unknown VPS. */
export async function summarizeAccounts(tx: Tx, planId: number): Promise<AccountsSummary> {
  const statement = sql`
    with created as (
      select (array_agg(${r.model} order by ${r.line}))[1] as name, min(${r.line}) as line from ${CLASSIFIED(planId)}
      where c.model_id is null and c.class in ('new', 'revived', 'model') group by ${r.modelKey}
    ),
    missing as (
      select (array_agg(${r.vps} order by ${r.line}))[1] as name, count(*)::int as rows, min(${r.line}) as line
      from ${CLASSIFIED(planId)} where c.class = 'no_vps' group by ${r.vpsKey}
    )
    select
      (select coalesce(jsonb_object_agg(class, n), '{}') from (select class, count(*) as n from ${CLASSES} group by class) g) as counts,
      jsonb_build_object('count', (select count(*) from created),
        'names', (select coalesce(jsonb_agg(name order by line), '[]') from (select * from created order by line limit ${NAMES_SHOWN}) u)) as "newModels",
      (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'rows', rows) order by rows desc, line), '[]')
        from (select * from missing order by rows desc, line limit ${NAMES_SHOWN}) u) as "missingVps",
      (select count(*)::int from missing) as "missingVpsCount"`;
  return onlyRow(tx, accountsSummary, statement);
}

const ALIKE = z.strictObject({
  ...{ line: z.int(), name: z.string(), rows: z.int() },
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
  return (await rows(tx, NUMBERED, statement)).map(({ id }) => id);
}

/** Accounts and models that an import would create are numbered from here in its plan; no real number comes near. */
const FIRST_NEW_ID = 1_000_000_000;

/** The models that a step would create, with their numbers in its plan. */
const NEW_MODELS = (planId: number, taken: SQL) => sql`
  select ${r.modelKey}, (array_agg(${r.model} order by ${r.line}))[1] as name, ${FIRST_NEW_ID}::int + (row_number() over (order by min(${r.line})))::int as id
  from ${CLASSIFIED(planId)} where ${taken} and c.model_id is null group by ${r.modelKey}`;

const STAGED = z.strictObject({
  ids: z.array(z.int()),
  modelIds: z.array(z.int()),
  models: z.array(z.strictObject({ id: z.int(), name: z.string() })),
});

/** The accounts that a step assigns, in the order of the file, as the planner reads them. */
export type StagedAccounts = z.infer<typeof STAGED>;

/** The accounts that an import would add. */
export async function readAddedAccounts(tx: Tx, planId: number): Promise<StagedAccounts> {
  const statement = sql`
    with new_models as materialized (${NEW_MODELS(planId, ADDED)}),
    added as materialized (
      select coalesce(c.account_id, ${FIRST_NEW_ID}::int + c.line) as id, coalesce(c.model_id, u.id) as model_id
      from ${CLASSIFIED(planId)} left join new_models u on u.model_key = ${r.modelKey} where ${ADDED} order by c.line
    )
    select coalesce(array_agg(id), '{}') as ids, coalesce(array_agg(model_id), '{}') as "modelIds",
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name)), '[]') from new_models) as models
    from added`;
  return onlyRow(tx, STAGED, statement);
}

const REMODELLED_ROW = z.strictObject({
  ...shape(accounts, 'id', 'modelId'),
  model: typeOf(accountImportRows.model),
  /** Epoch milliseconds. */
  waitingSince: z.number(),
  leaves: z.strictObject({ proxyId: z.int(), wasHandedOut: z.boolean() }).nullable(),
});

/** A known account whose model an import would change. Accounts on hold are not included, since they get no proxy. */
export type RemodelledAccount = Omit<z.infer<typeof REMODELLED_ROW>, 'model'>;

export async function readRemodelledAccounts(
  tx: Tx,
  planId: number,
): Promise<{ accounts: RemodelledAccount[]; models: StagedAccounts['models'] }> {
  const statement = sql`
    with new_models as materialized (${NEW_MODELS(planId, REMODELLED)})
    select ${a.id}, coalesce(c.model_id, u.id) as "modelId", ${r.model}, ${epochMs(a.waitingSince)} as "waitingSince",
      case when ${s.accountId} is not null then
        json_build_object('proxyId', ${s.proxyId}, 'wasHandedOut', ${s.handedOutAt} is not null) end as leaves
    from ${CLASSIFIED(planId)} join ${a} on ${a.id} = c.account_id
    left join ${s} on ${s.accountId} = ${a.id}
    left join new_models u on u.model_key = ${r.modelKey}
    where ${REMODELLED} and ${a.heldAt} is null order by ${a.id}`;
  const found = await rows(tx, REMODELLED_ROW, statement);
  const models = found.map(({ modelId, model }) => ({ id: modelId, name: model }));
  return { accounts: found.map(({ model: _model, ...account }) => account), models };
}

const SAMPLE_ROWS = 5;

const SAMPLE = z.strictObject({
  ...shape(accountImportRows, 'line', 'username', 'model'),
  vps: typeOf(vps.name).nullable(),
  accountId: z.int(),
});

/** The first rows that an import would add, with their numbers in its plan. */
export async function sampleAdded(
  tx: Tx,
  planId: number,
): Promise<(Omit<AccountSample, 'proxy'> & { accountId: number })[]> {
  const statement = sql`
    select ${r.line}, ${r.username}, coalesce(${m.name}, ${r.model}) as model, ${v.name} as vps,
      coalesce(c.account_id, ${FIRST_NEW_ID}::int + c.line) as "accountId"
    from ${CLASSIFIED(planId)} left join ${m} on ${m.id} = c.model_id left join ${v} on ${v.id} = c.vps_id
    where ${ADDED} order by ${r.line} limit ${SAMPLE_ROWS}`;
  return rows(tx, SAMPLE, statement);
}

/** Creates the models that a step names for the first time, in the order of the file. @returns their numbers */
async function createModels(tx: Tx, planId: number, taken: SQL): Promise<number[]> {
  const statement = sql`
    insert into ${into(models, 'name', 'key')} select name, model_key from (${NEW_MODELS(planId, taken)}) u order by id
    on conflict (${names(models, 'key')}) do update set ${set(models, { name: excluded(models, 'name'), removedAt: null })}
      where ${models.removedAt} is not null
    returning ${models.id}`;
  return (await rows(tx, NUMBERED, statement)).map(({ id }) => id);
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
  return (await rows(tx, NUMBERED, statement)).map(({ id }) => id);
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
  return { count: await run(tx, changed), newModels };
}

const PLACEMENT = z.strictObject({
  ...shape(models, 'name'),
  accounts: z.int(),
  waiting: z.int(),
  /** All waiting accounts of the model. */
  allWaiting: z.int(),
});

/** The accounts of a step after it, by model: how many there are, and how many wait. */
export async function readPlacement(
  tx: Tx,
  planId: number,
  step: 'import' | 'update',
): Promise<z.infer<typeof PLACEMENT>[]> {
  const taken = step === 'import' ? ADDED : REMODELLED;
  const statement = sql`
    with its as (
      select ${a.modelId}, count(*)::int as accounts, (count(*) filter (where ${s.accountId} is null))::int as waiting
      from ${CLASSIFIED(planId)} join ${a} on ${a.key} = ${r.key} left join ${s} on ${s.accountId} = ${a.id}
      where ${taken} and ${a.heldAt} is null group by ${a.modelId}
    ),
    everyone as (select ${w.modelId}, count(*)::int as waiting from ${w} group by ${w.modelId})
    select ${m.name}, i.accounts, i.waiting, coalesce(e.waiting, 0) as "allWaiting"
    from its i join ${m} on ${m.id} = i.model_id left join everyone e on e.model_id = i.model_id`;
  return rows(tx, PLACEMENT, statement);
}

const LEFT_OUT = z.strictObject({ ...shape(accountImportRows, 'line'), text: z.string(), reason: z.string() });

/** Valid rows that are skipped: they name an unknown VPS, or contradict an earlier row. */
export async function findLeftOut(tx: Tx, planId: number, limit: number): Promise<RejectedLine[]> {
  const statement = sql`
    select ${r.line}, ${r.username} as text,
      case c.class when 'no_vps' then 'There is no VPS “' || ${r.vps} || '”: add it with /vps add.'
        else 'An earlier row names the same account with another model or VPS; that one counts.' end as reason
    from ${CLASSIFIED(planId)} where c.class in ('no_vps', 'conflict') order by ${r.line} limit ${limit}`;
  return rows(tx, LEFT_OUT, statement);
}
