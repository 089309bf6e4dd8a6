import { sql } from 'drizzle-orm';
import type { AccountImportClass, AccountSample } from '../../../domain/accounts/account-import.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { RejectedLine } from '../../../domain/proxies/proxy-import.ts';
import type { Db, Tx } from '../../client.ts';

/** What becomes of each row is worked out once a transaction and kept in this table until it ends. */
const CLASSES = sql.raw('account_classes');

/** Columns of COPY, in the order in which the reader writes them. */
export const COPY_ACCOUNT_ROWS =
  'copy account_import_rows (plan_id, line, username, key, model, model_key, vps, vps_key, label, notes) from stdin';

/** Rows that have just come by COPY have no statistics yet, and the planner would take them for a handful. */
export async function analyzeAccountRows(db: Db): Promise<void> {
  await db.execute(sql`analyze account_import_rows`);
}

/**
 * Fills `account_classes(line, class, account_id, model_id, vps_id)`: what becomes of each staged row against the accounts, models and VPS
 * as they are now. The first row of a name counts.
 */
export async function classifyAccounts(tx: Tx, planId: number): Promise<void> {
  await tx.execute(sql`
    create temp table ${CLASSES} on commit drop as
    with staged as materialized (
      select line, key, model_key, vps_key, label, notes from account_import_rows where plan_id = ${planId}
    ),
    firsts as materialized (select distinct on (key) key, line, model_key, vps_key from staged order by key, line)
    select s.line, a.id as account_id, m.id as model_id, v.id as vps_id,
      case
        when f.line <> s.line and (f.model_key <> s.model_key or f.vps_key <> s.vps_key) then 'conflict'
        when f.line <> s.line then 'duplicate'
        when s.vps_key is not null and v.id is null then 'no_vps'
        when a.id is null then 'new'
        when a.removed_at is not null then 'revived'
        when a.model_id is distinct from m.id then 'model'
        when s.vps_key is not null and a.vps_id is distinct from v.id then 'vps'
        when s.label <> coalesce(a.label, '') or s.notes <> coalesce(a.notes, '') then 'details'
        else 'known'
      end as class
    from staged s
    join firsts f using (key)
    left join accounts a on a.key = s.key
    left join models m on m.key = s.model_key
    left join vps v on v.key = s.vps_key`);
  await tx.execute(sql`analyze ${CLASSES}`);
}

/** A staged row beside its class. */
const CLASSIFIED = (planId: number) =>
  sql`${CLASSES} c join account_import_rows r on r.plan_id = ${planId} and r.line = c.line`;

/** The rows that a step takes. */
const ADDED = sql.raw(`c.class in ('new', 'revived')`);
const CHANGED = sql.raw(`c.class in ('model', 'vps', 'details')`);
const REMODELLED = sql.raw(`c.class = 'model'`);

const NAMES_SHOWN = 5;

export interface AccountsSummary {
  counts: Partial<Record<AccountImportClass, number>>;
  newModels: { count: number; names: string[] };
  missingVps: { name: string; rows: number }[];
}

/** Counts by class, the models that would come to life, and the VPS that are not there. */
export async function summarizeAccounts(tx: Tx, planId: number): Promise<AccountsSummary> {
  const {
    rows: [row],
  } = await tx.execute<AccountsSummary & Record<string, unknown>>(sql`
    with unborn as (
      select (array_agg(r.model order by r.line))[1] as name, min(r.line) as line from ${CLASSIFIED(planId)}
      where c.model_id is null and c.class in ('new', 'revived', 'model') group by r.model_key
    ),
    missing as (
      select (array_agg(r.vps order by r.line))[1] as name, count(*)::int as rows, min(r.line) as line from ${CLASSIFIED(planId)} where c.class = 'no_vps' group by r.vps_key
    )
    select
      (select coalesce(jsonb_object_agg(class, n), '{}') from (select class, count(*) as n from ${CLASSES} group by class) g) as counts,
      jsonb_build_object('count', (select count(*) from unborn),
        'names', (select coalesce(jsonb_agg(name order by line), '[]') from (select * from unborn order by line limit ${NAMES_SHOWN}) u)) as "newModels",
      (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'rows', rows) order by rows desc, line), '[]')
        from (select * from missing order by rows desc, line limit ${NAMES_SHOWN}) u) as "missingVps"`);
  if (!row) throw new Error('a summary has one row');
  return row;
}

