import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { NONE, splitValues } from '../../../domain/filters/values.ts';
import { nameKey } from '../../../domain/names.ts';
import { PROPERTY_FILTERS, PROPERTY_NAMES, type PropertyFilter } from '../../../domain/proxies/field-filters.ts';
import { detail, FIELD_FILTERS, FILTER_KEYS, type FieldFilter } from '../../../domain/proxies/fields.ts';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { Db, Tx } from '../../client.ts';
import { models } from '../../schema/accounts.ts';
import { proxyHealth } from '../../schema/health.ts';
import { c, h, ld, m, p, u } from '../../sql/aliases.ts';
import { array, as } from '../../sql/columns.ts';
import { onlyRow } from '../../sql/rows.ts';
import { anyOf } from '../like.ts';
import type { Listing } from '../stretches.ts';
import { eligibleAt, HEALTH } from './eligible.ts';
import { spellingOf } from './providers.ts';
import { prepareSearch, searchConditions } from './search.ts';

/** A proxy `p` with its health `h`, use `u`, load `ld`, claim `c` and model `m`. The planner leaves out what a statement does not name. */
export const JOINED = sql`
  ${p} left join ${h} on ${h.proxyId} = ${p.id}
  left join ${u} on ${u.proxyId} = ${p.id}
  left join ${ld} on ${ld.proxyId} = ${p.id}
  left join ${c} on ${c.proxyId} = ${p.id} and (${c.coolingUntil} is null or ${c.coolingUntil} > now())
  left join ${m} on ${m.id} = ${c.modelId}`;

const EXPIRING_SOON = sql.raw(`interval '7 days'`);

const USAGE: Record<NonNullable<ProxyFilter['usage']>, (limit: number) => SQL> = {
  unused: () => sql`${ld.load} = 0`,
  free: (limit) => sql`(${ld.load} < ${limit} and ${eligibleAt()})`,
  full: (limit) => sql`${ld.load} >= ${limit}`,
  overloaded: (limit) => sql`${ld.load} > ${limit}`,
  cooling: () => sql`c.cooling_until > now()`,
  expiring: () => sql`p.expires_at between now() and now() + ${EXPIRING_SOON}`,
};

/** The condition of the filter of a field. */
function fieldCondition(key: (typeof FILTER_KEYS)[number]): (value: string) => SQL {
  const { column, kind, isName } = detail(key);
  const name = sql.raw(`p.${column}`);
  if (kind.name === 'list') {
    // By the index over the tags without case, which holds no empty lists.
    return (value) =>
      value === NONE ? sql`${name} = '{}'` : sql`(lower_tags(${name}) @> array[lower(${value})] and ${name} <> '{}')`;
  }
  const read = (value: string) => (isName ? spellingOf(value) : sql`${value}::${sql.raw(kind.sqlType)}`);
  return (value) => (value === NONE ? sql`${name} is null` : sql`${name} = ${read(value)}`);
}

const FIELD_CONDITIONS = Object.fromEntries(
  FILTER_KEYS.map((key) => [detail(key).filter, fieldCondition(key)]),
) as Record<FieldFilter, (value: string) => SQL>;

/** The condition of a list of models, over their numbers, which are known before the claims are read: an index then gives the order. */
function modelsCondition(names: readonly string[]): SQL {
  const keys = names.filter((name) => name !== NONE).map(nameKey);
  const found = sql`select ${models.id} from ${models} where ${models.key} = any (${array(keys, 'text')})`;
  const named = keys.length === 1 ? sql`${c.modelId} = (${found})` : sql`${c.modelId} = any (array(${found}))`;
  // A proxy without a model has no accounts, and an index has the proxies without accounts.
  const none = sql`(${c.modelId} is null and ${ld.load} = 0)`;
  return anyOf([...(keys.length > 0 ? [named] : []), ...(names.includes(NONE) ? [none] : [])]);
}

