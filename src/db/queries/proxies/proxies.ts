import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { PageRows } from '../../../domain/page.ts';
import { PLAIN_KEYS } from '../../../domain/proxies/fields.ts';
import { PROXY_HEALTHS } from '../../../domain/proxies/proxy.ts';
import type { ModelGroups, ProxyDetails, ProxySummary, SortedFilter } from '../../../domain/proxies/proxy-view.ts';
import type { Db, Tx } from '../../client.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { accountProxyAssignments, proxyModelClaims } from '../../schema/assignments.ts';
import { proxyHealth } from '../../schema/health.ts';
import { proxies, proxyUse } from '../../schema/proxies.ts';
import { a, c, h, ld, m, p, s, sc, u } from '../../sql/aliases.ts';
import { array, list, shape, typeOf } from '../../sql/columns.ts';
import { prepared } from '../../sql/prepared.ts';
import { firstRow, rows } from '../../sql/rows.ts';
import { lastChecks } from '../health/check-log.ts';
import { type PageRequest, readListing } from '../stretches.ts';
import { HEALTH } from './eligible.ts';
import { modelGroups, modelPlace } from './order/model-groups.ts';
import { ORDERS, OWN_ORDERS } from './order/proxy-orders.ts';
import { JOINED, listConditions } from './proxy-filter.ts';

const OWN = ['id', 'host', 'port', 'type', 'username', 'status', 'removedAt', ...PLAIN_KEYS] as const;

const SUMMARY_SHAPE = {
  ...shape(proxies, ...OWN),
  health: z.enum(PROXY_HEALTHS),
  latencyMs: typeOf(proxyHealth.latencyMs),
  model: typeOf(models.name).nullable(),
  coolingUntil: typeOf(proxyModelClaims.coolingUntil),
  lastUsedAt: typeOf(proxyUse.lastUsedAt).nullable(),
  load: z.int(),
};

const SUMMARY = sql`${list(p, ...OWN)}, ${HEALTH} as health, ${h.latencyMs} as "latencyMs", ${m.name} as model,
  ${c.coolingUntil} as "coolingUntil", ${u.lastUsedAt} as "lastUsedAt", coalesce(${ld.load}, 0) as load`;

const LISTED = z.strictObject(SUMMARY_SHAPE);

export interface ProxyPageRequest extends PageRequest {
  filter: SortedFilter;
  /** `ACCOUNTS_PER_PROXY` as it is now. */
  limit: number;
}

/** One page of the proxies that a filter finds. In the order of the models, with those on the page and those that can be chosen. */
export async function listProxies(
  db: Db | Tx,
  { filter: { sort, isMasked, ...filter }, limit, ...request }: ProxyPageRequest,
): Promise<PageRows<ProxySummary> & { groups: ModelGroups | null }> {
  const conditions = await listConditions(db, filter, limit, { isMasked });
  const listing = {
    from: JOINED,
    id: p.id,
    ...conditions,
    stretches: ORDERS[sort],
    isOwnOrder: OWN_ORDERS.has(sort),
    ...(sort === 'model' && { groupPlace: (model: number) => modelPlace(db, model) }),
  };
  const { ids, ...position } = await readListing(db, listing, request);
  const [rows, groups] = await Promise.all([
    readSummaries(db, ids),
    sort === 'model' ? modelGroups(db, ids, { where: conditions.where, limit }) : null,
  ]);
  return { rows, groups, ...position };
}

/** In the order of the numbers. */
async function readSummaries(db: Db | Tx, ids: readonly number[]): Promise<ProxySummary[]> {
  if (ids.length === 0) return [];
  const statement = sql`
    select ${SUMMARY} from unnest(${array(ids, 'int')}) with ordinality as t(id, nth) join (${JOINED}) on ${p.id} = t.id order by t.nth`;
  return rows(db, LISTED, prepared(statement));
}

const CHECKS_SHOWN = 4;

const SHOWN = ['statusReason', 'statusBy', 'statusAt', 'missingSince', 'createdAt'] as const;

const DETAILS = z.strictObject({
  ...SUMMARY_SHAPE,
  ...shape(proxies, ...SHOWN),
  checkedAt: typeOf(proxyHealth.checkedAt),
  exitIp: z.string().nullable(),
  exitIpBefore: z.string().nullable(),
  exitIpSince: typeOf(proxyHealth.exitIpSince),
  source: z.string().nullable(),
  hasCredentials: z.boolean(),
  hasChangeIpUrl: z.boolean(),
});

const CARRIED = z.strictObject({
  username: typeOf(accounts.username),
  ...shape(accountProxyAssignments, 'slot', 'assignedAt', 'reason'),
});

/** One proxy with its accounts and last checks, removed or not. */
export async function findProxy(db: Db | Tx, id: number): Promise<ProxyDetails | undefined> {
  const statement = sql`
    select ${SUMMARY}, ${list(p, ...SHOWN)}, ${h.checkedAt} as "checkedAt", host(${h.exitIp}) as "exitIp",
      host(${h.exitIpBefore}) as "exitIpBefore", ${h.exitIpSince} as "exitIpSince",
      (select ${sc.name} from ${sc} where ${sc.id} = ${p.sourceId}) as source,
      ${p.username} <> '' or ${p.passwordSealed} is not null as "hasCredentials", ${p.changeIpUrlSealed} is not null as "hasChangeIpUrl"
    from ${JOINED} where ${p.id} = ${id}`;
  const proxy = await firstRow(db, DETAILS, prepared(statement));
  if (!proxy) return undefined;
  const ofProxy = sql`
    select ${a.username}, ${list(s, 'slot', 'assignedAt', 'reason')} from ${s} join ${a} on ${a.id} = ${s.accountId}
    where ${s.proxyId} = ${id} order by ${s.slot}`;
  const [carried, checks] = await Promise.all([rows(db, CARRIED, prepared(ofProxy)), lastChecks(db, id, CHECKS_SHOWN)]);
  return { ...proxy, load: carried.length, accounts: carried, checks };
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
