import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import { MAX_ACCOUNTS_PER_PROXY } from '../../../domain/proxies/proxy.ts';
import type { ExportedMapping } from '../../../domain/vps/mapping-file.ts';
import type { Drift, VpsMap, VpsRelation } from '../../../domain/vps/vps-map.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, models, vps, vpsProxyMappings } from '../../schema/accounts.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, l, m, p, s, v } from '../../sql/aliases.ts';
import { array, into, shape, typeOf } from '../../sql/columns.ts';
import { onlyRow, rows, run } from '../../sql/rows.ts';
import { inScope, type VpsScope } from './vps.ts';

/**
 * The relations of VPS and proxies as `r`, in use or documented: all relations of each proxy with a relation in scope, and whether the
 * relation itself is in scope (`mine`). A proxy carries one model (R2), so a relation has one. Everything that follows keeps the order
 * of the inner rows, so they are sorted once.
 */
const relations = (scope: VpsScope): SQL => sql`
  with ${touched(scope)} r as materialized (
    select proxy_id, vps_id, min(model_id) as model_id, count(model_id)::int as accounts, count(*) > count(model_id) as documented,
      ${ofScope(scope, sql`vps_id`)} as mine,
      count(*) over (partition by proxy_id) > 1 as is_shared, count(nullif(count(model_id), 0)) over (partition by proxy_id) > 1 as is_crowded
    from (
      select ${s.proxyId}, ${a.vpsId}, ${s.modelId}
      from ${s} join ${a} on ${a.id} = ${s.accountId} where ${a.vpsId} is not null ${onTouched(scope, s.proxyId)}
      union all
      select ${l.proxyId}, ${l.vpsId}, null from ${l} where true ${onTouched(scope, l.proxyId)}
      order by proxy_id, vps_id
    ) x group by proxy_id, vps_id
  )`;

const isEverything = ({ vpsId, environment }: VpsScope) => vpsId === undefined && environment === undefined;

const ofScope = (scope: VpsScope, vpsId: SQL | StringChunk): SQL =>
  isEverything(scope) ? sql`${vpsId} is not null` : sql`${vpsId} in (select ${v.id} from ${v} where ${inScope(scope)})`;

/** The proxies with a relation in scope. They are found once for both tables. */
const touched = (scope: VpsScope): SQL =>
  isEverything(scope)
    ? sql``
    : sql`touched as materialized (
        select ${s.proxyId} from ${v} join ${a} on ${a.vpsId} = ${v.id} join ${s} on ${s.accountId} = ${a.id} where ${inScope(scope)}
        union select ${l.proxyId} from ${v} join ${l} on ${l.vpsId} = ${v.id} where ${inScope(scope)}),`;

const onTouched = (scope: VpsScope, proxyId: StringChunk): SQL =>
  isEverything(scope) ? sql`` : sql`and ${proxyId} in (select proxy_id from touched)`;

const STANDING = z.strictObject({ proxyId: z.int(), vpsIds: z.array(z.int()) });

/** By proxy, the VPS that use it or have a documented link to it. */
export async function readStanding(tx: Tx): Promise<Map<number, Set<number>>> {
  const statement = sql`
    ${relations({})} select proxy_id as "proxyId", array_agg(vps_id order by vps_id) as "vpsIds" from r group by proxy_id`;
  return new Map((await rows(tx, STANDING, statement)).map(({ proxyId, vpsIds }) => [proxyId, new Set(vpsIds)]));
}

/** The conditions of drift. If a proxy is shared, all of its relations count, in scope or not. */
const DRIFTING: Record<Drift, SQL> = {
  unused: sql`r.mine and r.documented and r.accounts = 0`,
  undocumented: sql`r.mine and r.accounts > 0 and not r.documented`,
  shared: sql`r.is_shared`,
};

const RELATION_SHAPE = {
  vpsId: typeOf(vps.id),
  vps: typeOf(vps.name),
  environment: typeOf(vps.environment),
  proxyId: typeOf(proxies.id),
  ...shape(proxies, 'host', 'port'),
  accounts: z.int(),
  isDocumented: z.boolean(),
  notes: typeOf(vpsProxyMappings.notes),
};
const RELATION = z.strictObject(RELATION_SHAPE);

const RELATED = sql`
  ${v.id} as "vpsId", ${v.name} as vps, ${v.environment}, ${p.id} as "proxyId", ${p.host}, ${p.port}, r.accounts, r.documented as "isDocumented"`;
const NOTES = sql`(select ${l.notes} from ${l} where ${l.vpsId} = r.vps_id and ${l.proxyId} = r.proxy_id) as notes`;

/** The first relations with a kind of drift. */
export function findDrift(db: Db | Tx, drift: Drift, scope: VpsScope, limit: number): Promise<VpsRelation[]> {
  const statement = sql`
    ${relations(scope)}
    select ${RELATED}, ${NOTES} from r join ${v} on ${v.id} = r.vps_id join ${p} on ${p.id} = r.proxy_id where ${DRIFTING[drift]}
    order by ${p.id}, ${v.key} limit ${limit}`;
  return rows(db, RELATION, statement);
}

