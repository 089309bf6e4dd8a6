import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { COUNTED } from '../../../../domain/page.ts';
import { type ModelGroup, type ModelGroups, NO_MODEL } from '../../../../domain/proxies/proxy-view.ts';
import type { Db, Tx } from '../../../client.ts';
import { models } from '../../../schema/accounts.ts';
import { c, ld, m, p } from '../../../sql/aliases.ts';
import { array, shape, typeOf } from '../../../sql/columns.ts';
import { firstRow, rows } from '../../../sql/rows.ts';
import type { Place } from '../../stretches.ts';
import { eligibleAt } from '../eligible.ts';
import { JOINED } from '../proxy-filter.ts';

/** As many models as a select menu has options. */
const NEAR = 25;

const KEYED = z.strictObject(shape(models, 'key'));

/** Where a model begins in the order of the models; undefined if it does not exist. */
export async function modelPlace(db: Db | Tx, model: number): Promise<Place | undefined> {
  if (model === NO_MODEL) return { stretch: 1, key: null, id: 0 };
  const row = await firstRow(db, KEYED, sql`select ${m.key} from ${m} where ${m.id} = ${model}`);
  return row && { stretch: 0, key: row.key, id: 0 };
}

interface Listed {
  where: SQL;
  limit: number;
}

/** The models of the proxies on a page, and the models near them. */
export async function modelGroups(db: Db | Tx, ids: readonly number[], listed: Listed): Promise<ModelGroups> {
  const [shown, near] = await Promise.all([countGroups(db, ids, listed), nearModels(db, ids[0], listed)]);
  return { shown, near };
}

const GROUP = z.strictObject({
  model: typeOf(models.name).nullable(),
  proxies: z.int(),
  accounts: z.int(),
  free: z.int(),
});

/** Each model is counted up to a limit, so that a page reads no more than a few thousand rows. */
function countGroups(db: Db | Tx, ids: readonly number[], { where, limit }: Listed): Promise<ModelGroup[]> {
  const free = sql`case when ${eligibleAt()} then greatest(${limit}::int - coalesce(${ld.load}, 0), 0) else 0 end`;
  const counted = (isGroup: SQL) => sql`
    select count(*)::int as proxies, coalesce(sum(load), 0)::int as accounts, coalesce(sum(free), 0)::int as free
    from (select ${ld.load}, ${free} as free from ${JOINED} where ${where} and ${isGroup} limit ${COUNTED + 1}) x`;
  const statement = sql`
    with page as (select distinct ${c.modelId} as model_id from ${JOINED} where ${p.id} = any (${array(ids, 'int')}))
    select ${models.name} as model, n.* from page join ${models} on ${models.id} = page.model_id
      cross join lateral (${counted(sql`${c.modelId} = page.model_id`)}) n
    union all
    select null, n.* from page cross join lateral (${counted(sql`${c.modelId} is null and ${ld.load} = 0`)}) n
    where page.model_id is null`;
  return rows(db, GROUP, statement);
}

const NAMED = z.strictObject({ id: typeOf(models.id), name: typeOf(models.name).nullable(), nth: z.int() });

const IS_HELD = sql`(${c.coolingUntil} is null or ${c.coolingUntil} > now())`;

/**
 * The models that have proxies, around the model of a proxy, and behind the last one the proxies without a model. They are read
 * outwards from the index over the names.
 */
async function nearModels(db: Db | Tx, proxyId: number | undefined, { where }: Listed): Promise<ModelGroups['near']> {
  if (proxyId === undefined) return [];
  const side = (compared: string, order: string) => sql`
    select ${m.id}, ${m.name}, row_number() over (order by ${m.key} ${sql.raw(order)})::int as nth from ${m}
    where ${m.key} ${sql.raw(compared)} coalesce((select key from here), chr(1114111))
      and exists (select from ${c} where ${c.modelId} = ${m.id} and ${IS_HELD})
    order by ${m.key} ${sql.raw(order)} limit ${NEAR}`;
  const statement = sql`
    with here as (select ${m.key} from ${c} join ${m} on ${m.id} = ${c.modelId} where ${c.proxyId} = ${proxyId} and ${IS_HELD}),
    later as (${side('>=', 'asc')}),
    unclaimed as (select from ${JOINED} where ${where} and ${c.modelId} is null and ${ld.load} = 0 limit 1)
    select id, name, -nth as nth from (${side('<', 'desc')}) earlier
    union all select id, name, nth - 1 from later
    union all select ${NO_MODEL}::int, null, ${NEAR} from unclaimed where (select count(*) from later) < ${NEAR}
    order by nth`;
  return around(await rows(db, NAMED, statement));
}

/** As many as a menu has, with the model of the page in the middle if there are more. */
function around(found: readonly z.infer<typeof NAMED>[]): ModelGroups['near'] {
  const here = found.filter(({ nth }) => nth < 0).length;
  const start = Math.max(0, Math.min(here - Math.floor(NEAR / 2), found.length - NEAR));
  return found.slice(start, start + NEAR).map(({ id, name }) => ({ id, name }));
}
