import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db, Tx } from '../../../client.ts';
import { p } from '../../../sql/aliases.ts';
import { ids, onlyRow, run } from '../../../sql/rows.ts';

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
  return ids(db, statement);
}

/** Sets the provider of staged lines that have none. */
export async function stageProvider(tx: Tx, planId: number, provider: string): Promise<void> {
  await run(tx, sql`update import_rows set provider = ${provider} where plan_id = ${planId} and provider is null`);
}
