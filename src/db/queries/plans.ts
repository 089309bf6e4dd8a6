import { and, eq, getTableColumns, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Actor } from '../../domain/actor.ts';
import type { PlanKind, PlanState } from '../../domain/plan-state.ts';
import type { Db, Tx } from '../client.ts';
import { accountImportRows } from '../schema/plans/account-import.ts';
import { plans } from '../schema/plans/plans.ts';
import { importRejections, importRows } from '../schema/plans/proxy-import.ts';
import { syncRows } from '../schema/plans/source-sync.ts';

/** How long a preview can be applied. */
const PLAN_LIFETIME = sql`interval '24 hours'`;

export type PlanRow = typeof plans.$inferSelect & { state: PlanState };

export async function insertPlan(
  db: Db | Tx,
  actor: Actor,
  plan: { kind: PlanKind; state: 'staging' | 'open'; input: unknown },
): Promise<number> {
  const [row] = await db
    .insert(plans)
    .values({ ...plan, actorId: actor.id, actorName: actor.name, expiresAt: sql`now() + ${PLAN_LIFETIME}` })
    .returning({ id: plans.id });
  if (!row) throw new Error('the plan was not written');
  return row.id;
}

/**
 * Finds a plan whose staged rows are all written. `lock` locks its row until the transaction ends, so that one transaction at a time
 * applies it. An open plan whose time is up is returned as `expired`.
 */
export async function findPlan(
  db: Db | Tx,
  kind: PlanKind,
  id: number,
  { lock = false } = {},
): Promise<PlanRow | undefined> {
  const query = db
    .select({
      ...getTableColumns(plans),
      isOver: sql<boolean>`${plans.state} = 'open' and ${plans.expiresAt} <= now()`,
    })
    .from(plans)
    .where(and(eq(plans.id, id), eq(plans.kind, kind), ne(plans.state, 'staging')));
  const [row] = await (lock ? query.for('update') : query);
  if (!row || row.state === 'staging') return undefined;
  const { isOver, ...plan } = row;
  return { ...plan, state: isOver ? 'expired' : row.state };
}

export async function updatePlan(
  db: Db | Tx,
  id: number,
  change: { state?: PlanState; cancelledBy?: string; input?: unknown; result?: unknown },
): Promise<void> {
  await db.update(plans).set(change).where(eq(plans.id, id));
}

/** Notes in the result of a step how many waiting accounts got a proxy after it. */
export async function notePlanServed(tx: Tx, id: number, step: string, served: number): Promise<void> {
  const path = sql`array['steps', ${step}::text, 'served']`;
  await tx
    .update(plans)
    .set({ result: sql`jsonb_set(${plans.result}, ${path}, to_jsonb(${served}::int))` })
    .where(eq(plans.id, id));
}

/** Expires plans that were not applied in time, and deletes the staged rows that belong to no open plan. */
export async function purgePlans(db: Db): Promise<{ expired: number; rows: number }> {
  return db.transaction(async (tx) => {
    const expired = await tx
      .update(plans)
      .set({ state: 'expired' })
      .where(and(inArray(plans.state, ['staging', 'open']), lt(plans.expiresAt, sql`now()`)))
      .returning({ id: plans.id });
    const isOver = sql`not exists (select from ${plans} where ${plans.id} = plan_id and ${plans.state} in ('staging', 'open'))`;
    const rows = await tx.delete(importRows).where(isOver);
    const accounts = await tx.delete(accountImportRows).where(isOver);
    const synced = await tx.delete(syncRows).where(isOver);
    await tx.delete(importRejections).where(isOver);
    return { expired: expired.length, rows: (rows.rowCount ?? 0) + (accounts.rowCount ?? 0) + (synced.rowCount ?? 0) };
  });
}

/** An open plan can be applied for a full lifetime from now on. */
export async function extendPlan(tx: Tx, id: number): Promise<void> {
  await tx
    .update(plans)
    .set({ expiresAt: sql`now() + ${PLAN_LIFETIME}` })
    .where(eq(plans.id, id));
}
