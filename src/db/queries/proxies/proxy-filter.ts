import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { readAnyNumber } from '../../../domain/input/row-number.ts';
import { detail, FILTER_KEYS, type FieldFilter } from '../../../domain/proxies/fields.ts';
import { FILTER_NAMES, type FilterName, type ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { Db, Tx } from '../../client.ts';
import { onlyRow } from '../../sql/rows.ts';
import { anywhere } from '../like.ts';
import { eligibleAt, HEALTH } from './eligible.ts';
import { spellingOf } from './providers.ts';

/** What the trigram index `proxies_search` is built on; the text must be the same to the letter. */
export const SEARCHED = sql.raw(`(p.host || ' ' || p.username || ' ' || coalesce(p.label, ''))`);

/** A proxy `p` with its health `h`, use `u`, claim `c` and model `m`. */
export const JOINED = sql.raw(`
  proxies p
  left join proxy_health h on h.proxy_id = p.id
  left join proxy_use u on u.proxy_id = p.id
  left join proxy_model_claims c on c.proxy_id = p.id and (c.cooling_until is null or c.cooling_until > now())
  left join models m on m.id = c.model_id`);

/** Beside every proxy its load; needed only where a filter or an order asks for it. */
export const LOADED = sql`${JOINED} left join (
  select proxy_id, count(*) as load from account_proxy_assignments group by proxy_id
) l on l.proxy_id = p.id`;

export const LOAD = sql.raw('coalesce(l.load, 0)');

const EXPIRING_SOON = sql.raw(`interval '7 days'`);

const USAGE: Record<NonNullable<ProxyFilter['usage']>, (limit: number) => SQL> = {
  unused: () => sql`${LOAD} = 0`,
  free: (limit) => sql`(${LOAD} < ${limit} and ${eligibleAt()})`,
  full: (limit) => sql`${LOAD} >= ${limit}`,
  overloaded: (limit) => sql`${LOAD} > ${limit}`,
  cooling: () => sql`c.cooling_until > now()`,
  expiring: () => sql`p.expires_at between now() and now() + ${EXPIRING_SOON}`,
};

function searchCondition(search: string): SQL {
  const number = readAnyNumber(search);
  const text = sql`${SEARCHED} ilike ${anywhere(search)}`;
  return number === undefined ? text : sql`(p.id = ${number} or ${text})`;
}

/** The filter of a field. */
function fieldCondition(key: (typeof FILTER_KEYS)[number]): (value: string) => SQL {
  const { column, kind, isName } = detail(key);
  const name = sql.raw(`p.${column}`);
  if (kind.name === 'list') {
    return (value) => sql`(${name} <> '{}' and lower(${value}) = any (lower(${name}::text)::text[]))`;
  }
  if (isName) return (value) => sql`${name} = ${spellingOf(value)}`;
  return (value) => sql`${name} = ${value}::${sql.raw(kind.sqlType)}`;
}

const FIELD_CONDITIONS = Object.fromEntries(
  FILTER_KEYS.map((key) => [detail(key).filter, fieldCondition(key)]),
) as Record<FieldFilter, (value: string) => SQL>;

/** What each part of a filter says of a proxy, over `LOADED`. */
const CONDITIONS: { [K in FilterName]: (value: NonNullable<ProxyFilter[K]>, limit: number) => SQL } = {
  status: (value) => sql`p.status = ${value}`,
  health: (value) => sql`${HEALTH} = ${value}`,
  usage: (value, limit) => USAGE[value](limit),
  model: (value) => sql`m.key = ${value}`,
  ...FIELD_CONDITIONS,
  search: searchCondition,
};

function conditionOf<K extends FilterName>(name: K, filter: ProxyFilter, limit: number): SQL[] {
  const value = filter[name];
  return value === undefined || value === null ? [] : [CONDITIONS[name](value, limit)];
}

/** What a filter finds, over `LOADED`; removed proxies never. */
export function conditions(filter: ProxyFilter, limit: number): SQL {
  const all = FILTER_NAMES.flatMap((name) => conditionOf(name, filter, limit));
  return sql.join([sql`p.removed_at is null`, ...all], sql` and `);
}

/** The tables that a filter needs; the load of all proxies costs, so it is joined only where it is asked for. */
export function tablesFor({ usage }: ProxyFilter): SQL {
  return usage !== undefined && !['cooling', 'expiring'].includes(usage) ? LOADED : JOINED;
}

const FOUND = z.strictObject({ found: z.boolean() });

/** Whether any proxy has a value that is filtered by. */
export async function hasValue(db: Db | Tx, field: FieldFilter, value: string): Promise<boolean> {
  const condition = FIELD_CONDITIONS[field](value);
  const statement = sql`select exists (select from proxies p where p.removed_at is null and ${condition}) as found`;
  return (await onlyRow(db, FOUND, statement)).found;
}