/** A few relations by VPS and proxy, by proxy and name of the VPS. */
export function relationsOf(
  tx: Tx,
  pairs: readonly { vpsId: number; proxyId: number }[],
): Promise<z.infer<typeof RELATION>[]> {
  const column = (pick: (pair: (typeof pairs)[number]) => number) => array(pairs.map(pick), 'int');
  const used = sql`select count(*)::int from ${s} join ${a} on ${a.id} = ${s.accountId} where ${s.proxyId} = t.proxy_id and ${a.vpsId} = t.vps_id`;
  const documented = sql`exists (select from ${l} where ${l.vpsId} = t.vps_id and ${l.proxyId} = t.proxy_id)`;
  const statement = sql`
    select ${RELATED}, ${NOTES} from (
      select t.*, (${used}) as accounts, ${documented} as documented
      from (select distinct * from unnest(${column((pair) => pair.vpsId)}, ${column((pair) => pair.proxyId)}) as u(vps_id, proxy_id)) t
    ) r join ${v} on ${v.id} = r.vps_id join ${p} on ${p.id} = r.proxy_id order by ${p.id}, ${v.key}`;
  return rows(tx, RELATION, statement);
}

const FLOWS = z.array(z.strictObject({ from: z.string(), to: z.string(), accounts: z.int() }));
const SAMPLE = z.array(RELATION);

const MAP = z.strictObject({
  figures: z.strictObject({
    vps: z.int(),
    accounts: z.int(),
    assigned: z.int(),
    proxies: z.int(),
    links: z.int(),
    models: z.int(),
  }),
  drift: z.strictObject({ unused: z.int(), undocumented: z.int(), shared: z.int() }),
  crowded: z.int(),
  samples: z.strictObject({ unused: SAMPLE, undocumented: SAMPLE, shared: SAMPLE }),
  toProxies: FLOWS,
  toModels: FLOWS,
});

/** Counts for a map, from one pass over the relations. The flows lead from VPS to groups of proxies, and from these to models. */
export type CountedMap = z.infer<typeof MAP>;

/**
 * The planner overestimates the cost of reading both tables of accounts in the order of their keys: merging them takes half as long as
 * hashing them. Sorting 300,000 relations stays in memory. Compiling the statement takes longer than running it.
 */
const SETTINGS = sql.raw(`set local enable_hashjoin = off; set local work_mem = '96MB'; set local jit = off`);

/** @param sample how many relations of each kind of drift are returned */
export async function countMap(
  tx: Tx,
  scope: VpsScope,
  { grouping, sample }: { grouping: VpsMap['grouping']; sample: number },
): Promise<CountedMap> {
  await run(tx, SETTINGS);
  const group =
    grouping === 'proxy' ? sql`'#' || ${p.id} || ' ' || ${p.host}` : sql`coalesce(${p.provider}, 'no provider')`;
  const sampleOf = (drift: Drift) => sql`
    (select coalesce(json_agg(x), '[]') from (
      select ${RELATED}, ${NOTES} from (select * from r where ${DRIFTING[drift]} order by proxy_id, vps_id limit ${sample}) r
      join ${v} on ${v.id} = r.vps_id join ${p} on ${p.id} = r.proxy_id order by ${p.id}, ${v.key}
    ) x)`;
  const statement = sql`
    ${relations(scope)},
    counted as (
      select coalesce(sum(r.accounts), 0)::int as assigned, count(*) filter (where r.documented)::int as links,
        count(*) filter (where ${DRIFTING.unused})::int as unused, count(*) filter (where ${DRIFTING.undocumented})::int as undocumented,
        count(distinct r.proxy_id) filter (where r.accounts > 0)::int as proxies, count(distinct r.proxy_id) filter (where r.is_shared)::int as shared,
        count(distinct r.proxy_id) filter (where r.is_crowded)::int as crowded
      from r where r.mine
    ),
    managed as (
      select ${a.modelId}, count(*)::int as accounts from ${a} where ${ofScope(scope, a.vpsId)} and ${a.removedAt} is null group by 1
    ),
    flows as (
      select r.vps_id, ${group} as proxy, r.model_id, sum(r.accounts)::int as accounts
      from r join ${p} on ${p.id} = r.proxy_id where r.mine group by grouping sets ((1, 2), (2, 3)) having sum(r.accounts) > 0
    )
    select
      (select json_build_object('vps', (select count(*) from ${v} where ${inScope(scope)}), 'assigned', n.assigned, 'links', n.links,
        'accounts', (select coalesce(sum(accounts), 0) from managed), 'models', (select count(*) from managed),
        'proxies', n.proxies) from counted n) as figures,
      (select json_build_object('unused', n.unused, 'undocumented', n.undocumented, 'shared', n.shared) from counted n) as drift,
      (select n.crowded from counted n) as crowded,
      json_build_object('unused', ${sampleOf('unused')}, 'undocumented', ${sampleOf('undocumented')}, 'shared', ${sampleOf('shared')}) as samples,
      (select coalesce(json_agg(json_build_object('from', ${v.name}, 'to', f.proxy, 'accounts', f.accounts) order by f.accounts desc, ${v.key}, f.proxy), '[]')
        from flows f join ${v} on ${v.id} = f.vps_id) as "toProxies",
      (select coalesce(json_agg(json_build_object('from', f.proxy, 'to', ${m.name}, 'accounts', f.accounts) order by f.accounts desc, f.proxy, ${m.key}), '[]')
        from flows f join ${m} on ${m.id} = f.model_id) as "toModels"`;
  return onlyRow(tx, MAP, statement);
}