const eachOf =
  <V extends string>(condition: (value: V, limit: number) => SQL) =>
  (values: readonly string[], limit: number) =>
    anyOf((values as readonly V[]).map((value) => condition(value, limit)));

/** The condition that one of the values of a filter holds, over `JOINED`. */
const CONDITIONS: Record<PropertyFilter, (values: readonly string[], limit: number) => SQL> = {
  status: eachOf((value) => sql`p.status = ${value}`),
  // Without `coalesce` where it adds nothing, so that the index serves.
  health: eachOf((value) => (value === 'unknown' ? sql`${HEALTH} = ${value}` : sql`${h.health} = ${value}`)),
  usage: eachOf((value: NonNullable<ProxyFilter['usage']>, limit) => USAGE[value](limit)),
  model: modelsCondition,
  ...(Object.fromEntries(FIELD_FILTERS.map((name) => [name, eachOf(FIELD_CONDITIONS[name])])) as Record<
    FieldFilter,
    (values: readonly string[]) => SQL
  >),
};

function conditionOf(name: PropertyFilter, filter: ProxyFilter, limit: number): SQL[] {
  const value = filter[name];
  if (value === undefined || value === null) return [];
  return [CONDITIONS[name]('values' in PROPERTY_FILTERS[name] ? [value] : splitValues(value), limit)];
}

/** The conditions of everything but the search, over `JOINED`. Removed proxies never match. */
function propertyConditions(filter: Omit<ProxyFilter, 'search'>, limit: number): SQL[] {
  return [sql`p.removed_at is null`, ...PROPERTY_NAMES.flatMap((name) => conditionOf(name, filter, limit))];
}

/** The condition of a filter without a search, over `JOINED`. */
export function propertyCondition(filter: Omit<ProxyFilter, 'search'>, limit: number): SQL {
  return sql.join(propertyConditions(filter, limit), sql` and `);
}

/**
 * The condition of a whole filter, over `JOINED`.
 *
 * @param options.isMasked usernames are not searched, for people who do not see them
 */
export async function filterCondition(
  db: Db | Tx,
  filter: ProxyFilter,
  limit: number,
  options: { isMasked?: boolean | undefined } = {},
): Promise<SQL> {
  const search = searchConditions(await prepareSearch(db, filter, options), (key, values) =>
    CONDITIONS[key](values, limit),
  );
  return sql.join([...propertyConditions(filter, limit), ...search], sql` and `);
}

const checked = as(proxyHealth, 'checked');
/** Every proxy that is not removed has a load, so two indexes of numbers have the proxies without health. */
const WITHOUT_HEALTH = sql`(${ld.proxyId} is not null and not exists (select from ${checked} where ${checked.proxyId} = ${ld.proxyId}))`;

/** The condition of a whole filter for a list, in parts if the health is unknown: a row of health says so, or it is missing. */
export async function listConditions(
  db: Db | Tx,
  { health, ...others }: ProxyFilter,
  limit: number,
  options: { isMasked?: boolean | undefined } = {},
): Promise<Pick<Listing, 'where' | 'parts'>> {
  if (health !== 'unknown') return { where: await filterCondition(db, { health, ...others }, limit, options) };
  const found = await filterCondition(db, others, limit, options);
  const parts = [sql`${h.health} = ${health}`, WITHOUT_HEALTH];
  return { where: sql`${found} and ${HEALTH} = ${health}`, parts: parts.map((part) => sql`${found} and ${part}`) };
}

const FOUND = z.strictObject({ found: z.boolean() });

/** Whether any proxy has a value that is filtered by. */
export async function hasValue(db: Db | Tx, field: FieldFilter, value: string): Promise<boolean> {
  const condition = FIELD_CONDITIONS[field](value);
  const statement = sql`select exists (select from proxies p where p.removed_at is null and ${condition}) as found`;
  return (await onlyRow(db, FOUND, statement)).found;
}
