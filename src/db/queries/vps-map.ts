import { type SQL, sql } from 'drizzle-orm';
import type { ExportedMapping } from '../../domain/vps/mapping-file.ts';
import type { Drift, MapFlow, VpsMap, VpsRelation } from '../../domain/vps-map.ts';
import type { Db, Tx } from '../client.ts';
import { inScope, type VpsScope } from './vps.ts';

/** What accounts of VPS in scope use now, one row a VPS, proxy and model. */
const used = (scope: VpsScope): SQL => sql`
  select a.vps_id, s.proxy_id, s.model_id, count(*)::int as accounts
  from vps v join accounts a on a.vps_id = v.id and a.removed_at is null join account_proxy_assignments s on s.account_id = a.id
  where ${inScope(scope)} group by 1, 2, 3`;

/** Every relation in scope, used or written down. */
const relations = (scope: VpsScope): SQL => sql`
  select vps_id, proxy_id, coalesce(u.accounts, 0) as accounts, l.vps_id is not null as documented, l.notes
  from (select vps_id, proxy_id, sum(accounts)::int as accounts from (${used(scope)}) x group by 1, 2) u
  full join (select l.vps_id, l.proxy_id, l.notes from vps_proxy_mappings l join vps v on v.id = l.vps_id where ${inScope(scope)}) l
  using (vps_id, proxy_id)`;

/** Proxies that stand with more than one VPS, wherever those are. */
const SHARED = sql`
  select proxy_id from (
    select a.vps_id, s.proxy_id from accounts a join account_proxy_assignments s on s.account_id = a.id
    where a.vps_id is not null and a.removed_at is null
    union select vps_id, proxy_id from vps_proxy_mappings
  ) x group by 1 having count(distinct vps_id) > 1`;

const DRIFTING: Record<Drift, SQL> = {
  unused: sql`r.documented and r.accounts = 0`,
  undocumented: sql`r.accounts > 0 and not r.documented`,
  shared: sql`exists (select from shared s where s.proxy_id = r.proxy_id)`,
};

export async function countFigures(
  db: Db | Tx,
  scope: VpsScope,
): Promise<{ figures: VpsMap['figures']; drift: VpsMap['drift'] }> {
  const { rows } = await db.execute<VpsMap['figures'] & VpsMap['drift'] & Record<string, unknown>>(sql`
    with shared as materialized (${SHARED}),
    r as materialized (${relations(scope)}),
    managed as (
      select count(*)::int as accounts, count(distinct a.model_id)::int as models from vps v join accounts a on a.vps_id = v.id
      where ${inScope(scope)} and a.removed_at is null
    )
    select (select count(*)::int from vps v where ${inScope(scope)}) as vps, m.accounts, m.models,
      coalesce(sum(r.accounts), 0)::int as assigned, count(distinct r.proxy_id) filter (where r.accounts > 0)::int as proxies,
      count(*) filter (where r.documented)::int as links, count(*) filter (where ${DRIFTING.unused})::int as unused,
      count(*) filter (where ${DRIFTING.undocumented})::int as undocumented,
      count(distinct r.proxy_id) filter (where ${DRIFTING.shared})::int as shared
    from managed m left join r on true group by m.accounts, m.models`);
  const { unused = 0, undocumented = 0, shared = 0, ...figures } = rows[0] ?? {};
  return { figures: figures as VpsMap['figures'], drift: { unused, undocumented, shared } };
}

/** The first relations of a kind of drift. */
export async function findDrift(db: Db | Tx, drift: Drift, scope: VpsScope, limit: number): Promise<VpsRelation[]> {
  // What is shared is so because of a VPS that may be out of scope: then all that have to do with the proxy are told.
  const all = drift === 'shared' ? relations({}) : relations(scope);
  const { rows } = await db.execute<VpsRelation & Record<string, unknown>>(sql`
    with shared as materialized (${SHARED}), r as materialized (${all})
    select v.id as "vpsId", v.name as vps, v.environment, p.id as "proxyId", p.host, p.port, r.accounts, r.documented as "isDocumented", r.notes
    from r join vps v on v.id = r.vps_id join proxies p on p.id = r.proxy_id
    where ${DRIFTING[drift]} ${
      drift === 'shared'
        ? sql`and exists (select from (${relations(scope)}) mine where mine.proxy_id = r.proxy_id)`
        : sql``
    }
    order by p.id, v.key limit ${limit}`);
  return rows;
}

