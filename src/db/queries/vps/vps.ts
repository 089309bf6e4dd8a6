import { eq, type SQL, sql } from 'drizzle-orm';
import { vpsKey } from '../../../domain/names.ts';
import type { VpsFields } from '../../../domain/vps/vps-fields.ts';
import type { VpsSummary } from '../../../domain/vps/vps-map.ts';
import type { Db, Tx } from '../../client.ts';
import { vps } from '../../schema/accounts.ts';
import { anywhere } from '../like.ts';

/** Which VPS: one, those of an environment, or all. */
export interface VpsScope {
  vpsId?: number | undefined;
  environment?: string | undefined;
}

/** What a scope says of a VPS `v`. */
export function inScope({ vpsId, environment }: VpsScope): SQL {
  if (vpsId !== undefined) return sql`v.id = ${vpsId}`;
  return environment === undefined ? sql`true` : sql`fold_key(v.environment) = (select fold_key(${environment}))`;
}

/** @returns its number; undefined where one of this name is there */
export async function insertVps(
  tx: Tx,
  { name, environment, host, region, notes }: VpsFields,
): Promise<number | undefined> {
  const { rows } = await tx.execute<{ id: number }>(sql`
    insert into vps (name, key, environment, host, region, notes)
    values (${name}, ${vpsKey(name)}, ${environment}, ${host}, ${region}, ${notes})
    on conflict (key) do nothing returning id`);
  return rows[0]?.id;
}

/** @returns whether it is there */
export async function updateVps(tx: Tx, id: number, edit: Partial<VpsFields>): Promise<boolean> {
  const { rowCount } = await tx
    .update(vps)
    .set({ ...edit, ...(edit.name !== undefined && { key: vpsKey(edit.name) }) })
    .where(eq(vps.id, id));
  return rowCount === 1;
}

/** Its accounts stay, and belong to no VPS any more; its links and tokens go with it. */
export async function deleteVps(tx: Tx, id: number): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`delete from vps where id = ${id}`);
  return (rowCount ?? 0) > 0;
}

const COUNTED = sql.raw(`
  v.id, v.name, v.environment, v.host, v.region, v.notes, coalesce(u.accounts, 0) as accounts, coalesce(u.assigned, 0) as assigned,
  coalesce(u.proxies, 0) as proxies, (select count(*)::int from vps_proxy_mappings l where l.vps_id = v.id) as links`);

/** VPS with their figures, by environment and name; from `offset` on. */
export async function listVps(
  db: Db | Tx,
  scope: VpsScope,
  { limit, offset = 0 }: { limit: number; offset?: number },
): Promise<{ rows: VpsSummary[]; total: number }> {
  const { rows } = await db.execute<VpsSummary & { total: number } & Record<string, unknown>>(sql`
    select ${COUNTED}, v.total from (
      select v.*, (count(*) over ())::int as total from vps v where ${inScope(scope)} order by lower(v.environment), v.key limit ${limit} offset ${offset}
    ) v left join lateral (
      select count(*)::int as accounts, count(s.account_id)::int as assigned, count(distinct s.proxy_id)::int as proxies
      from accounts a left join account_proxy_assignments s on s.account_id = a.id
      where a.vps_id = v.id and a.removed_at is null
    ) u on true order by lower(v.environment), v.key`);
  return { rows: rows.map(({ total, ...row }) => row), total: rows[0]?.total ?? 0 };
}

/** By name, without case. */
export async function findVpsId(db: Db | Tx, name: string): Promise<number | undefined> {
  const { rows } = await db.execute<{ id: number }>(sql`select id from vps where key = ${vpsKey(name)}`);
  return rows[0]?.id;
}

export async function findVpsName(db: Db | Tx, id: number): Promise<string | undefined> {
  const { rows } = await db.execute<{ name: string }>(sql`select name from vps where id = ${id}`);
  return rows[0]?.name;
}

/** The numbers of all VPS in scope, by environment and name. */
export async function findVpsIds(db: Db | Tx, scope: VpsScope): Promise<number[]> {
  const { rows } = await db.execute<{ id: number }>(
    sql`select v.id from vps v where ${inScope(scope)} order by lower(v.environment), v.key`,
  );
  return rows.map((row) => row.id);
}

/** The names of VPS that hold the typed text, in order. */
export async function suggestVps(db: Db, typed: string, count: number): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(
    sql`select name from vps where name ilike ${anywhere(typed)} order by key limit ${count}`,
  );
  return rows.map((row) => row.name);
}

/** Environments that hold the typed text, in order. */
export async function suggestEnvironments(db: Db, typed: string, count: number): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(
    sql`select distinct environment as name from vps where environment ilike ${anywhere(typed)} order by 1 limit ${count}`,
  );
  return rows.map((row) => row.name);
}

/** Accounts get a VPS: one, or all of a model. @returns how many had another one before, and how many had none */
export async function moveAccounts(
  tx: Tx,
  vpsId: number,
  which: { accountId: number } | { modelId: number },
): Promise<{ moved: number; added: number }> {
  const is = 'accountId' in which ? sql`a.id = ${which.accountId}` : sql`a.model_id = ${which.modelId}`;
  const { rows } = await tx.execute<{ moved: number; added: number }>(sql`
    with found as (
      select a.id, a.vps_id from accounts a where ${is} and a.removed_at is null and a.vps_id is distinct from ${vpsId} order by a.id for update
    ),
    written as (update accounts a set vps_id = ${vpsId} from found f where a.id = f.id)
    select count(vps_id)::int as moved, (count(*) - count(vps_id))::int as added from found`);
  return rows[0] ?? { moved: 0, added: 0 };
}

/** @returns `new`, `noted` where only the notes are others, or `known` */
export async function linkProxy(
  tx: Tx,
  link: { vpsId: number; proxyId: number; notes: string | null; by: string },
): Promise<'new' | 'noted' | 'known'> {
  const { rows } = await tx.execute<{ isNew: boolean }>(sql`
    insert into vps_proxy_mappings as m (vps_id, proxy_id, notes, created_by) values (${link.vpsId}, ${link.proxyId}, ${link.notes}, ${link.by})
    on conflict (vps_id, proxy_id) do update set notes = excluded.notes
      where excluded.notes is not null and excluded.notes is distinct from m.notes
    returning xmax = 0 as "isNew"`);
  const [row] = rows;
  return row ? (row.isNew ? 'new' : 'noted') : 'known';
}

export async function unlinkProxy(tx: Tx, vpsId: number, proxyId: number): Promise<boolean> {
  const { rowCount } = await tx.execute(
    sql`delete from vps_proxy_mappings where vps_id = ${vpsId} and proxy_id = ${proxyId}`,
  );
  return (rowCount ?? 0) > 0;
}
