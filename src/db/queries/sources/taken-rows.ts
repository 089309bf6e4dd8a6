import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import { NO_SYNC_COUNTS, SYNC_CLASSES, type SyncClass, type SyncCounts } from '../../../domain/sources/source.ts';
import type { Tx } from '../../client.ts';
import { array } from '../../sql/columns.ts';
import { rows, run } from '../../sql/rows.ts';
import {
  canSucceed,
  FOLLOWED_COLUMNS,
  IS_OFF_AS_MISSING,
  isBackFromRemoval,
  TAKES_ANY,
  TAKES_CREDENTIALS,
  TAKES_TYPE,
} from './sync-conditions.ts';

/** Who applies which plan of which source. */
export interface SyncAuthor {
  actor: Actor;
  planId: number;
  sourceId: number;
}

/** The values of a proxy that a sync may change, for the audit log. */
export const STATE = sql.raw(
  `jsonb_build_object('status', p.status, 'type', p.type, 'source', p.source_id, 'external_id', p.external_id, ${FOLLOWED_COLUMNS.map((column) => `'${column}', p.${column}`).join(', ')})`,
);

/** An entry that is taken, `t`, with its row, `r`. */
export const TAKEN = (planId: number) =>
  sql`sync_taken t join sync_rows r on r.plan_id = ${planId} and r.line = t.line`;

/** No other proxy has the identity of the entry `r`. */
const IS_FREE = sql.raw(`not exists (select from proxies o where o.id is distinct from r.proxy_id
  and (o.host, o.port, o.username, o.password_fingerprint) = (r.host, r.port, r.username, r.password_fingerprint))`);

/** Whether an entry of a plan still makes the difference that it made when it was compared. */
function holds(sourceId: number): SQL {
  const isOwn = sql`(p.removed_at is null and p.source_id = ${sourceId})`;
  const conditions: Record<SyncClass, SQL> = {
    new: IS_FREE,
    adopted: sql`(p.removed_at is null and p.source_id is null)`,
    changed: sql`(${isOwn} and ${IS_FREE} and p.credential_id = r.credential_id and (${TAKES_TYPE} or ${TAKES_CREDENTIALS}))`,
    replaced: sql`(${isOwn} and (case when r.successor_id is null then ${IS_FREE} else ${canSucceed(sourceId)} end))`,
    renewed: sql`(${isOwn} and (${TAKES_ANY}))`,
    returned: sql`(${isBackFromRemoval(sourceId)} or (${isOwn} and ${IS_OFF_AS_MISSING}))`,
  };
  const cases = SYNC_CLASSES.map((each) => sql`when ${each} then ${conditions[each]}`);
  return sql`case r.class ${sql.join(cases, sql` `)} end`;
}

const COUNTED = z.strictObject({ class: z.enum(SYNC_CLASSES), count: z.int(), moving: z.int() });

/**
 * Keeps the entries of a plan that still make a difference in `sync_taken` until the transaction ends.
 *
 * @returns their number by class, and the number of accounts on the proxies that are replaced
 */
export async function takeRows(
  tx: Tx,
  { planId, sourceId }: Pick<SyncAuthor, 'planId' | 'sourceId'>,
  classes: readonly SyncClass[] = SYNC_CLASSES,
): Promise<{ counts: SyncCounts; moving: number }> {
  await run(tx, sql`drop table if exists sync_taken`);
  const taken = sql`
    create temp table sync_taken on commit drop as
    select r.line, r.class, r.proxy_id, r.successor_id, r.successor_id is null as is_added, ${STATE} as before, p.removed_at is not null as was_removed
    from sync_rows r left join proxies p on p.id = r.proxy_id left join source_listings b on b.proxy_id = r.proxy_id
    left join proxies q on q.id = r.successor_id
    where r.plan_id = ${planId} and r.class = any (${array(classes, 'text')}) and ${holds(sourceId)}`;
  await run(tx, taken);
  await run(tx, sql`create index on sync_taken (line)`);
  await run(tx, sql`analyze sync_taken`);
  const counted = sql`
    select class, count(*)::int as count, coalesce(sum(case when class = 'replaced' then ld.load end), 0)::int as moving
    from sync_taken t left join proxy_loads ld on ld.proxy_id = t.proxy_id group by class`;
  const found = await rows(tx, COUNTED, counted);
  const counts = { ...NO_SYNC_COUNTS, ...Object.fromEntries(found.map((each) => [each.class, each.count])) };
  return { counts, moving: found.reduce((sum, each) => sum + each.moving, 0) };
}

/** Rows that have just come by COPY have no statistics yet, and the planner would take them for a handful. */
export async function analyzeRows(tx: Tx): Promise<void> {
  await run(
    tx,
    sql`analyze sync_rows (plan_id, line, class, proxy_id, successor_id, host, port, username, password_fingerprint)`,
  );
}

/** Drops the entries that make no difference any more, so that a new preview shows what is left. */
export async function dropStaleRows(tx: Tx, planId: number): Promise<void> {
  const statement = sql`
    delete from sync_rows r where r.plan_id = ${planId} and not exists (select from sync_taken t where t.line = r.line)`;
  await run(tx, statement);
}
