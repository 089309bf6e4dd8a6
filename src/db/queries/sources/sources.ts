import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { SourceSummary, SyncRun } from '../../../domain/sources/source.ts';
import { sourceKey } from '../../../domain/sources/source.ts';
import type { Db, Tx } from '../../client.ts';
import { sourceSyncs, sources } from '../../schema/sources.ts';
import { sc } from '../../sql/aliases.ts';
import { as, list, shape } from '../../sql/columns.ts';
import { firstRow, type Queryable, rows, run } from '../../sql/rows.ts';
import { anywhere } from '../like.ts';

export type SourceRow = typeof sources.$inferSelect;

export async function insertSource(
  tx: Tx,
  source: Omit<typeof sources.$inferInsert, 'key'>,
): Promise<SourceRow | undefined> {
  const [row] = await tx
    .insert(sources)
    .values({ ...source, key: sourceKey(source.name) })
    .onConflictDoNothing()
    .returning();
  return row;
}

/** The source, whether it was removed or not. */
export async function findSource(db: Db | Tx, id: number): Promise<SourceRow | undefined> {
  const [row] = await db.select().from(sources).where(eq(sources.id, id));
  return row;
}

/** The same, locked until the transaction ends: every change of its findings takes this lock first. */
export async function lockSource(tx: Tx, id: number): Promise<SourceRow | undefined> {
  const [row] = await tx.select().from(sources).where(eq(sources.id, id)).for('update');
  return row;
}

export async function findSourceId(db: Db | Tx, name: string): Promise<number | undefined> {
  const [row] = await db
    .select({ id: sources.id })
    .from(sources)
    .where(and(eq(sources.key, sourceKey(name)), isNull(sources.removedAt)));
  return row?.id;
}

export async function updateSource(
  db: Db | Tx,
  id: number,
  change: Partial<typeof sources.$inferInsert>,
): Promise<void> {
  await db.update(sources).set(change).where(eq(sources.id, id));
}

/** The next sync is due no later than the time between syncs says. */
export async function bringForward(tx: Tx, id: number): Promise<void> {
  const next = sql`least(${sources.nextSyncAt}, ${sources.syncedAt} + make_interval(hours => ${sources.everyHours}))`;
  await tx.update(sources).set({ nextSyncAt: next }).where(eq(sources.id, id));
}

/** The next sync is due at once. */
export async function makeDue(tx: Tx, id: number): Promise<void> {
  await tx.update(sources).set({ nextSyncAt: sql`now()` }).where(eq(sources.id, id));
}

/** The row of a removed source stays, without its key. */
export async function closeSource(tx: Tx, id: number): Promise<void> {
  await tx
    .update(sources)
    .set({ removedAt: sql`now()`, keySealed: null, messageId: null, leasedUntil: null })
    .where(eq(sources.id, id));
}

/** The proxies of a removed source stay, and belong to none. The caller holds the lock on assignments. */
export async function releaseProxies(tx: Tx, sourceId: number): Promise<number> {
  await run(tx, sql`delete from source_listings where source_id = ${sourceId}`);
  const released = sql`update proxies set source_id = null, external_id = null, missing_since = null where source_id = ${sourceId}`;
  return run(tx, released);
}

const SUMMARY_COLUMNS = [
  'id',
  'name',
  'kind',
  'provider',
  'everyHours',
  'mode',
  'nextSyncAt',
  'syncedAt',
  'completeAt',
  'failures',
] as const;

const SUMMARY = z.strictObject({
  ...shape(sources, ...SUMMARY_COLUMNS),
  problem: z.string().nullable(),
  isRunning: z.boolean(),
  proxies: z.int(),
  missing: z.int(),
}) satisfies z.ZodType<SourceSummary>;

const y = as(sourceSyncs, 'y');

/** The sources that are not removed, by name, or one of them. */
export function readSources(db: Db | Tx, id?: number): Promise<SourceSummary[]> {
  const only = id === undefined ? sql`` : sql`and ${sc.id} = ${id}`;
  const statement = sql`
    select ${list(sc, ...SUMMARY_COLUMNS)}, coalesce(${sc.leasedUntil} > now(), false) as "isRunning",
      (select ${y.message} from ${y} where ${y.sourceId} = ${sc.id} and ${y.endedAt} is not null order by ${y.id} desc limit 1) as problem,
      (select count(*)::int from proxies p where p.source_id = ${sc.id} and p.removed_at is null) as proxies,
      (select count(*)::int from proxies p where p.source_id = ${sc.id} and ${IS_MISSING}) as missing
    from ${sc} where ${sc.removedAt} is null ${only} order by ${sc.key}`;
  return rows(db, SUMMARY, statement);
}

const NAMED = z.strictObject(shape(sources, 'name'));

/** The names of sources that contain the typed text, in order. */
export async function suggestSources(db: Queryable, typed: string, count: number): Promise<string[]> {
  const statement = sql`
    select ${sc.name} from ${sc} where ${sc.removedAt} is null and ${sc.name} ilike ${anywhere(typed)} order by ${sc.key} limit ${count}`;
  return (await rows(db, NAMED, statement)).map((row) => row.name);
}

/** A proxy that its source lacks, and about which no person has decided. */
const IS_MISSING = sql`p.missing_since is not null and p.removed_at is null and p.status = 'active'`;

const SYNC_COLUMNS = ['id', 'actorId', 'startedAt', 'endedAt', 'outcome', 'message', 'listed', 'refused'] as const;
const SYNC = z.strictObject(shape(sourceSyncs, ...SYNC_COLUMNS));

/** The last syncs of a source, the newest first. */
export function readSyncs(db: Db | Tx, sourceId: number, count: number): Promise<SyncRun[]> {
  const statement = sql`select ${list(y, ...SYNC_COLUMNS)} from ${y} where ${y.sourceId} = ${sourceId} order by ${y.id} desc limit ${count}`;
  return rows(db, SYNC, statement);
}

const MISSING = z.strictObject({ missing: z.int(), accounts: z.int(), active: z.int(), basis: z.string() });

/** How many active proxies a source lacks, the accounts on them, and how many active proxies it has. */
export async function countMissing(tx: Tx, sourceId: number): Promise<z.infer<typeof MISSING>> {
  const statement = sql`
    select (count(*) filter (where ${IS_MISSING}))::int as missing, coalesce(sum(ld.load) filter (where ${IS_MISSING}), 0)::int as accounts,
      count(*)::int as active, coalesce(md5(string_agg(p.id::text, ',' order by p.id) filter (where ${IS_MISSING})), '') as basis
    from proxies p left join proxy_loads ld on ld.proxy_id = p.id
    where p.source_id = ${sourceId} and p.removed_at is null and p.status = 'active'`;
  const found = await firstRow(tx, MISSING, statement);
  return found ?? { missing: 0, accounts: 0, active: 0, basis: '' };
}
