import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { IMPORT_CLASSES } from '../../../../domain/proxies/proxy-import.ts';
import type { Db, Tx } from '../../../client.ts';
import { importRows } from '../../../schema/plans/proxy-import.ts';
import { proxies } from '../../../schema/proxies.ts';
import { shape, typeOf } from '../../../sql/columns.ts';
import { onlyRow, run } from '../../../sql/rows.ts';

/** The staged lines of one plan, in the reading that is taken (1 or 2; lines with one reading are 0). */
export interface Batch {
  planId: number;
  reading: 1 | 2;
  /** Lines that are shown before others, the most important first. */
  examples?: readonly number[];
}

/** Where each line ends up is worked out once a transaction and kept in this table until it ends. */
export const CLASSES = sql.raw('import_classes');

/** The result of the comparison of the staged lines with each other, which lasts as long: see `compareLines`. */
const ALIKE = sql.raw('import_alike');

/** The rows of a batch. */
export const STAGED = ({ planId, reading }: Batch) => sql`plan_id = ${planId} and reading in (0, ${reading})`;

/** Equal for lines of one host, port and username. To group by one number takes half the time of grouping by four values. */
const IDENTITY_HASH = sql.raw('hashtextextended(host, port) # coalesce(hashtextextended(username, 1), 0)');

/**
 * Fills `import_alike(hash, lines, has_expired)`: the hashes that several lines share and, with NULL for the hash, all lines. Everything
 * that every line has to be read for is found in this one pass.
 */
async function compareLines(tx: Tx, batch: Batch): Promise<void> {
  const statement = sql`
    create temp table ${ALIKE} on commit drop as
    select hash, count(*) as lines, bool_or(is_expired) as has_expired
    from (
      select ${IDENTITY_HASH} as hash, expires_at <= now() as is_expired from import_rows where ${STAGED(batch)}
    ) staged
    group by grouping sets ((hash), ()) having grouping(hash) = 1 or count(*) > 1`;
  await run(tx, statement);
}

/**
 * Fills `import_classes(line, reading, is_expired, proxy_id, class)`: what becomes of the staged lines against the pool as it is now.
 * Most lines are new. Of these only the expired ones are in the table.
 * A new password of a known proxy is recognized (`credentials`) only if one line matches exactly one proxy.
 */
export async function classifyBatch(tx: Tx, batch: Batch): Promise<void> {
  await compareLines(tx, batch);
  const statement = sql`
    create temp table ${CLASSES} on commit drop as
    with staged as not materialized (
      select line, reading, type, host, port, username, password_fingerprint, expires_at <= now() as is_expired from import_rows
      where ${STAGED(batch)}
    ),
    repeated as materialized (
      select min(line) as line, host, port, username, password_fingerprint from staged
      where ${IDENTITY_HASH} in (select hash from ${ALIKE} where hash is not null)
      group by host, port, username, password_fingerprint having count(*) > 1
    ),
    gates as (
      select min(line) as line, host, port, username from (
        select min(line) as line, host, port, username, password_fingerprint from staged
        where (host, port, username) in (select host, port, username from proxies where removed_at is null)
        group by host, port, username, password_fingerprint
      ) present
      group by host, port, username having count(*) = 1
    ),
    lone as (
      select g.line, min(p.id) as proxy_id from gates g
      join proxies p using (host, port, username) where p.removed_at is null
      group by g.line having count(*) = 1
    ),
    found as (
      select s.line, s.reading, s.is_expired, null::int as proxy_id, 'duplicate' as class, 1 as rank
      from staged s join repeated using (host, port, username, password_fingerprint) where repeated.line < s.line
      union all
      select s.line, s.reading, s.is_expired, p.id, case
        when p.removed_at is not null then 'revived'
        when p.status = 'blocked' then 'blocked'
        when p.type <> s.type then 'type'
        else 'known'
      end, 2
      from staged s join proxies p using (host, port, username, password_fingerprint)
      union all
      select s.line, s.reading, s.is_expired, lone.proxy_id, 'credentials', 3 from staged s join lone using (line)
      union all
      select line, reading, is_expired, null, 'new', 4 from staged
      where is_expired and (select has_expired from ${ALIKE} where hash is null)
    )
    select distinct on (line, reading) line, reading, is_expired, proxy_id, class from found order by line, reading, rank`;
  await run(tx, statement);
  // Without statistics the planner takes the table for a small one, and would read all of it for each staged row.
  await run(tx, sql`create unique index on ${CLASSES} (line, reading)`);
}

