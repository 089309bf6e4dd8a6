import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { nameKey } from '../../../domain/names.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, m, p } from '../../sql/aliases.ts';
import { array, shape, typeOf } from '../../sql/columns.ts';
import { type Queryable, rows } from '../../sql/rows.ts';
import { anywhere } from '../like.ts';
import { proxyAddress } from '../proxies/proxy-address.ts';

const NAMED = z.strictObject(shape(models, 'name'));

/** The names of models that contain the typed text, in order. */
export async function suggestModels(db: Queryable, typed: string, count: number): Promise<string[]> {
  const statement = sql`select ${m.name} from ${m} where ${m.name} ilike ${anywhere(typed)} and ${m.removedAt} is null order by ${m.key} limit ${count}`;
  return (await rows(db, NAMED, statement)).map((row) => row.name);
}

export async function findModelId(db: Db | Tx, name: string): Promise<number | undefined> {
  const [row] = await db
    .select({ id: models.id })
    .from(models)
    .where(and(eq(models.key, nameKey(name)), isNull(models.removedAt)));
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

/** The model whose name is most like a name that no model has; names that differ in their numbers only are different. */
export async function findModelLike(db: Db | Tx, name: string): Promise<string | undefined> {
  const key = nameKey(name);
  const likeness = sql`similarity(${m.key}, ${key})`;
  const statement = sql`
    select ${m.name} from ${m} where ${m.removedAt} is null and ${likeness} >= ${ALIKE}::real
      and translate(${m.key}, '0123456789', '') <> translate(${key}, '0123456789', '')
    order by ${likeness} desc, ${m.key} limit 1`;
  return (await rows(db, NAMED, statement))[0]?.name;
}

const COUNTED = z.strictObject({ ...shape(models, 'name'), accounts: z.int() });

/** The same with the number of its accounts, as a preview asks about it; null if no model is like the name. */
export async function findModelAlike(db: Db | Tx, name: string): Promise<{ name: string; accounts: number } | null> {
  const like = await findModelLike(db, name);
  if (like === undefined) return null;
  const statement = sql`
    select ${m.name}, (select count(*)::int from ${a} where ${a.modelId} = ${m.id} and ${a.removedAt} is null) as accounts
    from ${m} where ${m.key} = ${nameKey(like)}`;
  return (await rows(db, COUNTED, statement))[0] ?? null;
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
