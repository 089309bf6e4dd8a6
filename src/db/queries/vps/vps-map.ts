import { type SQL, sql } from 'drizzle-orm';
import { MAX_ACCOUNTS_PER_PROXY } from '../../../domain/proxies/proxy.ts';
import type { ExportedMapping } from '../../../domain/vps/mapping-file.ts';
import type { Drift, MapFlow, VpsMap, VpsRelation } from '../../../domain/vps/vps-map.ts';
import type { Db, Tx } from '../../client.ts';
import { inScope, type VpsScope } from './vps.ts';

/**
 * What VPS have to do with proxies as `r`, used or written down: all relations of each proxy that has to do with a VPS in scope, and
 * whether their own VPS is in scope. A proxy carries one model (R2), so a relation has one. The order of the inner rows is kept by
 * all that follows, so they are sorted once.
 */
const relations = (scope: VpsScope): SQL => sql`
  with r as materialized (
    select proxy_id, vps_id, min(model_id) as model_id, count(model_id)::int as accounts, count(*) > count(model_id) as documented,
      ${ofScope(scope, sql`vps_id`)} as mine,
      count(*) over (partition by proxy_id) > 1 as is_shared, count(nullif(count(model_id), 0)) over (partition by proxy_id) > 1 as is_crowded
    from (
      select s.proxy_id, a.vps_id, s.model_id
      from account_proxy_assignments s join accounts a on a.id = s.account_id where a.vps_id is not null ${onTouched(scope, sql`s.proxy_id`)}
      union all
      select proxy_id, vps_id, null from vps_proxy_mappings l where true ${onTouched(scope, sql`proxy_id`)}
      order by proxy_id, vps_id
    ) x group by proxy_id, vps_id
  )`;

const isEverything = ({ vpsId, environment }: VpsScope) => vpsId === undefined && environment === undefined;

const ofScope = (scope: VpsScope, vpsId: SQL): SQL =>
  isEverything(scope) ? sql`${vpsId} is not null` : sql`${vpsId} in (select v.id from vps v where ${inScope(scope)})`;

const onTouched = (scope: VpsScope, proxyId: SQL): SQL =>
  isEverything(scope)
    ? sql``
    : sql`and ${proxyId} in (
        select s.proxy_id from vps v join accounts a on a.vps_id = v.id join account_proxy_assignments s on s.account_id = a.id where ${inScope(scope)}
        union select l.proxy_id from vps v join vps_proxy_mappings l on l.vps_id = v.id where ${inScope(scope)})`;

/** By proxy, the VPS that use it or that it is written down for. */
export async function readStanding(tx: Tx): Promise<Map<number, Set<number>>> {
  const { rows } = await tx.execute<{ proxyId: number; vpsIds: number[] }>(sql`
    ${relations({})} select proxy_id as "proxyId", array_agg(vps_id order by vps_id) as "vpsIds" from r group by proxy_id`);
  return new Map(rows.map(({ proxyId, vpsIds }) => [proxyId, new Set(vpsIds)]));
}

/** Which relations drift; where a proxy is shared, all that have to do with it are told, in scope or not. */
const DRIFTING: Record<Drift, SQL> = {
  unused: sql`r.mine and r.documented and r.accounts = 0`,
  undocumented: sql`r.mine and r.accounts > 0 and not r.documented`,
  shared: sql`r.is_shared`,
};

const TOLD = sql`
  v.id as "vpsId", v.name as vps, v.environment, p.id as "proxyId", p.host, p.port, r.accounts, r.documented as "isDocumented",
  (select l.notes from vps_proxy_mappings l where l.vps_id = r.vps_id and l.proxy_id = r.proxy_id) as notes`;

/** The first relations of a kind of drift. */
export async function findDrift(db: Db | Tx, drift: Drift, scope: VpsScope, limit: number): Promise<VpsRelation[]> {
  const { rows } = await db.execute<VpsRelation & Record<string, unknown>>(sql`
    ${relations(scope)}
    select ${TOLD} from r join vps v on v.id = r.vps_id join proxies p on p.id = r.proxy_id where ${DRIFTING[drift]}
    order by p.id, v.key limit ${limit}`);
  return rows;
}

