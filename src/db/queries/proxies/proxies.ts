import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { PageFrom } from '../../../domain/page.ts';
import type { ProxyDetails, ProxySort, ProxySummary, SortedFilter } from '../../../domain/proxies/proxy-view.ts';
import type { Db, Tx } from '../../client.ts';
import { proxies } from '../../schema/proxies.ts';
import { lastChecks } from '../health/check-log.ts';
import { PLAIN_DETAILS, readPlainDetails } from './plain-details.ts';
import { conditions, JOINED, LOAD, LOADED, tablesFor } from './proxy-filter.ts';

const SUMMARY = sql`${PLAIN_DETAILS}, ${sql.raw(`
  p.id, p.host, p.port, p.type, p.username, p.status,
  coalesce(h.health, 'unknown') as health, h.latency_ms as "latencyMs", m.name as model,
  c.cooling_until as "coolingUntil", u.last_used_at as "lastUsedAt", p.removed_at as "removedAt",
  (select count(*)::int from account_proxy_assignments a where a.proxy_id = p.id) as load`)}`;

/** What each order sorts by, rising, with the absent last; ties go to the lower number. */
const SORT_KEYS: Record<ProxySort, SQL> = {
  number: sql.raw('p.id'),
  usage: sql`-${LOAD}`,
  model: sql.raw(`coalesce(m.key, chr(1114111)) collate "C"`),
  health: sql.raw(
    `array_position(array['failing', 'degraded', 'unknown', 'healthy'], coalesce(h.health::text, 'unknown'))`,
  ),
  latency: sql.raw('coalesce(h.latency_ms, 2147483647)'),
  last_used: sql.raw(`coalesce(-extract(epoch from u.last_used_at), 'infinity')`),
  expiry: sql.raw(`coalesce(p.expires_at, 'infinity')`),
};

export interface PageRequest {
  filter: SortedFilter;
  /** `ACCOUNTS_PER_PROXY` as it is now. */
  limit: number;
  size: number;
  /** Absent: from the start. */
  from?: PageFrom | undefined;
}

export async function listProxies(
  db: Db | Tx,
  { filter: { sort, ...filter }, limit, size, from }: PageRequest,
): Promise<{ rows: ProxySummary[]; total: number; before: number }> {
  const tables = sort === 'usage' ? LOADED : tablesFor(filter);
  const key = SORT_KEYS[sort];
  const isBefore = from?.side === 'before';
  const compared = isBefore ? sql.raw('<') : sql.raw('>');
  const direction = isBefore ? sql.raw('desc') : sql.raw('asc');
  const start = from
    ? sql`where (key, id) ${compared} (select ${key}, p.id from ${tables} where p.id = ${from.id})`
    : sql``;
  const { rows } = await db.execute<Raw<ProxySummary> & { total: number; before: number }>(sql`
    with found as materialized (select p.id, ${key} as key from ${tables} where ${conditions(filter, limit)}),
    page as (select id, key from found ${start} order by key ${direction}, id ${direction} limit ${size})
    select ${SUMMARY},
      (select count(*)::int from found) as total,
      (select count(*)::int from found where (key, id) < (select key, id from page order by key, id limit 1)) as before
    from page join (${JOINED}) on p.id = page.id
    order by page.key, page.id`);
  return { rows: rows.map(toSummary), total: rows[0]?.total ?? 0, before: rows[0]?.before ?? 0 };
}

/** A row as `execute` gives it: its moments are text. */
type Raw<T> = { [K in keyof T]: Date extends T[K] ? string | null : T[K] } & Record<string, unknown>;

const toDate = (text: string | null): Date | null => (text === null ? null : new Date(text));

function toSummary(row: Raw<ProxySummary>): ProxySummary {
  return {
    ...row,
    ...readPlainDetails(row),
    coolingUntil: toDate(row.coolingUntil),
    lastUsedAt: toDate(row.lastUsedAt),
    removedAt: toDate(row.removedAt),
  };
}

const CHECKS_SHOWN = 4;

/** One proxy with its accounts and last checks, removed or not. */
export async function findProxy(db: Db | Tx, id: number): Promise<ProxyDetails | undefined> {
  const {
    rows: [row],
  } = await db.execute<Raw<Omit<ProxyDetails, 'accounts' | 'checks'>>>(sql`
    select ${SUMMARY}, p.status_reason as "statusReason", p.status_by as "statusBy", p.status_at as "statusAt",
      h.checked_at as "checkedAt", host(h.exit_ip) as "exitIp", host(h.exit_ip_before) as "exitIpBefore", h.exit_ip_since as "exitIpSince", p.created_at as "createdAt",
      p.username <> '' or p.password_sealed is not null as "hasCredentials", p.change_ip_url_sealed is not null as "hasChangeIpUrl"
    from ${JOINED} where p.id = ${id}`);
  if (!row) return undefined;
  const { rows: accounts } = await db.execute<{
    username: string;
    slot: number;
    assignedAt: string;
    reason: string;
  }>(sql`
    select a.username, s.slot, s.assigned_at as "assignedAt", s.reason
    from account_proxy_assignments s join accounts a on a.id = s.account_id where s.proxy_id = ${id} order by s.slot`);
  return {
    ...row,
    ...toSummary(row),
    statusAt: toDate(row.statusAt),
    checkedAt: toDate(row.checkedAt),
    exitIpSince: toDate(row.exitIpSince),
    checks: await lastChecks(db, id, CHECKS_SHOWN),
    createdAt: new Date(row.createdAt ?? 0),
    accounts: accounts.map((account) => ({ ...account, assignedAt: new Date(account.assignedAt) })),
  };
}

/** The row of one proxy, its credentials sealed. */
export async function findProxyRow(db: Db | Tx, id: number): Promise<typeof proxies.$inferSelect | undefined> {
  const [row] = await db.select().from(proxies).where(eq(proxies.id, id));
  return row;
}

export async function updateChangeIpLink(tx: Tx, id: number, sealed: Buffer | null): Promise<void> {
  await tx.update(proxies).set({ changeIpUrlSealed: sealed }).where(eq(proxies.id, id));
}

const ADDRESS_MATCHES = 10;

/** The proxies at an address: how many, and the lowest numbers; a gateway has many. */
export async function findByAddress(
  db: Db | Tx,
  host: string,
  port: number,
): Promise<{ ids: readonly number[]; total: number }> {
  const rows = await db
    .select({ id: proxies.id, total: sql<number>`(count(*) over ())::int` })
    .from(proxies)
    .where(and(eq(proxies.host, host), eq(proxies.port, port), isNull(proxies.removedAt)))
    .orderBy(proxies.id)
    .limit(ADDRESS_MATCHES);
  return { ids: rows.map((row) => row.id), total: rows[0]?.total ?? 0 };
}
