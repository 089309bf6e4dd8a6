import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { LikeModel } from '../../../domain/accounts/account-edit.ts';
import { nameKey } from '../../../domain/names.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, m, p } from '../../sql/aliases.ts';
import { array, list, shape, typeOf } from '../../sql/columns.ts';
import { prepared } from '../../sql/prepared.ts';
import { ids, type Queryable, rows } from '../../sql/rows.ts';
import { anywhere } from '../like.ts';
import { proxyAddress } from '../proxies/proxy-address.ts';

const NAMED = z.strictObject(shape(models, 'name'));

/** The names of models that contain the typed text, in order. */
export async function suggestModels(db: Queryable, typed: string, count: number): Promise<string[]> {
  const statement = sql`select ${m.name} from ${m} where ${m.name} ilike ${anywhere(typed)} and ${m.removedAt} is null order by ${m.key} limit ${count}`;
  return (await rows(db, NAMED, statement)).map((row) => row.name);
}

export async function findModelId(db: Db | Tx, name: string): Promise<number | undefined> {
  const statement = sql`select ${list(m, 'id')} from ${m} where ${m.key} = ${nameKey(name)} and ${m.removedAt} is null`;
  return (await ids(db, prepared(statement)))[0];
}

/** A model by its name, or by its number. */
export async function findModel(
  db: Db | Tx,
  named: string | number,
): Promise<{ id: number; name: string } | undefined> {
  const [row] = await db
    .select({ id: models.id, name: models.name })
    .from(models)
    .where(
      and(typeof named === 'number' ? eq(models.id, named) : eq(models.key, nameKey(named)), isNull(models.removedAt)),
    );
  return row;
}

export function modelNames(db: Db | Tx, ids: number[]): Promise<{ id: number; name: string }[]> {
  return db
    .select({ id: models.id, name: models.name })
    .from(models)
    .where(inArray(models.id, ids))
    .orderBy(models.key);
}

/** Renames a model. @returns whether it exists */
export async function renameModel(tx: Tx, id: number, name: string): Promise<boolean> {
  const { rowCount } = await tx
    .update(models)
    .set({ name, key: nameKey(name) })
    .where(and(eq(models.id, id), isNull(models.removedAt)));
  return rowCount === 1;
}

/** Removes a model that has no accounts. @returns whether it was removed */
export async function removeModel(tx: Tx, id: number): Promise<boolean> {
  const isEmpty = sql`not exists (select from ${a} where ${a.modelId} = ${id} and ${a.removedAt} is null)`;
  const { rowCount } = await tx
    .update(models)
    .set({ removedAt: sql`now()` })
    .where(and(eq(models.id, id), isNull(models.removedAt), isEmpty));
  return rowCount === 1;
}

/** From here on two names are so alike that one may be a typing error of the other. */
const ALIKE = 0.35;

const accountsOf = sql`(select count(*)::int from ${a} where ${a.modelId} = ${m.id} and ${a.removedAt} is null)`;

/**
 * Selects the model whose name is most like a name that no model has, with the number of its accounts; names that differ in their
 * numbers only are different.
 *
 * @param key of that name
 */
export const modelLike = (key: SQL): SQL => sql`
  select ${m.name}, ${m.key}, ${accountsOf} as accounts from ${m} where ${m.removedAt} is null and similarity(${m.key}, ${key}) >= ${ALIKE}::real
    and translate(${m.key}, '0123456789', '') <> translate(${key}, '0123456789', '')
  order by similarity(${m.key}, ${key}) desc, ${m.key} limit 1`;

const LIKE = z.strictObject({ ...shape(models, 'name'), accounts: z.int() });

/** The same for one name; null if no model is like it. */
export async function findModelLike(db: Db | Tx, name: string): Promise<LikeModel | null> {
  const statement = sql`select name, accounts from (${modelLike(sql`${nameKey(name)}::text`)}) l`;
  return (await rows(db, LIKE, statement))[0] ?? null;
}

const PAIR = z.strictObject({
  username: typeOf(accounts.username),
  model: typeOf(models.name),
  proxyId: typeOf(proxies.id),
  address: z.string(),
});

/** Names for a few assignments of a plan, in their order, and of all models. */
export async function namesOf(
  db: Db | Tx,
  shown: readonly { accountId: number; proxyId: number }[],
): Promise<{ models: { id: number; name: string }[]; pairs: z.infer<typeof PAIR>[] }> {
  const all = await db.select({ id: models.id, name: models.name }).from(models);
  const column = (pick: (each: (typeof shown)[number]) => number) => array(shown.map(pick), 'int');
  const statement = sql`
    select ${a.username}, ${m.name} as model, ${p.id} as "proxyId", ${proxyAddress(p)} as address
    from unnest(${column((each) => each.accountId)}, ${column((each) => each.proxyId)}) with ordinality as t(account_id, proxy_id, nth)
    join ${a} on ${a.id} = t.account_id join ${m} on ${m.id} = ${a.modelId} join ${p} on ${p.id} = t.proxy_id order by t.nth`;
  return { models: all, pairs: await rows(db, PAIR, statement) };
}