/** Whether a staged row `r` is of none of these classes. */
const isNoneOf = (classes: SQL) =>
  sql`not exists (select from ${CLASSES} c where c.line = r.line and c.reading = r.reading and ${classes})`;

export const IS_NEW = isNoneOf(sql`c.class <> 'new'`);
const IS_TAKEN = isNoneOf(sql`c.class in ('duplicate', 'blocked', 'known')`);

/** A staged row beside its class, which is not `new`. */
export const CLASSIFIED = ({ planId }: Batch) =>
  sql`${CLASSES} c join import_rows r on r.plan_id = ${planId} and r.line = c.line and r.reading = c.reading`;

const SAMPLE_ROWS = 5;
const BLOCKED_NAMED = 5;

const SUMMARY = z.strictObject({
  counts: z.partialRecord(z.enum(IMPORT_CLASSES), z.int()),
  /** Lines that an import would take and that have expired already. Summaries that 0.1.0 stored do not have it. */
  expired: z.int().optional(),
  sample: z.array(z.strictObject(shape(importRows, 'line', 'host', 'port', 'type', 'username', 'label', 'country'))),
  blocked: z.array(z.strictObject({ ...shape(proxies, 'id', 'host', 'port'), reason: typeOf(proxies.statusReason) })),
});

export type BatchSummary = z.infer<typeof SUMMARY>;

/** Counts by class and of those that have expired, examples, and the blocked ones by name. */
export function summarizeBatch(tx: Tx, batch: Batch): Promise<BatchSummary> {
  const shown = sql.raw('line, host, port, type, username, label, country');
  const examples = sql`${sql.param(batch.examples ?? [])}::int[]`;
  const statement = sql`
    with others as (select class, count(*) as n from ${CLASSES} where class <> 'new' group by class),
    news as (
      select 'new' as class, lines - (select coalesce(sum(n), 0) from others) as n from ${ALIKE} where hash is null
    ),
    counted as (select class, n from others union all select class, n from news where n > 0),
    taken as (
      select ${shown} from import_rows r where ${STAGED(batch)} and ${IS_TAKEN} and line = any (${examples})
      union (select ${shown} from import_rows r where ${STAGED(batch)} and ${IS_TAKEN} order by line limit ${SAMPLE_ROWS})
    ),
    shown as (select ${shown} from taken order by array_position(${examples}, line), line limit ${SAMPLE_ROWS}),
    stuck as (
      select p.id, p.host, p.port, p.status_reason as reason from ${CLASSES} c join proxies p on p.id = c.proxy_id
      where p.status = 'blocked' and c.class in ('blocked', 'revived') order by p.id limit ${BLOCKED_NAMED}
    )
    select
      (select coalesce(jsonb_object_agg(class, n), '{}') from counted) as counts,
      (select count(*)::int from ${CLASSES} where is_expired and class in ('new', 'revived')) as expired,
      (select coalesce(jsonb_agg(shown order by line), '[]') from shown) as sample,
      (select coalesce(jsonb_agg(stuck order by id), '[]') from stuck) as blocked`;
  return onlyRow(tx, SUMMARY, statement);
}

/** The columns by which staged rows are found and compared. */
const COMPARED_COLUMNS = sql.raw('plan_id, line, reading, host, port, username, password_fingerprint');

/** PostgreSQL reads 300 rows for each of these steps, from as many pages. */
const ANALYZE_STEPS = sql.raw('3');

/**
 * Rows that have just come by COPY have no statistics yet, and the planner would take them for a handful. Rough ones
 * suffice, and cost no second reading of all the rows.
 */
export async function analyzeStagedRows(db: Db): Promise<void> {
  await db.transaction(async (tx) => {
    await run(tx, sql`set local default_statistics_target = ${ANALYZE_STEPS}`);
    await run(tx, sql`analyze import_rows (${COMPARED_COLUMNS})`);
  });
}