const OTHERS = 'others';

/**
 * Accounts from VPS to proxies, or to their providers, and from there to models. Beyond so many names of a kind the smaller ones are
 * told together.
 */
export async function readFlows(
  db: Db | Tx,
  scope: VpsScope,
  { grouping, names }: { grouping: VpsMap['grouping']; names: number },
): Promise<{ toProxies: MapFlow[]; toModels: MapFlow[] }> {
  const proxy = sql.raw(grouping === 'proxy' ? `'#' || p.id || ' ' || p.host` : `coalesce(p.provider, 'no provider')`);
  const { rows } = await db.execute<{ vps: string | null; proxy: string; model: string | null; accounts: number }>(sql`
    with u as materialized (
      select u.vps_id, u.model_id, ${proxy} as proxy, sum(u.accounts)::int as accounts
      from (${used(scope)}) u join proxies p on p.id = u.proxy_id group by 1, 2, 3
    ),
    vps_names as (
      select u.vps_id, case when row_number() over (order by sum(accounts) desc, u.vps_id) <= ${names} then max(v.name) else ${OTHERS} end as name
      from u join vps v on v.id = u.vps_id group by 1
    ),
    proxy_names as (
      select proxy, case when row_number() over (order by sum(accounts) desc, proxy) <= ${names} then proxy else ${OTHERS} end as name from u group by 1
    ),
    model_names as (
      select u.model_id, case when row_number() over (order by sum(accounts) desc, u.model_id) <= ${names} then max(m.name) else ${OTHERS} end as name
      from u join models m on m.id = u.model_id group by 1
    )
    select vn.name as vps, pn.name as proxy, mn.name as model, sum(u.accounts)::int as accounts
    from u join vps_names vn using (vps_id) join proxy_names pn using (proxy) join model_names mn using (model_id)
    group by grouping sets ((vn.name, pn.name), (pn.name, mn.name)) order by accounts desc, 1, 2, 3`);
  return {
    toProxies: rows.flatMap(({ vps, proxy: to, accounts }) => (vps === null ? [] : [{ from: vps, to, accounts }])),
    toModels: rows.flatMap(({ proxy: from, model, accounts }) =>
      model === null ? [] : [{ from, to: model, accounts }],
    ),
  };
}

/** The relations of one VPS with the accounts behind them. */
export async function readInventory(db: Db | Tx, vpsId: number): Promise<(VpsRelation & { usernames: string[] })[]> {
  const { rows } = await db.execute<VpsRelation & { usernames: string[] } & Record<string, unknown>>(sql`
    select v.id as "vpsId", v.name as vps, v.environment, p.id as "proxyId", p.host, p.port, r.accounts, r.documented as "isDocumented", r.notes,
      coalesce((
        select array_agg(a.username order by a.key) from accounts a join account_proxy_assignments s on s.account_id = a.id
        where a.vps_id = v.id and s.proxy_id = p.id and a.removed_at is null), '{}') as usernames
    from (${relations({ vpsId })}) r join vps v on v.id = r.vps_id join proxies p on p.id = r.proxy_id order by p.id`);
  return rows;
}

/** Writes every used relation in scope down. @returns how many */
export async function documentUsed(tx: Tx, scope: VpsScope, by: string): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    insert into vps_proxy_mappings (vps_id, proxy_id, created_by)
    select r.vps_id, r.proxy_id, ${by} from (${relations(scope)}) r where ${DRIFTING.undocumented} on conflict do nothing`);
  return rowCount ?? 0;
}

/** Takes every unused link in scope away. @returns how many */
export async function unlinkUnused(tx: Tx, scope: VpsScope): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    delete from vps_proxy_mappings l using (${relations(scope)}) r
    where l.vps_id = r.vps_id and l.proxy_id = r.proxy_id and ${DRIFTING.unused}`);
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
