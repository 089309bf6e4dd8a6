import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ACCOUNT_IMPORT_CLASSES } from '../../../domain/accounts/account-import.ts';
import type { Db, Tx } from '../../client.ts';
import { accountImportRows } from '../../schema/plans/account-import.ts';
import { a, m, v } from '../../sql/aliases.ts';
import { as } from '../../sql/columns.ts';
import { onlyRow, run } from '../../sql/rows.ts';

/** The staged rows in statements. */
export const r = as(accountImportRows, 'r');

/** The class of each staged row is determined once in a transaction and kept in this table until the transaction ends. */
export const CLASSES = sql.raw('account_classes');

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
export const CLASSIFIED = (planId: number) =>
  sql`${CLASSES} c join ${r} on ${r.planId} = ${planId} and ${r.line} = c.line`;

/** The rows that a step applies to. */
export const ADDED = sql.raw(`c.class in ('new', 'revived')`);
export const CHANGED = sql.raw(`c.class in ('model', 'vps', 'details')`);
export const REMODELLED = sql.raw(`c.class = 'model'`);

const NAMES_SHOWN = 5;

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

/** Accounts and models that an import would create are numbered from here in its plan; no real number comes near. */
export const FIRST_NEW_ID = 1_000_000_000;

/** The models that a step would create, with their numbers in its plan. */
export const NEW_MODELS = (planId: number, taken: SQL) => sql`
  select ${r.modelKey}, (array_agg(${r.model} order by ${r.line}))[1] as name, ${FIRST_NEW_ID}::int + (row_number() over (order by min(${r.line})))::int as id
  from ${CLASSIFIED(planId)} where ${taken} and c.model_id is null group by ${r.modelKey}`;