/** The numbers that accounts and models have in a plan before they exist; no row's number comes near them. */
const UNBORN = 1_000_000_000;

/** Rows as the planner wants them: the accounts that a step places, in the order of the file. */
export interface StagedAccounts {
  ids: number[];
  modelIds: number[];
  models: { id: number; name: string }[];
}

const UNBORN_MODELS = (planId: number, taken: typeof ADDED) => sql`
  select r.model_key, (array_agg(r.model order by r.line))[1] as name, ${UNBORN}::int + (row_number() over (order by min(r.line)))::int as id
  from ${CLASSIFIED(planId)} where ${taken} and c.model_id is null group by r.model_key`;

/** The accounts that an import would add; what does not exist yet has a number of its own. */
export async function readAddedAccounts(tx: Tx, planId: number): Promise<StagedAccounts> {
  const {
    rows: [row],
  } = await tx.execute<StagedAccounts & Record<string, unknown>>(sql`
    with unborn as materialized (${UNBORN_MODELS(planId, ADDED)}),
    added as materialized (
      select coalesce(c.account_id, ${UNBORN}::int + c.line) as id, coalesce(c.model_id, u.id) as model_id
      from ${CLASSIFIED(planId)} left join unborn u on u.model_key = r.model_key where ${ADDED} order by c.line
    )
    select coalesce(array_agg(id), '{}') as ids, coalesce(array_agg(model_id), '{}') as "modelIds",
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name)), '[]') from unborn) as models
    from added`);
  if (!row) throw new Error('an aggregate has one row');
  return row;
}

/** A known account whose model an import would change; held ones are left out, since they get no proxy. */
export interface RemodelledAccount {
  id: number;
  modelId: number;
  /** Epoch milliseconds. */
  waitingSince: number;
  leaves: { proxyId: number; wasHandedOut: boolean } | null;
}

export async function readRemodelledAccounts(
  tx: Tx,
  planId: number,
): Promise<{ accounts: RemodelledAccount[]; models: StagedAccounts['models'] }> {
  const { rows } = await tx.execute<RemodelledAccount & { model: string } & Record<string, unknown>>(sql`
    with unborn as materialized (${UNBORN_MODELS(planId, REMODELLED)})
    select a.id, coalesce(c.model_id, u.id) as "modelId", r.model, (extract(epoch from a.waiting_since) * 1000)::float8 as "waitingSince",
      case when s.account_id is not null then json_build_object('proxyId', s.proxy_id, 'wasHandedOut', s.handed_out_at is not null) end as leaves
    from ${CLASSIFIED(planId)} join accounts a on a.id = c.account_id
    left join account_proxy_assignments s on s.account_id = a.id
    left join unborn u on u.model_key = r.model_key
    where ${REMODELLED} and a.held_at is null order by a.id`);
  const models = rows.map(({ modelId, model }) => ({ id: modelId, name: model }));
  return { accounts: rows.map(({ model: _model, ...account }) => account), models };
}

const SAMPLE_ROWS = 5;

/** The first rows that an import would add, with the numbers that they have in its plan. */
export async function sampleAdded(
  tx: Tx,
  planId: number,
): Promise<(Omit<AccountSample, 'proxy'> & { accountId: number })[]> {
  const { rows } = await tx.execute<Omit<AccountSample, 'proxy'> & { accountId: number } & Record<string, unknown>>(sql`
    select r.line, r.username, coalesce(m.name, r.model) as model, v.name as vps, coalesce(c.account_id, ${UNBORN}::int + c.line) as "accountId"
    from ${CLASSIFIED(planId)} left join models m on m.id = c.model_id left join vps v on v.id = c.vps_id
    where ${ADDED} order by r.line limit ${SAMPLE_ROWS}`);
  return rows;
}

/** Models come to life by name, in the order of the file. */
async function bearModels(tx: Tx, planId: number, taken: typeof ADDED): Promise<void> {
  await tx.execute(sql`
    insert into models (name, key) select name, model_key from (${UNBORN_MODELS(planId, taken)}) u order by id on conflict (key) do nothing`);
}

