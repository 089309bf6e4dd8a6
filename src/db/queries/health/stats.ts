import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import { PROXY_HEALTHS } from '../../../domain/proxies/proxy.ts';
import type { AccountFigures, HealthFigures, UseFigures } from '../../../domain/stats.ts';
import type { Db, Tx } from '../../client.ts';
import { models } from '../../schema/accounts.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, c, ld, m, p, s, w } from '../../sql/aliases.ts';
import { shape } from '../../sql/columns.ts';
import { rows } from '../../sql/rows.ts';
import { countUnclaimed } from '../assignments/unclaimed.ts';
import { eligibleAt, HEALTH } from '../proxies/eligible.ts';
import { JOINED, propertyCondition } from '../proxies/proxy-filter.ts';

const ELIGIBLE = eligibleAt();

const counted = (condition: SQL) => sql`(count(*) filter (where ${condition}))::int`;

/** Counted with the conditions of the list of active proxies, so that the two agree. */
const listed = (filter: ProxyFilter, limit: number) =>
  counted(propertyCondition({ ...filter, status: 'active' }, limit));

const onlyOf = (modelId: number | undefined, column: StringChunk) =>
  modelId === undefined ? sql`true` : sql`${column} = ${modelId}`;

const ACCOUNTS = z.strictObject({ ...shape(models, 'id', 'name'), waiting: z.int(), held: z.int() });

/**
 * Every model, or one, with its accounts that have no proxy, by state: from the set that triggers keep, and an index over the held
 * accounts.
 */
export function accountsByModel(db: Db | Tx, modelId?: number): Promise<AccountFigures[]> {
  const statement = sql`
    with waiting as (select ${w.modelId}, count(*)::int as waiting from ${w} where ${onlyOf(modelId, w.modelId)} group by ${w.modelId}),
    held as (
      select ${a.modelId}, count(*)::int as held from ${a} left join ${s} on ${s.accountId} = ${a.id}
      where ${a.heldAt} is not null and ${a.removedAt} is null and ${s.accountId} is null and ${onlyOf(modelId, a.modelId)} group by ${a.modelId}
    )
    select ${m.id}, ${m.name}, coalesce(waiting, 0) as waiting, coalesce(held, 0) as held
    from ${m} left join waiting on waiting.model_id = ${m.id} left join held on held.model_id = ${m.id}
    where ${onlyOf(modelId, m.id)} and ${m.removedAt} is null order by ${m.key}`;
  return rows(db, ACCOUNTS, statement);
}

const USES = z.strictObject({
  modelId: z.int().nullable(),
  load: z.int(),
  proxies: z.int(),
  open: z.int(),
  freeSlots: z.int(),
  free: z.int(),
});

/**
 * The pool by model and load; of one model its own proxies and those that no model holds. Only of claimed proxies with a free slot is
 * read whether they take accounts: the full and the unclaimed ones are counted by indexes alone.
 */
export function proxiesByModel(db: Db | Tx, limit: number, modelId?: number): Promise<UseFigures[]> {
  const freeSlots = sql`(${limit}::int - ${ld.load})`;
  const full =
    modelId === undefined
      ? sql`${ld}`
      : sql`${c} join ${ld} on ${ld.proxyId} = ${c.proxyId} and ${c.modelId} = ${modelId}`;
  const open = (condition: SQL) => sql`
    select ${c.modelId}, ${ld.load}, count(*)::int as proxies, ${counted(ELIGIBLE)} as open,
      coalesce(sum(${freeSlots}) filter (where ${ELIGIBLE}), 0)::int as free_slots, ${listed({ usage: 'free' }, limit)} as free
    from ${JOINED} where ${p.removedAt} is null and ${condition} group by ${c.modelId}, ${ld.load}`;
  const unclaimed = sql`
    select null::int as model_id, 0 as load, proxies, open, open * ${limit}::int as free_slots, open as free
    from (${countUnclaimed()}) u where proxies > 0`;
  const parts = [
    unclaimed,
    sql`select ${ld.modelId}, ${ld.load}, count(*)::int as proxies, 0 as open, 0 as free_slots, 0 as free
      from ${full} where ${ld.load} >= ${limit} group by ${ld.modelId}, ${ld.load}`,
    open(sql`${ld.load} > 0 and ${ld.load} < ${limit} and ${onlyOf(modelId, c.modelId)}`),
    open(sql`${ld.load} = 0 and ${c.coolingUntil} > now() and ${onlyOf(modelId, c.modelId)}`),
  ];
  const statement = sql`
    select model_id as "modelId", load::int as load, proxies, open, free_slots as "freeSlots", free from (${sql.join(parts, sql` union all `)}) t`;
  return rows(db, USES, statement);
}

const HEALTHS = z.strictObject({
  ...shape(proxies, 'provider'),
  health: z.enum(PROXY_HEALTHS),
  proxies: z.int(),
  failing: z.int(),
  expiring: z.int(),
});

/**
 * The pool, or one model's part of it, by provider and health. A group can have several rows, whose figures are added up: the failing
 * proxies that are not active are subtracted from all failing ones, and the expiring ones are added. An index has each of the two.
 */
export function proxiesByProvider(db: Db | Tx, limit: number, modelId?: number): Promise<HealthFigures[]> {
  const number = sql`count(*)::int`;
  const part = (columns: SQL, condition: SQL, also = sql``) => sql`
    select ${p.provider}, ${columns} from ${JOINED} where ${condition} and ${onlyOf(modelId, c.modelId)} group by ${p.provider} ${also}`;
  const failing = sql`case ${HEALTH} when 'failing' then ${number} else 0 end as failing`;
  const parts = [
    part(
      sql`${HEALTH} as health, ${number} as proxies, ${failing}, 0 as expiring`,
      sql`${p.removedAt} is null`,
      sql`, ${HEALTH}`,
    ),
    part(
      sql`'failing', 0, -${number}, 0`,
      sql`${propertyCondition({ health: 'failing' }, limit)} and ${p.status} <> 'active'`,
    ),
    part(sql`'unknown', 0, 0, ${number}`, propertyCondition({ usage: 'expiring', status: 'active' }, limit)),
  ];
  return rows(db, HEALTHS, sql.join(parts, sql` union all `));
}
