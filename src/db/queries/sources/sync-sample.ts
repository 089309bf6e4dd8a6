import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { SYNC_CLASSES } from '../../../domain/sources/source.ts';
import type { Tx } from '../../client.ts';
import { syncRows } from '../../schema/plans/source-sync.ts';
import { p } from '../../sql/aliases.ts';
import { array, as } from '../../sql/columns.ts';
import { onlyRow, rows } from '../../sql/rows.ts';
import { proxyAddress } from '../proxies/proxy-address.ts';
import { FOLLOWED_COLUMNS } from './sync-conditions.ts';

const r = as(syncRows, 'r');

const SAMPLE = z.strictObject({
  class: z.enum(SYNC_CLASSES),
  proxyId: z.int().nullable(),
  before: z.string().nullable(),
  after: z.string(),
  accounts: z.int(),
});

/** A few entries of each class, those with accounts first. */
export function sampleRows(tx: Tx, planId: number, each: number): Promise<z.infer<typeof SAMPLE>[]> {
  const statement = sql`
    select x.class, x.proxy_id as "proxyId", x.before, x.after, x.accounts from (
      select r.class, r.line, r.proxy_id, ${proxyAddress(p)} as before,
        ${proxyAddress(r)} as after, coalesce(ld.load, 0)::int as accounts,
        row_number() over (partition by r.class order by coalesce(ld.load, 0) desc, r.line) as nth
      from sync_rows r left join proxies p on p.id = r.proxy_id left join proxy_loads ld on ld.proxy_id = r.proxy_id
      where r.plan_id = ${planId}
    ) x where nth <= ${each} order by array_position(${array(SYNC_CLASSES, 'text')}, x.class), nth`;
  return rows(tx, SAMPLE, statement);
}

const BASIS = z.strictObject({ basis: z.string() });

/** Equal as long as a plan would do the same. */
export async function basisOfRows(tx: Tx, planId: number): Promise<string> {
  const values = sql.raw(
    ['class', 'proxy_id', 'successor_id', 'host', 'port', 'username', 'type', ...FOLLOWED_COLUMNS]
      .map((column) => `r.${column}`)
      .join(', '),
  );
  const statement = sql`
    select coalesce(md5(string_agg(x, ',' order by x)), '') as basis
    from (select concat_ws('|', ${values}, encode(r.password_fingerprint, 'hex')) as x from sync_rows r where r.plan_id = ${planId}) x`;
  return (await onlyRow(tx, BASIS, statement)).basis;
}