/** Adds the new accounts in the order of the file, and brings removed ones back; resolves to how many. */
export async function addAccounts(tx: Tx, planId: number): Promise<number> {
  await bearModels(tx, planId, ADDED);
  const added = await tx.execute(sql`
    insert into accounts (username, key, model_id, vps_id, label, notes)
    select r.username, r.key, m.id, c.vps_id, r.label, r.notes
    from ${CLASSIFIED(planId)} join models m on m.key = r.model_key where c.class = 'new' order by r.line
    on conflict (key) do nothing`);
  const revived = await tx.execute(sql`
    update accounts a set removed_at = null, held_at = null, waiting_since = now(), username = r.username, model_id = m.id, vps_id = c.vps_id,
      label = coalesce(r.label, a.label), notes = coalesce(r.notes, a.notes)
    from ${CLASSIFIED(planId)} join models m on m.key = r.model_key where c.class = 'revived' and a.id = c.account_id`);
  return (added.rowCount ?? 0) + (revived.rowCount ?? 0);
}

/** The accounts with a proxy whose model an update changes: they leave it first. */
export async function findSeatedRemodelled(tx: Tx): Promise<number[]> {
  const { rows } = await tx.execute<{ id: number }>(sql`
    select s.account_id as id from ${CLASSES} c join account_proxy_assignments s on s.account_id = c.account_id where ${REMODELLED}`);
  return rows.map(({ id }) => id);
}

/**
 * Takes over what the file says of known accounts, and writes each change down.
 *
 * @param left accounts that have just left their proxies: they wait from now on
 */
export async function changeAccounts(tx: Tx, actor: Actor, planId: number, left: readonly number[]): Promise<number> {
  await bearModels(tx, planId, REMODELLED);
  const former = sql`from ${CLASSIFIED(planId)} join accounts a on a.id = c.account_id join models was on was.id = a.model_id
    join models m on m.key = r.model_key left join vps had on had.id = a.vps_id left join vps v on v.id = c.vps_id where ${CHANGED}`;
  await tx.execute(sql`
    insert into audit_log (actor_id, actor_name, action, entity, entity_id, before, after)
    select ${actor.id}, ${actor.name}, ${'account.update' satisfies AuditAction}, 'account', a.id::text,
      jsonb_strip_nulls(jsonb_build_object('model', was.name, 'vps', had.name, 'label', a.label)),
      jsonb_strip_nulls(jsonb_build_object('model', m.name, 'vps', coalesce(v.name, had.name), 'label', coalesce(r.label, a.label), 'plan', ${planId}::bigint))
    ${former} order by a.id`);
  const changed = await tx.execute(sql`
    update accounts a set model_id = m.id, vps_id = coalesce(c.vps_id, a.vps_id), label = coalesce(r.label, a.label), notes = coalesce(r.notes, a.notes),
      waiting_since = case when a.id = any (${sql.param([...left])}::int[]) then now() else a.waiting_since end
    from ${CLASSIFIED(planId)} join models m on m.key = r.model_key where ${CHANGED} and a.id = c.account_id`);
  return changed.rowCount ?? 0;
}

/** Where the accounts of a step stand after it: by model, how many there are and how many wait; and how many wait there in all. */
export async function readPlacement(
  tx: Tx,
  planId: number,
  step: 'import' | 'update',
): Promise<{ name: string; accounts: number; waiting: number; allWaiting: number }[]> {
  const taken = step === 'import' ? ADDED : REMODELLED;
  const { rows } = await tx.execute<{ name: string; accounts: number; waiting: number; allWaiting: number }>(sql`
    with its as (
      select a.model_id, count(*)::int as accounts, (count(*) filter (where s.account_id is null))::int as waiting
      from ${CLASSIFIED(planId)} join accounts a on a.key = r.key left join account_proxy_assignments s on s.account_id = a.id
      where ${taken} and a.held_at is null group by a.model_id
    ),
    everyone as (select model_id, count(*)::int as waiting from waiting_accounts group by model_id)
    select m.name, i.accounts, i.waiting, coalesce(e.waiting, 0) as "allWaiting"
    from its i join models m on m.id = i.model_id left join everyone e on e.model_id = i.model_id`);
  return rows;
}

/** Rows that are left out though they were understood: those that name a VPS that is not there, and those that contradict an earlier one. */
export async function findLeftOut(tx: Tx, planId: number, limit: number): Promise<RejectedLine[]> {
  const { rows } = await tx.execute<RejectedLine & Record<string, unknown>>(sql`
    select r.line, r.username as text,
      case c.class when 'no_vps' then 'Unknown VPS “' || r.vps || '”: add it with /vps add.'
        else 'An earlier row has the same account with another model or VPS and is used instead.' end as reason
    from ${CLASSIFIED(planId)} where c.class in ('no_vps', 'conflict') order by r.line limit ${limit}`);
  return rows;
}
