import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { AccountSample } from '../../../domain/accounts/account-import.ts';
import type { RejectedLine } from '../../../domain/proxies/proxy-import.ts';
import type { Tx } from '../../client.ts';
import { accounts, models, vps } from '../../schema/accounts.ts';
import { waitingAccounts } from '../../schema/placement.ts';
import { accountImportRows } from '../../schema/plans/account-import.ts';
import { a, m, s, v } from '../../sql/aliases.ts';
import { as, epochMs, shape, typeOf } from '../../sql/columns.ts';
import { onlyRow, rows } from '../../sql/rows.ts';
import { STARTS_COOLDOWN } from '../assignments/cooldown.ts';
import { ADDED, CLASSIFIED, FIRST_NEW_ID, NEW_MODELS, REMODELLED, r } from './account-import-classes.ts';

const w = as(waitingAccounts, 'w');

const STAGED = z.strictObject({
  ids: z.array(z.int()),
  modelIds: z.array(z.int()),
  /** 0 for an account without a VPS. */
  vpsIds: z.array(z.int()),
  models: z.array(z.strictObject({ id: z.int(), name: z.string() })),
});

/** The accounts that a step assigns, in the order of the file, as the planner reads them. */
export type StagedAccounts = z.infer<typeof STAGED>;

/** The accounts that an import would add. */
export async function readAddedAccounts(tx: Tx, planId: number): Promise<StagedAccounts> {
  const statement = sql`
    with new_models as materialized (${NEW_MODELS(planId, ADDED)}),
    added as materialized (
      select coalesce(c.account_id, ${FIRST_NEW_ID}::int + c.line) as id, coalesce(c.model_id, u.id) as model_id, coalesce(c.vps_id, 0) as vps_id
      from ${CLASSIFIED(planId)} left join new_models u on u.model_key = ${r.modelKey} where ${ADDED} order by c.line
    )
    select coalesce(array_agg(id), '{}') as ids, coalesce(array_agg(model_id), '{}') as "modelIds",
      coalesce(array_agg(vps_id), '{}') as "vpsIds",
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name)), '[]') from new_models) as models
    from added`;
  return onlyRow(tx, STAGED, statement);
}

const REMODELLED_ROW = z.strictObject({
  ...shape(accounts, 'id', 'modelId'),
  model: typeOf(accountImportRows.model),
  /** Epoch milliseconds. */
  waitingSince: z.number(),
  leaves: z.strictObject({ proxyId: z.int(), startsCooldown: z.boolean() }).nullable(),
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
        json_build_object('proxyId', ${s.proxyId}, 'startsCooldown', ${STARTS_COOLDOWN}) end as leaves
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
