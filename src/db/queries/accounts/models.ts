import { eq, ilike, inArray, sql } from 'drizzle-orm';
import { nameKey } from '../../../domain/accounts/account-view.ts';
import type { Db, Tx } from '../../client.ts';
import { models } from '../../schema/accounts.ts';
import { anywhere } from '../like.ts';
import { proxyAddress } from '../proxies/proxy-address.ts';

export async function suggestModels(db: Db | Tx, typed: string, count: number): Promise<string[]> {
  const rows = await db
    .select({ name: models.name })
    .from(models)
    .where(ilike(models.name, anywhere(typed)))
    .orderBy(models.key)
    .limit(count);
  return rows.map((row) => row.name);
}

export async function findModelId(db: Db | Tx, name: string): Promise<number | undefined> {
  const [row] = await db
    .select({ id: models.id })
    .from(models)
    .where(eq(models.key, nameKey(name)));
  return row?.id;
}

/** A model by its name, or by its number. */
export async function findModel(
  db: Db | Tx,
  named: string | number,
): Promise<{ id: number; name: string } | undefined> {
  const [row] = await db
    .select({ id: models.id, name: models.name })
    .from(models)
    .where(typeof named === 'number' ? eq(models.id, named) : eq(models.key, nameKey(named)));
  return row;
}

export function modelNames(db: Db | Tx, ids: number[]): Promise<{ id: number; name: string }[]> {
  return db
    .select({ id: models.id, name: models.name })
    .from(models)
    .where(inArray(models.id, ids))
    .orderBy(models.key);
}

/** Names for a few assignments of a plan, in their order, and of all models. */
export async function namesOf(
  db: Db | Tx,
  shown: readonly { accountId: number; proxyId: number }[],
): Promise<{
  models: { id: number; name: string }[];
  pairs: { username: string; model: string; proxyId: number; address: string }[];
}> {
  const all = await db.select({ id: models.id, name: models.name }).from(models);
  const { rows } = await db.execute<{ username: string; model: string; proxyId: number; address: string }>(sql`
    select a.username, m.name as model, p.id as "proxyId", ${proxyAddress('p')} as address
    from unnest(${sql.param(shown.map((each) => each.accountId))}::int[], ${sql.param(shown.map((each) => each.proxyId))}::int[])
      with ordinality as t(account_id, proxy_id, nth)
    join accounts a on a.id = t.account_id join models m on m.id = a.model_id join proxies p on p.id = t.proxy_id order by t.nth`);
  return { models: all, pairs: rows };
}
