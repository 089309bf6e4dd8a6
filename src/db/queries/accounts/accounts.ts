import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { usernameKey, vpsKey } from '../../../domain/accounts/account-fields.ts';
import type { AccountDetails, AccountFilter, AccountSummary, PastUse } from '../../../domain/accounts/account-view.ts';
import { nameKey } from '../../../domain/accounts/account-view.ts';
import type { PageFrom } from '../../../domain/page.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { anywhere } from '../like.ts';

const STATE = sql.raw(
  `case when s.account_id is not null then 'assigned' when a.held_at is not null then 'held' else 'waiting' end`,
);

const SUMMARY = sql`a.id, a.username, m.name as model, a.label, v.name as vps, ${STATE} as state,
  case when p.id is null then null else json_build_object('id', p.id, 'host', p.host, 'port', p.port) end as proxy`;

const JOINED = sql.raw(`
  accounts a join models m on m.id = a.model_id
  left join vps v on v.id = a.vps_id
  left join account_proxy_assignments s on s.account_id = a.id
  left join proxies p on p.id = s.proxy_id`);

/** Models come to life by name. */
export async function ensureModel(tx: Tx, name: string): Promise<number> {
  const key = nameKey(name);
  await tx.insert(models).values({ name: name.trim(), key }).onConflictDoNothing();
  const [row] = await tx.select({ id: models.id }).from(models).where(eq(models.key, key));
  if (!row) throw new Error('the model was not written');
  return row.id;
}

/** Adds an account, or brings a removed one back with its history; undefined where one of this name is there. */
export async function insertAccount(
  tx: Tx,
  account: { username: string; modelId: number; vpsId: number | null; label: string | null },
): Promise<number | undefined> {
  const { rows } = await tx.execute<{ id: number }>(sql`
    insert into accounts (username, key, model_id, vps_id, label)
    values (${account.username}, ${usernameKey(account.username)}, ${account.modelId}, ${account.vpsId}, ${account.label})
    on conflict (key) do update set removed_at = null, held_at = null, waiting_since = now(), username = excluded.username,
      model_id = excluded.model_id, vps_id = excluded.vps_id, label = excluded.label
    where accounts.removed_at is not null
    returning id`);
  return rows[0]?.id;
}

export async function removeAccount(tx: Tx, id: number): Promise<boolean> {
  const result = await tx
    .update(accounts)
    .set({ removedAt: sql`now()`, vpsId: null })
    .where(and(eq(accounts.id, id), isNull(accounts.removedAt)));
  return result.rowCount === 1;
}

export async function holdAccount(tx: Tx, id: number): Promise<void> {
  await tx.update(accounts).set({ heldAt: sql`now()` }).where(eq(accounts.id, id));
}

export async function findAccountId(db: Db | Tx, username: string): Promise<number | undefined> {
  const [row] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.key, usernameKey(username)));
  return row?.id;
}

const HISTORY_SHOWN = 5;

export async function findAccount(db: Db | Tx, id: number): Promise<AccountDetails | undefined> {
  const { rows } = await db.execute<
    AccountSummary & { notes: string | null; waitingSince: string; removedAt: string | null } & Record<string, unknown>
  >(
    sql`select ${SUMMARY}, a.notes, a.waiting_since as "waitingSince", a.removed_at as "removedAt" from ${JOINED} where a.id = ${id}`,
  );
  const [row] = rows;
  if (!row) return undefined;
  const past = await db.execute<
    Omit<PastUse, 'startedAt' | 'endedAt'> & { startedAt: string; endedAt: string | null }
  >(sql`
    select h.proxy_id as "proxyId", p.host, p.port, h.started_at as "startedAt", h.started_by as "startedBy", h.start_reason as "startReason",
      h.ended_at as "endedAt", h.end_reason as "endReason"
    from assignment_history h join proxies p on p.id = h.proxy_id where h.account_id = ${id} order by h.id desc limit ${HISTORY_SHOWN}`);
  return {
    ...row,
    waitingSince: new Date(row.waitingSince),
    removedAt: row.removedAt === null ? null : new Date(row.removedAt),
    history: past.rows.map((use) => ({
      ...use,
      startedAt: new Date(use.startedAt),
      endedAt: use.endedAt === null ? null : new Date(use.endedAt),
    })),
  };
}

function conditions(filter: AccountFilter): SQL {
  const all = [sql`a.removed_at is null`];
  if (filter.model) all.push(sql`m.key = ${nameKey(filter.model)}`);
  if (filter.vps) all.push(sql`v.key = ${vpsKey(filter.vps)}`);
  if (filter.state) all.push(sql`${STATE} = ${filter.state}`);
  if (filter.search) all.push(sql`(a.username || ' ' || coalesce(a.label, '')) ilike ${anywhere(filter.search)}`);
  return sql.join(all, sql` and `);
}

/** One page in the order of the usernames, behind or in front of an account, wherever that stands now. */
export async function listAccounts(
  db: Db | Tx,
  filter: AccountFilter,
  size: number,
  from?: PageFrom,
): Promise<{ rows: AccountSummary[]; total: number; before: number }> {
  const isBefore = from?.side === 'before';
  const compared = sql.raw(isBefore ? '<' : '>');
  const direction = sql.raw(isBefore ? 'desc' : 'asc');
  const start = from ? sql`where key ${compared} (select key from accounts where id = ${from.id})` : sql``;
  const { rows } = await db.execute<AccountSummary & { total: number; before: number } & Record<string, unknown>>(sql`
    with found as materialized (select a.id, a.key from ${JOINED} where ${conditions(filter)}),
    page as (select id, key from found ${start} order by key ${direction} limit ${size})
    select ${SUMMARY}, (select count(*)::int from found) as total,
      (select count(*)::int from found where key < (select min(key) from page)) as before
    from page join (${JOINED}) on a.id = page.id order by a.key`);
  return { rows, total: rows[0]?.total ?? 0, before: rows[0]?.before ?? 0 };
}
