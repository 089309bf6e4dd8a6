import { and, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { vpsKey } from '../../../domain/names.ts';
import type { PageRows } from '../../../domain/page.ts';
import type { VpsFields } from '../../../domain/vps/vps-fields.ts';
import { BOT_AUTHOR, type VpsSummary } from '../../../domain/vps/vps-map.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, vps, vpsProxyMappings } from '../../schema/accounts.ts';
import { a, l, s, v } from '../../sql/aliases.ts';
import { array, excluded, into, list, names, set, shape } from '../../sql/columns.ts';
import { firstRow, ids, onlyRow, type Queryable, rows } from '../../sql/rows.ts';
import { anywhere } from '../like.ts';
import { type PageRequest, readListing, type Stretch } from '../stretches.ts';
import { documentAccounts } from './bot-links.ts';

/** Which VPS: one, those of an environment, or all. */
export interface VpsScope {
  vpsId?: number | undefined;
  environment?: string | undefined;
}

/** The condition that a VPS `v` is in scope. */
export function inScope({ vpsId, environment }: VpsScope): SQL {
  if (vpsId !== undefined) return sql`${v.id} = ${vpsId}`;
  return environment === undefined ? sql`true` : sql`fold_key(${v.environment}) = (select fold_key(${environment}))`;
}

/** @returns undefined if a VPS has this name already */
export async function insertVps(tx: Tx, fields: VpsFields): Promise<number | undefined> {
  const [row] = await tx
    .insert(vps)
    .values({ ...fields, key: vpsKey(fields.name) })
    .onConflictDoNothing({ target: vps.key })
    .returning({ id: vps.id });
  return row?.id;
}

/** Locks a VPS until the transaction ends. @returns its fields; undefined if it does not exist */
export async function lockVps(tx: Tx, id: number): Promise<VpsFields | undefined> {
  const { name, environment, host, region, notes } = vps;
  const [row] = await tx
    .select({ name, environment, host, region, notes })
    .from(vps)
    .where(eq(vps.id, id))
    .for('update');
  return row;
}

export async function updateVps(tx: Tx, id: number, fields: Partial<VpsFields>): Promise<void> {
  const key = fields.name === undefined ? undefined : vpsKey(fields.name);
  await tx
    .update(vps)
    .set({ ...fields, key })
    .where(eq(vps.id, id));
}

/** Deletes a VPS with its links and tokens. Its accounts stay, without a VPS. */
export async function deleteVps(tx: Tx, id: number): Promise<boolean> {
  const { rowCount } = await tx.delete(vps).where(eq(vps.id, id));
  return rowCount === 1;
}

const OWN = ['id', 'name', 'environment', 'host', 'region', 'notes'] as const;

const SUMMARY = z.strictObject({
  ...shape(vps, ...OWN),
  accounts: z.int(),
  assigned: z.int(),
  proxies: z.int(),
  links: z.int(),
});

/** By environment and name. */
const ORDER: readonly Stretch[] = [
  { id: v.id, key: { column: sql`array[lower(${v.environment}), ${v.key}]`, type: 'text[]' } },
];

/** One page of VPS, by environment and name. */
export async function listVps(db: Db | Tx, scope: VpsScope, request: PageRequest): Promise<PageRows<VpsSummary>> {
  const listing = { from: v, id: v.id, where: inScope(scope), stretches: ORDER, isOwnOrder: true };
  const { ids, ...position } = await readListing(db, listing, request);
  return { rows: await readSummaries(db, ids), ...position };
}

/** One VPS with its figures. */
export async function findVps(db: Db | Tx, id: number): Promise<VpsSummary | undefined> {
  return (await readSummaries(db, [id]))[0];
}

/** In the order of the numbers. */
function readSummaries(db: Db | Tx, ids: readonly number[]): Promise<VpsSummary[]> {
  const statement = sql`
    select ${list(v, ...OWN)}, coalesce(n.accounts, 0) as accounts, coalesce(n.assigned, 0) as assigned, coalesce(n.proxies, 0) as proxies,
      (select count(*)::int from ${l} where ${l.vpsId} = ${v.id}) as links
    from unnest(${array(ids, 'int')}) with ordinality as t(id, nth) join ${v} on ${v.id} = t.id left join lateral (
      select count(*)::int as accounts, count(${s.accountId})::int as assigned, count(distinct ${s.proxyId})::int as proxies
      from ${a} left join ${s} on ${s.accountId} = ${a.id}
      where ${a.vpsId} = ${v.id} and ${a.removedAt} is null
    ) n on true order by t.nth`;
  return rows(db, SUMMARY, statement);
}

/** Finds a VPS by its name, ignoring case. */
export async function findVpsId(db: Db | Tx, name: string): Promise<number | undefined> {
  const [row] = await db
    .select({ id: vps.id })
    .from(vps)
    .where(eq(vps.key, vpsKey(name)));
  return row?.id;
}

export async function findVpsName(db: Db | Tx, id: number): Promise<string | undefined> {
  const [row] = await db.select({ name: vps.name }).from(vps).where(eq(vps.id, id));
  return row?.name;
}

/** The numbers of all VPS in scope, by environment and name. */
export async function findVpsIds(db: Db | Tx, scope: VpsScope): Promise<number[]> {
  const statement = sql`select ${v.id} from ${v} where ${inScope(scope)} order by lower(${v.environment}), ${v.key}`;
  return ids(db, statement);
}

const NAMED = z.strictObject(shape(vps, 'name'));

/** The names of VPS that contain the typed text, in order. */
export async function suggestVps(db: Queryable, typed: string, count: number): Promise<string[]> {
  const statement = sql`select ${v.name} from ${v} where ${v.name} ilike ${anywhere(typed)} order by ${v.key} limit ${count}`;
  return (await rows(db, NAMED, statement)).map((row) => row.name);
}

const ENVIRONMENT = z.strictObject(shape(vps, 'environment'));

/** The environments that contain the typed text, in order. */
export async function suggestEnvironments(db: Queryable, typed: string, count: number): Promise<string[]> {
  const statement = sql`
    select distinct ${v.environment} from ${v} where ${v.environment} ilike ${anywhere(typed)} order by ${v.environment} limit ${count}`;
  return (await rows(db, ENVIRONMENT, statement)).map((row) => row.environment);
}

const MOVED = z.strictObject({ moved: z.int(), added: z.int() });

/**
 * Assigns a VPS to one account, or to all of a model. The rows are locked in the order of their numbers, so that two transactions cannot
 * deadlock.
 *
 * @returns how many accounts had another VPS before, and how many had none
 */
export async function moveAccounts(
  tx: Tx,
  vpsId: number,
  which: { accountId: number } | { modelId: number },
): Promise<z.infer<typeof MOVED>> {
  const is = 'accountId' in which ? sql`${a.id} = ${which.accountId}` : sql`${a.modelId} = ${which.modelId}`;
  const statement = sql`
    with found as (
      select ${a.id}, ${a.vpsId} from ${a} where ${is} and ${a.removedAt} is null and ${a.vpsId} is distinct from ${vpsId}
      order by ${a.id} for update
    ),
    written as (update ${a} set ${set(accounts, { vpsId })} from found f where ${a.id} = f.id)
    select count(vps_id)::int as moved, (count(*) - count(vps_id))::int as added from found`;
  const moved = await onlyRow(tx, MOVED, statement);
  await documentAccounts(tx, sql`${is} and ${a.vpsId} = ${vpsId}`);
  return moved;
}

const LINKED = z.strictObject({ isNew: z.boolean() });

/** Documents a link; one that the bot has documented becomes the person's. @returns `noted` if the link existed and only its notes changed, `known` if nothing did */
export async function linkProxy(
  tx: Tx,
  link: { vpsId: number; proxyId: number; notes: string | null; by: string },
): Promise<'new' | 'noted' | 'known'> {
  const { vpsId, proxyId, notes, by: createdBy } = link;
  const given = excluded(vpsProxyMappings, 'notes');
  const isOurs = and(eq(vpsProxyMappings.vpsId, vpsId), eq(vpsProxyMappings.proxyId, proxyId));
  await tx.delete(vpsProxyMappings).where(and(isOurs, eq(vpsProxyMappings.createdBy, BOT_AUTHOR)));
  const statement = sql`
    insert into ${into(vpsProxyMappings, 'vpsId', 'proxyId', 'notes', 'createdBy')} values (${vpsId}, ${proxyId}, ${notes}, ${createdBy})
    on conflict (${names(vpsProxyMappings, 'vpsId', 'proxyId')}) do update set ${set(vpsProxyMappings, { notes: given })}
      where ${given} is not null and ${given} is distinct from ${vpsProxyMappings.notes}
    returning xmax = 0 as "isNew"`;
  const row = await firstRow(tx, LINKED, statement);
  return row ? (row.isNew ? 'new' : 'noted') : 'known';
}

export async function unlinkProxy(tx: Tx, vpsId: number, proxyId: number): Promise<boolean> {
  const { rowCount } = await tx
    .delete(vpsProxyMappings)
    .where(and(eq(vpsProxyMappings.vpsId, vpsId), eq(vpsProxyMappings.proxyId, proxyId)));
  return rowCount === 1;
}
