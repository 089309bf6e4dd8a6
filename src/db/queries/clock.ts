import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db, Tx } from '../client.ts';
import { interval } from '../sql/columns.ts';
import { onlyRow, run } from '../sql/rows.ts';

const NOW = z.strictObject({ now: z.date() });

/** The time of the database. It decides what is due: all processes share it, while the clock of one machine may be wrong. */
export async function readNow(db: Db | Tx): Promise<Date> {
  return (await onlyRow(db, NOW, sql`select clock_timestamp() as now`)).now;
}

/** Allows for a clock that is corrected in small steps, and for transactions that take long. */
const SLACK = sql`interval '30 seconds'`;

/**
 * Whether a time is further ahead than `longestMs`, so that it was written while the clock of the database was ahead. `now()` is when a
 * transaction began: another one that began later, and has committed since, may have written a time that is a little further ahead.
 */
export const isTooFarAhead = (moment: StringChunk, longestMs: number): SQL =>
  sql`${moment} > now() + ${interval(longestMs)} + ${SLACK}`;

/**
 * Corrects jobs that were queued while the clock of the database was ahead. Those that wait would otherwise not start before the
 * clock has caught up, and those that have ended would block their periods until then.
 */
export async function bringBackJobs(db: Db): Promise<void> {
  const ahead = sql`created_on > now() + ${SLACK}`;
  await run(
    db,
    sql`update pgboss.job set created_on = now(), start_after = now() where ${ahead} and state in ('created', 'retry')`,
  );
  await run(db, sql`delete from pgboss.job where ${ahead} and state in ('completed', 'failed')`);
}
