import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { readAnyNumber } from '../../../domain/input/row-number.ts';
import { detail, FILTER_KEYS, type FieldFilter } from '../../../domain/proxies/fields.ts';
import { FILTER_NAMES, type FilterName, type ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { Db, Tx } from '../../client.ts';
import { models } from '../../schema/accounts.ts';
import { c, h, ld, m, p, u } from '../../sql/aliases.ts';
import { onlyRow } from '../../sql/rows.ts';
import { anywhere } from '../like.ts';
import { eligibleAt, HEALTH } from './eligible.ts';
import { spellingOf } from './providers.ts';

/** The expression of the trigram index `proxies_search`; both must be identical. */
export const SEARCHED = sql.raw(`(p.host || ' ' || p.username || ' ' || coalesce(p.label, ''))`);

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

/** `198.51.100.7:8080` as lists show it; in brackets if it is an IPv6 address. */
const ADDRESS = /^\[?([^\]]+)\]?:(\d{1,5})$/;

function searchCondition(search: string): SQL {
  const number = readAnyNumber(search);
  const text = sql`${SEARCHED} ilike ${anywhere(search)}`;
  if (number !== undefined) return sql`(p.id = ${number} or ${text})`;
  const [, host, port] = ADDRESS.exec(search.trim()) ?? [];
  if (host === undefined) return text;
  return sql`(${text} or (${SEARCHED} ilike ${anywhere(host)} and p.host ilike ${anywhere(host)} and p.port = ${Number(port)}))`;
}

/** The filter of a field. */
function fieldCondition(key: (typeof FILTER_KEYS)[number]): (value: string) => SQL {
  const { column, kind, isName } = detail(key);
  const name = sql.raw(`p.${column}`);
  if (kind.name === 'list') {
    // By the index over the tags without case, which holds no empty lists.
    return (value) => sql`(lower_tags(${name}) @> array[lower(${value})] and ${name} <> '{}')`;
  }
  if (isName) return (value) => sql`${name} = ${spellingOf(value)}`;
  return (value) => sql`${name} = ${value}::${sql.raw(kind.sqlType)}`;
}

const FIELD_CONDITIONS = Object.fromEntries(
  FILTER_KEYS.map((key) => [detail(key).filter, fieldCondition(key)]),
) as Record<FieldFilter, (value: string) => SQL>;

/** The condition of each part of a filter, over `JOINED`. */
const CONDITIONS: { [K in FilterName]: (value: NonNullable<ProxyFilter[K]>, limit: number) => SQL } = {
  status: (value) => sql`p.status = ${value}`,
  // Without `coalesce` where it adds nothing, so that the index serves.
  health: (value) => (value === 'unknown' ? sql`${HEALTH} = ${value}` : sql`${h.health} = ${value}`),
  usage: (value, limit) => USAGE[value](limit),
  // As a number that is known before the claims are read, so that their index gives the order too.
  model: (value) => sql`${c.modelId} = (select ${models.id} from ${models} where ${models.key} = ${value})`,
  ...FIELD_CONDITIONS,
  search: searchCondition,
};

function conditionOf<K extends FilterName>(name: K, filter: ProxyFilter, limit: number): SQL[] {
  const value = filter[name];
  return value === undefined || value === null ? [] : [CONDITIONS[name](value, limit)];
}

/** The condition of a whole filter, over `JOINED`. Removed proxies never match. */
export function conditions(filter: ProxyFilter, limit: number): SQL {
  const all = FILTER_NAMES.flatMap((name) => conditionOf(name, filter, limit));
  return sql.join([sql`p.removed_at is null`, ...all], sql` and `);
}

const FOUND = z.strictObject({ found: z.boolean() });

/** Whether any proxy has a value that is filtered by. */
export async function hasValue(db: Db | Tx, field: FieldFilter, value: string): Promise<boolean> {
  const condition = FIELD_CONDITIONS[field](value);
  const statement = sql`select exists (select from proxies p where p.removed_at is null and ${condition}) as found`;
  return (await onlyRow(db, FOUND, statement)).found;
}
