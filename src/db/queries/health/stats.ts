import { type SQL, sql } from 'drizzle-orm';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { AccountFigures, HealthFigures, UseFigures } from '../../../domain/stats.ts';
import type { Db, Tx } from '../../client.ts';
import { eligibleAt, HEALTH } from '../proxies/eligible.ts';
import { conditions, JOINED, LOAD, LOADED } from '../proxies/proxy-filter.ts';

const ELIGIBLE = eligibleAt();

const counted = (condition: SQL) => sql`count(*) filter (where ${condition})::int`;

/** What a list of active proxies shows is counted with the list's own conditions, so that the two agree. */
const listed = (filter: ProxyFilter, limit: number) => counted(conditions({ ...filter, status: 'active' }, limit));

/** Every model, or one, with its accounts by state: one pass over the assignments, one over the accounts without any. */
export async function accountsByModel(db: Db | Tx, modelId?: number): Promise<AccountFigures[]> {
  const onlyOne = modelId === undefined ? sql`` : sql`and model_id = ${modelId}`;
  const { rows } = await db.execute<AccountFigures & Record<string, unknown>>(sql`
    with with_proxy as (
      select model_id, count(*)::int as assigned from account_proxy_assignments where true ${onlyOne} group by model_id
    ),
    without_proxy as (
      select model_id, count(*) filter (where held_at is null)::int as waiting, count(held_at)::int as held from accounts a
      where removed_at is null ${onlyOne} and not exists (select from account_proxy_assignments s where s.account_id = a.id)
      group by model_id
    )
    select m.id, m.name, coalesce(s.assigned, 0) as assigned, coalesce(u.waiting, 0) as waiting, coalesce(u.held, 0) as held
    from models m left join with_proxy s on s.model_id = m.id left join without_proxy u on u.model_id = m.id
    ${modelId === undefined ? sql`` : sql`where m.id = ${modelId}`} order by m.key`);
  return rows;
}

/** The pool by model and load; of one model its own proxies and those that no model holds. */
export async function proxiesByModel(db: Db | Tx, limit: number, modelId?: number): Promise<UseFigures[]> {
  const onlyOne = modelId === undefined ? sql`` : sql`and (c.model_id = ${modelId} or c.model_id is null)`;
  const freeSlots = sql`greatest(0, ${limit}::int - ${LOAD})`;
  const { rows } = await db.execute<UseFigures & Record<string, unknown>>(sql`
    select c.model_id as "modelId", ${LOAD}::int as load, count(*)::int as proxies,
      ${counted(sql`${ELIGIBLE} and ${freeSlots} > 0`)} as open, coalesce(sum(${freeSlots}) filter (where ${ELIGIBLE}), 0)::int as "freeSlots",
      ${listed({ usage: 'free' }, limit)} as free
    from ${LOADED} where p.removed_at is null ${onlyOne} group by c.model_id, ${LOAD}`);
  return rows;
}

/** The pool, or one model's part of it, by provider and health. */
export async function proxiesByProvider(db: Db | Tx, limit: number, modelId?: number): Promise<HealthFigures[]> {
  const onlyOne = modelId === undefined ? sql`` : sql`and c.model_id = ${modelId}`;
  const { rows } = await db.execute<HealthFigures & Record<string, unknown>>(sql`
    select p.provider, ${HEALTH} as health, count(*)::int as proxies,
      ${listed({ health: 'failing' }, limit)} as failing, ${listed({ usage: 'expiring' }, limit)} as expiring
    from ${JOINED} where p.removed_at is null ${onlyOne} group by p.provider, ${HEALTH}`);
  return rows;
}