const COUNT = z.strictObject({ count: z.int() });

/** Counts the proxies that accounts of VPS in scope use. Returns at least `most` if there are more, without counting on (R1). */
export async function countUsedProxies(tx: Tx, scope: VpsScope, most: number): Promise<number> {
  const statement = sql`
    select count(distinct proxy_id)::int as count from (
      select ${s.proxyId} from ${v} join ${a} on ${a.vpsId} = ${v.id} join ${s} on ${s.accountId} = ${a.id}
      where ${inScope(scope)} limit ${MAX_ACCOUNTS_PER_PROXY * most}
    ) x`;
  return (await onlyRow(tx, COUNT, statement)).count;
}

const INVENTORY = z.strictObject({ ...RELATION_SHAPE, usernames: z.array(z.string()) });

/** The relations of one VPS with the accounts behind them. */
export function readInventory(db: Db | Tx, vpsId: number): Promise<z.infer<typeof INVENTORY>[]> {
  const statement = sql`
    with r as (
      select vps_id, proxy_id, coalesce(u.accounts, 0) as accounts, d.vps_id is not null as documented, d.notes
      from (
        select ${a.vpsId}, ${s.proxyId}, count(*)::int as accounts
        from ${s} join ${a} on ${a.id} = ${s.accountId} where ${a.vpsId} = ${vpsId} group by 1, 2
      ) u full join (select ${l.vpsId}, ${l.proxyId}, ${l.notes} from ${l} where ${l.vpsId} = ${vpsId}) d using (vps_id, proxy_id)
    )
    select ${RELATED}, r.notes,
      coalesce((
        select array_agg(${a.username} order by ${a.key}) from ${a} join ${s} on ${s.accountId} = ${a.id}
        where ${a.vpsId} = ${v.id} and ${s.proxyId} = ${p.id} and ${a.removedAt} is null), '{}') as usernames
    from r join ${v} on ${v.id} = r.vps_id join ${p} on ${p.id} = r.proxy_id order by ${p.id}`;
  return rows(db, INVENTORY, statement);
}

/** Documents every undocumented relation in scope. @returns how many */
export function documentUsed(tx: Tx, scope: VpsScope, by: string): Promise<number> {
  const statement = sql`
    insert into ${into(vpsProxyMappings, 'vpsId', 'proxyId', 'createdBy')}
    ${relations(scope)} select r.vps_id, r.proxy_id, ${by} from r where ${DRIFTING.undocumented} on conflict do nothing`;
  return run(tx, statement);
}

/** Deletes every unused link in scope. @returns how many */
export function unlinkUnused(tx: Tx, scope: VpsScope): Promise<number> {
  const statement = sql`
    ${relations(scope)}
    delete from ${l} using r where ${l.vpsId} = r.vps_id and ${l.proxyId} = r.proxy_id and ${DRIFTING.unused}`;
  return run(tx, statement);
}

const EXPORTED = z.strictObject({
  vps: typeOf(vps.name),
  ...shape(vps, 'environment'),
  proxyId: typeOf(proxies.id).nullable(),
  host: typeOf(proxies.host).nullable(),
  port: typeOf(proxies.port).nullable(),
  account: typeOf(accounts.username).nullable(),
  model: typeOf(models.name).nullable(),
  isDocumented: z.boolean(),
  notes: typeOf(vpsProxyMappings.notes),
});

/** The exported rows of one VPS, in order; a VPS has some hundreds at most. */
export function readMappings(db: Db | Tx, vpsId: number): Promise<ExportedMapping[]> {
  const statement = sql`
    with own as (
      select ${a.username} as account, ${a.key}, ${m.name} as model, ${s.proxyId}
      from ${a} join ${m} on ${m.id} = ${a.modelId} left join ${s} on ${s.accountId} = ${a.id}
      where ${a.vpsId} = ${vpsId} and ${a.removedAt} is null
    ),
    links as (select ${l.proxyId}, ${l.notes} from ${l} where ${l.vpsId} = ${vpsId})
    select ${v.name} as vps, ${v.environment}, ${p.id} as "proxyId", ${p.host}, ${p.port}, x.account, x.model,
      coalesce(x.documented, false) as "isDocumented", x.notes
    from ${v} left join (
      select coalesce(o.proxy_id, d.proxy_id) as proxy_id, o.account, o.key, o.model, d.proxy_id is not null as documented, d.notes
      from own o full join links d on d.proxy_id = o.proxy_id
    ) x on true left join ${p} on ${p.id} = x.proxy_id
    where ${v.id} = ${vpsId} order by ${p.id} nulls last, x.key`;
  return rows(db, EXPORTED, statement);
}
