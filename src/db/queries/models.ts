import { ilike, isNull, sql } from 'drizzle-orm';
import type { Db, Tx } from '../client.ts';
import { accounts, models } from '../schema.ts';

export async function suggestModels(db: Db | Tx, typed: string, count: number): Promise<string[]> {
  const rows = await db
    .select({ name: models.name })
    .from(models)
    .where(ilike(models.name, `%${typed.replace(/[\\%_]/g, '\\$&')}%`))
    .orderBy(models.key)
    .limit(count);
  return rows.map((row) => row.name);
}

/** How many accounts wait, a number a model. */
export async function countWaiting(db: Db | Tx): Promise<number[]> {
  const rows = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(accounts)
    .where(
      sql`${isNull(accounts.removedAt)} and ${isNull(accounts.heldAt)} and not exists (
        select from account_proxy_assignments a where a.account_id = ${accounts.id})`,
    )
    .groupBy(accounts.modelId);
  return rows.map((row) => row.count);
}
