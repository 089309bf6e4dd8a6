import { eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db, Tx } from '../../client.ts';
import { sourceSyncs, sources } from '../../schema/sources.ts';
import { sc } from '../../sql/aliases.ts';
import { interval, set } from '../../sql/columns.ts';
import { firstRow, rows, run } from '../../sql/rows.ts';
import { isTooFarAhead } from '../clock.ts';

/** A process that dies loses its sync after this time. */
export const LEASE_MS = 60_000;

const IS_FREE = sql`(${sc.leasedUntil} is null or ${sc.leasedUntil} <= now() or ${isTooFarAhead(sc.leasedUntil, LEASE_MS)})`;
const IS_DUE = sql`(${sc.nextSyncAt} <= now() and ${sc.removedAt} is null and ${IS_FREE})`;

const DUE = z.strictObject({ id: z.int() });

/** The sources whose sync is due, by the clock of the database. */
export async function findDueSources(db: Db): Promise<number[]> {
  const found = await rows(db, DUE, sql`select ${sc.id} from ${sc} where ${IS_DUE} order by ${sc.nextSyncAt}`);
  return found.map(({ id }) => id);
}

/**
 * Starts a sync of a source, unless another process has one. The lease is renewed while it goes on.
 *
 * @returns the number of the sync; undefined if it was not started
 */
export async function claimSync(
  db: Db,
  { sourceId, actorId, isDue }: { sourceId: number; actorId: string; isDue: boolean },
): Promise<number | undefined> {
  const when: SQL = isDue ? IS_DUE : sql`(${sc.removedAt} is null and ${IS_FREE})`;
  return db.transaction(async (tx) => {
    const claimed = sql`
      update ${sc} set ${set(sources, { leasedUntil: sql`now() + ${interval(LEASE_MS)}` })} where ${sc.id} = ${sourceId} and ${when}`;
    if ((await run(tx, claimed)) === 0) return undefined;
    const [sync] = await tx.insert(sourceSyncs).values({ sourceId, actorId }).returning({ id: sourceSyncs.id });
    if (!sync) throw new Error('the sync was not written');
    await tx.update(sources).set({ syncId: sync.id }).where(eq(sources.id, sourceId));
    return sync.id;
  });
}

/** @returns whether this sync still has the source */
export async function renewLease(db: Db, syncId: number): Promise<boolean> {
  const renewed = sql`update ${sc} set ${set(sources, { leasedUntil: sql`now() + ${interval(LEASE_MS)}` })} where ${sc.syncId} = ${syncId}`;
  return (await run(db, renewed)) > 0;
}

export interface SyncEnd extends Partial<typeof sourceSyncs.$inferInsert> {
  outcome: 'complete' | 'incomplete' | 'failed';
}

const FAILURES = z.strictObject({ failures: z.int() });

/**
 * Ends a sync, releases its source and says when the next one is due. The caller has locked the source.
 *
 * @param waitMs how long the provider asks to wait, if it does
 * @returns how many syncs have failed in a row
 */
export async function endSync(
  tx: Tx,
  { sourceId, syncId, end, waitMs = 0 }: { sourceId: number; syncId: number; end: SyncEnd; waitMs?: number },
): Promise<number> {
  await tx
    .update(sourceSyncs)
    .set({ ...end, endedAt: sql`clock_timestamp()` })
    .where(eq(sourceSyncs.id, syncId));
  const isFailure = end.outcome !== 'complete';
  const next = sql`now() + greatest(make_interval(hours => ${sc.everyHours}), ${interval(waitMs)})`;
  const ended = sql`
    update ${sc} set ${set(sources, {
      leasedUntil: null,
      syncedAt: sql`now()`,
      nextSyncAt: next,
      failures: isFailure ? sql`${sc.failures} + 1` : 0,
      ...(!isFailure && { completeAt: sql`now()` }),
    })} where ${sc.id} = ${sourceId} returning ${sc.failures}`;
  return (await firstRow(tx, FAILURES, ended))?.failures ?? 0;
}

/** A sync that the bot itself could not end is due again after this time. */
const AFTER_FAULT = sql`interval '5 minutes'`;

/** Gives a sync up without a result. */
export async function abandonSync(db: Db, syncId: number): Promise<void> {
  await run(
    db,
    sql`update ${sc} set ${set(sources, { leasedUntil: null, nextSyncAt: sql`greatest(${sc.nextSyncAt}, now() + ${AFTER_FAULT})` })} where ${sc.syncId} = ${syncId}`,
  );
}

/** So many syncs of each source are kept. */
const KEPT = 100;

export async function purgeSyncs(db: Db): Promise<void> {
  const statement = sql`
    delete from source_syncs y using (
      select id, row_number() over (partition by source_id order by id desc) as nth from source_syncs
    ) x where x.id = y.id and x.nth > ${KEPT}`;
  await run(db, statement);
}