/** What is counted for a map, in one pass over the relations. */
export interface CountedMap {
  figures: VpsMap['figures'];
  drift: VpsMap['drift'];
  crowded: number;
  samples: Record<Drift, VpsRelation[]>;
  /** Accounts from each VPS to each group, and from each group to each model. */
  toProxies: MapFlow[];
  toModels: MapFlow[];
}

/**
 * Both tables of accounts come in the order of their keys, which the planner takes to be dearer than it is: merging them takes half
 * as long as hashing them. Sorting 300,000 relations stays in memory; to compile the statement takes longer than to run it.
 */
const SETTINGS = sql.raw(`set local enable_hashjoin = off; set local work_mem = '96MB'; set local jit = off`);

/** @param sample relations of each kind of drift that are told by name */
export async function countMap(
  tx: Tx,
  scope: VpsScope,
  { grouping, sample }: { grouping: VpsMap['grouping']; sample: number },
): Promise<CountedMap> {
  await tx.execute(SETTINGS);
  const group = sql.raw(grouping === 'proxy' ? `'#' || p.id || ' ' || p.host` : `coalesce(p.provider, 'no provider')`);
  const sampleOf = (drift: Drift) => sql`
    (select coalesce(json_agg(x), '[]') from (
      select ${TOLD} from (select * from r where ${DRIFTING[drift]} order by proxy_id, vps_id limit ${sample}) r
      join vps v on v.id = r.vps_id join proxies p on p.id = r.proxy_id order by p.id, v.key
    ) x)`;
  const { rows } = await tx.execute<CountedMap & Record<string, unknown>>(sql`
    ${relations(scope)},
    counted as (
      select coalesce(sum(r.accounts), 0)::int as assigned, count(*) filter (where r.documented)::int as links,
        count(*) filter (where ${DRIFTING.unused})::int as unused, count(*) filter (where ${DRIFTING.undocumented})::int as undocumented,
        count(distinct r.proxy_id) filter (where r.accounts > 0)::int as proxies, count(distinct r.proxy_id) filter (where r.is_shared)::int as shared,
        count(distinct r.proxy_id) filter (where r.is_crowded)::int as crowded
      from r where r.mine
    ),
    managed as (
      select a.model_id, count(*)::int as accounts from accounts a where ${ofScope(scope, sql`a.vps_id`)} and a.removed_at is null group by 1
    ),
    flows as (
      select r.vps_id, ${group} as proxy, r.model_id, sum(r.accounts)::int as accounts
      from r join proxies p on p.id = r.proxy_id where r.mine group by grouping sets ((1, 2), (2, 3)) having sum(r.accounts) > 0
    )
    select
      (select json_build_object('vps', (select count(*) from vps v where ${inScope(scope)}), 'assigned', c.assigned, 'links', c.links,
        'accounts', (select coalesce(sum(accounts), 0) from managed), 'models', (select count(*) from managed),
        'proxies', c.proxies) from counted c) as figures,
      (select json_build_object('unused', c.unused, 'undocumented', c.undocumented, 'shared', c.shared) from counted c) as drift,
      (select c.crowded from counted c) as crowded,
      json_build_object('unused', ${sampleOf('unused')}, 'undocumented', ${sampleOf('undocumented')}, 'shared', ${sampleOf('shared')}) as samples,
      (select coalesce(json_agg(json_build_object('from', v.name, 'to', f.proxy, 'accounts', f.accounts) order by f.accounts desc, v.key, f.proxy), '[]')
        from flows f join vps v on v.id = f.vps_id) as "toProxies",
      (select coalesce(json_agg(json_build_object('from', f.proxy, 'to', m.name, 'accounts', f.accounts) order by f.accounts desc, f.proxy, m.key), '[]')
        from flows f join models m on m.id = f.model_id) as "toModels"`);
  const [row] = rows;
  if (!row) throw new Error('the map was not counted');
  return row;
}

