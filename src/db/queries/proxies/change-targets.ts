import { type SQL, sql } from 'drizzle-orm';
import type { ManagedAccount } from '../../../domain/plan/moves/separate.ts';
import type { AssignedAccount } from '../../../domain/plan/shared/pool.ts';
import type { PoolChange } from '../../../domain/proxies/pool-change.ts';
import type { Tx } from '../../client.ts';
import { editDiffers } from './proxy-edits.ts';
import { conditions, JOINED } from './proxy-filter.ts';

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

/**
 * Writes down which proxies a change finds, in one pass.
 *
 * @param limit `ACCOUNTS_PER_PROXY`
 */
export async function findTargets(tx: Tx, change: TargetedChange, limit: number): Promise<Found> {
  const { target } = change;
  const filter = 'filter' in target ? target.filter : {};
  const named = 'ids' in target ? sql`p.id = any (${sql.param([...target.ids])}::int[]) and` : sql``;
  await tx.execute(sql`drop table if exists ${TARGETS}`);
  await tx.execute(sql`
    create temp table ${TARGETS} on commit drop as
    select p.id as proxy_id, p.version, ${differs(change)} as changes from ${JOINED} where ${named} ${conditions(filter, limit)}`);
  await tx.execute(sql`analyze ${TARGETS}`);
  const { rows } = await tx.execute<{ count: number; unchanged: number; basis: string | null }>(sql`
    select (count(*) filter (where changes))::int as count, (count(*) filter (where not changes))::int as unchanged,
      md5(string_agg(proxy_id || ':' || version, ',' order by proxy_id) filter (where changes)) as basis
    from ${TARGETS}`);
  const { count = 0, unchanged = 0, basis } = rows[0] ?? {};
  return { count, unchanged, basis: basis ?? '' };
}

/** A few of the proxies that change, the lowest numbers first. */
export async function sampleTargets(
  tx: Tx,
  count: number,
): Promise<{ id: number; host: string; port: number; load: number }[]> {
  const { rows } = await tx.execute<{ id: number; host: string; port: number; load: number }>(sql`
    select p.id, p.host, p.port, (select count(*)::int from account_proxy_assignments a where a.proxy_id = p.id) as load
    from proxies p join ${CHANGING} order by p.id limit ${count}`);
  return rows;
}

/** The numbers of the proxies that change. */
export async function targetIds(tx: Tx): Promise<number[]> {
  const { rows } = await tx.execute<{ id: number }>(sql`select proxy_id as id from ${TARGETS} where changes`);
  return rows.map((row) => row.id);
}

const ASSIGNED = sql.raw(
  `select s.account_id as id, s.model_id as "modelId", s.proxy_id as "proxyId", (extract(epoch from s.assigned_at) * 1000)::float8 as since
   from account_proxy_assignments s`,
);

/** The accounts on the proxies that change. */
export async function accountsOnTargets(tx: Tx): Promise<AssignedAccount[]> {
  const { rows } = await tx.execute<AssignedAccount & Record<string, unknown>>(
    sql`${ASSIGNED} join ${TARGETS} t on t.proxy_id = s.proxy_id and t.changes`,
  );
  return rows;
}

/** The same with the VPS that manages each. */
export async function managedOnTargets(tx: Tx): Promise<ManagedAccount[]> {
  const { rows } = await tx.execute<ManagedAccount & Record<string, unknown>>(
    sql`select x.*, a.vps_id as "vpsId" from (${ASSIGNED} join ${TARGETS} t on t.proxy_id = s.proxy_id and t.changes) x join accounts a on a.id = x.id`,
  );
  return rows;
}

/** All accounts that have a proxy, of one model or of all. */
export async function assignedOf(tx: Tx, modelId: number | undefined): Promise<AssignedAccount[]> {
  const { rows } = await tx.execute<AssignedAccount & Record<string, unknown>>(
    sql`${ASSIGNED} ${modelId === undefined ? sql`` : sql`where s.model_id = ${modelId}`}`,
  );
  return rows;
}
