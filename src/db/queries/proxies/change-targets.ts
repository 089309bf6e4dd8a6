import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ManagedAccount } from '../../../domain/plan/moves/separate.ts';
import type { AssignedAccount } from '../../../domain/plan/shared/pool.ts';
import type { PoolChange } from '../../../domain/proxies/pool-change.ts';
import type { Tx } from '../../client.ts';
import { accounts } from '../../schema/accounts.ts';
import { accountProxyAssignments } from '../../schema/assignments.ts';
import { proxies } from '../../schema/proxies.ts';
import { s } from '../../sql/aliases.ts';
import { array, epochMs, list, shape, typeOf } from '../../sql/columns.ts';
import { ids, onlyRow, rows, run } from '../../sql/rows.ts';
import { editDiffers } from './proxy-edits.ts';
import { filterCondition, JOINED } from './proxy-filter.ts';

/** The proxies of a change that is being planned or applied, for the rest of the transaction. */
const TARGETS = sql.raw('change_targets');

/** Joined to a proxy `p`: it is found, and the change would make a difference to it. */
export const CHANGING = sql.raw('change_targets t on t.proxy_id = p.id and t.changes');

export type TargetedChange = Exclude<PoolChange, { kind: 'rebalance' }>;

const CARRIES = 'exists (select from account_proxy_assignments s where s.proxy_id = p.id)';

const VPS_THAT_USE = `select count(distinct a.vps_id) from account_proxy_assignments s join accounts a on a.id = s.account_id where s.proxy_id = p.id`;

/** Whether a change makes a difference to a proxy `p`. A burned proxy stays burned when it is merely switched off. */
function differs(change: TargetedChange): SQL {
  switch (change.kind) {
    case 'edit':
      return editDiffers(change.edit);
    case 'deactivate':
      return change.isBlocked ? sql`p.status <> 'blocked'` : sql`p.status = 'active'`;
    case 'activate':
      return sql`p.status <> 'active'`;
    case 'remove':
      return sql`true`;
    case 'release':
      return sql.raw(`coalesce(c.cooling_until > now() and not ${CARRIES}, false)`);
    case 'move':
      return sql.raw(CARRIES);
    case 'separate':
      return sql.raw(`(${VPS_THAT_USE}) > 1`);
  }
}

export interface Found {
  /** Proxies that change. */
  count: number;
  /** Proxies that were found and are so already. */
  unchanged: number;
  /** The same as long as the same proxies would change, and none of them has changed otherwise. */
  basis: string;
}

const COUNTED = z.strictObject({ count: z.int(), unchanged: z.int(), basis: z.string().nullable() });

/**
 * Writes down which proxies a change finds, in one pass.
 *
 * @param limit `ACCOUNTS_PER_PROXY`
 */
export async function findTargets(tx: Tx, change: TargetedChange, limit: number): Promise<Found> {
  const { target } = change;
  const filter = 'filter' in target ? target.filter : {};
  const named = 'ids' in target ? sql`p.id = any (${array(target.ids, 'int')}) and` : sql``;
  await run(tx, sql`drop table if exists ${TARGETS}`);
  const found = sql`
    create temp table ${TARGETS} on commit drop as
    select p.id as proxy_id, p.version, ${differs(change)} as changes from ${JOINED} where ${named} ${await filterCondition(tx, filter, limit)}`;
  await run(tx, found);
  await run(tx, sql`analyze ${TARGETS}`);
  const counted = sql`
    select (count(*) filter (where changes))::int as count, (count(*) filter (where not changes))::int as unchanged,
      md5(string_agg(proxy_id || ':' || version, ',' order by proxy_id) filter (where changes)) as basis
    from ${TARGETS}`;
  const { basis, ...counts } = await onlyRow(tx, COUNTED, counted);
  return { ...counts, basis: basis ?? '' };
}

const SAMPLE = z.strictObject({ ...shape(proxies, 'id', 'host', 'port'), load: z.int() });

/** A few of the proxies that change, the lowest numbers first. */
export function sampleTargets(tx: Tx, count: number): Promise<z.infer<typeof SAMPLE>[]> {
  const statement = sql`
    select p.id, p.host, p.port, (select count(*)::int from account_proxy_assignments a where a.proxy_id = p.id) as load
    from proxies p join ${CHANGING} order by p.id limit ${count}`;
  return rows(tx, SAMPLE, statement);
}

/** The numbers of the proxies that change. */
export async function targetIds(tx: Tx): Promise<number[]> {
  return ids(tx, sql`select proxy_id as id from ${TARGETS} where changes`);
}

const ASSIGNED = z.strictObject({
  id: typeOf(accountProxyAssignments.accountId),
  ...shape(accountProxyAssignments, 'modelId', 'proxyId'),
  since: z.number(),
}) satisfies z.ZodType<AssignedAccount>;
const MANAGED = ASSIGNED.extend(shape(accounts, 'vpsId')) satisfies z.ZodType<ManagedAccount>;

const ASSIGNMENTS = sql`select ${s.accountId} as id, ${list(s, 'modelId', 'proxyId')}, ${epochMs(s.assignedAt)} as since from ${s}`;
const ON_TARGETS = sql`${ASSIGNMENTS} join ${TARGETS} t on t.proxy_id = ${s.proxyId} and t.changes`;

/** The accounts on the proxies that change. */
export function accountsOnTargets(tx: Tx): Promise<AssignedAccount[]> {
  return rows(tx, ASSIGNED, ON_TARGETS);
}

/** The same with the VPS that manages each. */
export function managedOnTargets(tx: Tx): Promise<ManagedAccount[]> {
  const statement = sql`select x.*, a.vps_id as "vpsId" from (${ON_TARGETS}) x join accounts a on a.id = x.id`;
  return rows(tx, MANAGED, statement);
}

/** All accounts that have a proxy, of one model or of all. */
export function assignedOf(tx: Tx, modelId: number | undefined): Promise<AssignedAccount[]> {
  return rows(tx, ASSIGNED, modelId === undefined ? ASSIGNMENTS : sql`${ASSIGNMENTS} where ${s.modelId} = ${modelId}`);
}