/** How many proxies the accounts of VPS in scope use; at least `most` where there are more, since so many accounts need them (R1). */
export async function countUsedProxies(tx: Tx, scope: VpsScope, most: number): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    select count(distinct proxy_id)::int as count from (
      select s.proxy_id from vps v join accounts a on a.vps_id = v.id join account_proxy_assignments s on s.account_id = a.id
      where ${inScope(scope)} limit ${MAX_ACCOUNTS_PER_PROXY * most}
    ) x`);
  return rows[0]?.count ?? 0;
}

/** The relations of one VPS with the accounts behind them. */
export async function readInventory(db: Db | Tx, vpsId: number): Promise<(VpsRelation & { usernames: string[] })[]> {
  const { rows } = await db.execute<VpsRelation & { usernames: string[] } & Record<string, unknown>>(sql`
    with r as (
      select vps_id, proxy_id, coalesce(u.accounts, 0) as accounts, l.vps_id is not null as documented, l.notes
      from (
        select a.vps_id, s.proxy_id, count(*)::int as accounts
        from account_proxy_assignments s join accounts a on a.id = s.account_id where a.vps_id = ${vpsId} group by 1, 2
      ) u full join (select * from vps_proxy_mappings where vps_id = ${vpsId}) l using (vps_id, proxy_id)
    )
    select v.id as "vpsId", v.name as vps, v.environment, p.id as "proxyId", p.host, p.port, r.accounts, r.documented as "isDocumented", r.notes,
      coalesce((
        select array_agg(a.username order by a.key) from accounts a join account_proxy_assignments s on s.account_id = a.id
        where a.vps_id = v.id and s.proxy_id = p.id and a.removed_at is null), '{}') as usernames
    from r join vps v on v.id = r.vps_id join proxies p on p.id = r.proxy_id order by p.id`);
  return rows;
}

/** Writes every used relation in scope down. @returns how many */
export async function documentUsed(tx: Tx, scope: VpsScope, by: string): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    insert into vps_proxy_mappings (vps_id, proxy_id, created_by)
    ${relations(scope)} select r.vps_id, r.proxy_id, ${by} from r where ${DRIFTING.undocumented} on conflict do nothing`);
  return rowCount ?? 0;
}

/** Takes every unused link in scope away. @returns how many */
export async function unlinkUnused(tx: Tx, scope: VpsScope): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    ${relations(scope)}
    delete from vps_proxy_mappings l using r where l.vps_id = r.vps_id and l.proxy_id = r.proxy_id and ${DRIFTING.unused}`);
  return rowCount ?? 0;
}

/** The rows of an export behind a VPS, in order; VPS by VPS, since one has hundreds of rows at most. */
export async function readMappings(db: Db | Tx, vpsId: number): Promise<ExportedMapping[]> {
  const { rows } = await db.execute<ExportedMapping & Record<string, unknown>>(sql`
    with own as (
      select a.username as account, a.key, m.name as model, s.proxy_id
      from accounts a join models m on m.id = a.model_id left join account_proxy_assignments s on s.account_id = a.id
      where a.vps_id = ${vpsId} and a.removed_at is null
    ),
    links as (select proxy_id, notes from vps_proxy_mappings where vps_id = ${vpsId})
    select v.name as vps, v.environment, p.id as "proxyId", p.host, p.port, x.account, x.model, x.documented as "isDocumented", x.notes
    from vps v left join (
      select coalesce(o.proxy_id, l.proxy_id) as proxy_id, o.account, o.key, o.model, l.proxy_id is not null as documented, l.notes
      from own o full join links l on l.proxy_id = o.proxy_id
    ) x on true left join proxies p on p.id = x.proxy_id
    where v.id = ${vpsId} order by p.id nulls last, x.key`);
  return rows.map((row) => ({ ...row, isDocumented: row.isDocumented ?? false }));
}
