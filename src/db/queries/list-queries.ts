import { and, eq, lt, sql } from 'drizzle-orm';
import type { Db, Tx } from '../client.ts';
import { listQueries } from '../schema/plans/plans.ts';

/** How long the buttons of a list work. */
const LIFETIME = sql`interval '30 days'`;

export async function insertListQuery(db: Db | Tx, kind: string, query: unknown): Promise<number> {
  const [row] = await db.insert(listQueries).values({ kind, query }).returning({ id: listQueries.id });
  if (!row) throw new Error('the list query was not written');
  return row.id;
}

export async function findListQuery(db: Db | Tx, kind: string, id: number): Promise<unknown> {
  const [row] = await db
    .select({ query: listQueries.query })
    .from(listQueries)
    .where(and(eq(listQueries.id, id), eq(listQueries.kind, kind)));
  return row?.query;
}

export async function purgeListQueries(db: Db | Tx): Promise<void> {
  await db.delete(listQueries).where(lt(listQueries.createdAt, sql`now() - ${LIFETIME}`));
}
