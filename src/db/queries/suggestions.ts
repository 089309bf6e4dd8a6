import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import { readAnyNumber } from '../../domain/input/row-number.ts';
import { usernameKey } from '../../domain/names.ts';
import { detail, FILTER_KEYS, type FieldFilter, type FilterKey } from '../../domain/proxies/fields.ts';
import { accounts, models } from '../schema/accounts.ts';
import { proxies } from '../schema/proxies.ts';
import { a, m, p } from '../sql/aliases.ts';
import { list, shape, typeOf } from '../sql/columns.ts';
import { type Queryable, rows } from '../sql/rows.ts';
import { ACCOUNT_SEARCHED, SEARCHED } from '../sql/searched.ts';
import { anywhere, escapeLike } from './like.ts';

const PROXY_COLUMNS = ['id', 'host', 'port', 'username', 'label'] as const;
const PROXY = z.strictObject(shape(proxies, ...PROXY_COLUMNS));
export type ProxyName = z.infer<typeof PROXY>;

const ACCOUNT = z.strictObject({ ...shape(accounts, 'id', 'username'), model: typeOf(models.name) });
export type AccountName = z.infer<typeof ACCOUNT>;

/** Matches that are sorted. A frequent fragment would sort the whole pool otherwise. */
const CANDIDATES = 200;
/** Accounts that begin with the typed text. If there are fewer, those that contain it are searched too. */
const ENOUGH = 5;
/** The newest rows, in which even a single letter is searched anywhere. */
const NEWEST = 5000;
/** Different values that are searched. A longer list is of no use for choosing. */
const VALUES = 1000;

/** One or two letters have no trigram, and the whole index would be read. At the start of a word they have one. */
const isShort = (typed: string) => /^[\p{L}\p{N}]{1,2}$/u.test(typed);
const SEPARATORS = ['', '% ', '%.', '%-', '%\\_', '%:', '%@'];

function beginsWord(text: SQL, typed: string): SQL {
  const starts = SEPARATORS.map((before) => sql`${text} ilike ${`${before}${escapeLike(typed)}%`}`);
  return sql`(${sql.join(starts, sql` or `)})`;
}

/**
 * Proxies that match a number, or a part of a host, username or label; the newest if nothing is typed.
 *
 * @param isMasked whether usernames are not searched, for people who do not see them
 */
export function suggestProxies(db: Queryable, typed: string, count: number, isMasked = false): Promise<ProxyName[]> {
  const columns = list(p, ...PROXY_COLUMNS);
  const newest = (most: number) =>
    sql`(select p.* from ${p} where ${p.removedAt} is null order by ${p.id} desc limit ${most}) p`;
  const matching = (from: SQL, condition: SQL) =>
    sql`(select ${columns} from ${from} where ${condition} and ${p.removedAt} is null limit ${CANDIDATES})`;
  const isSeen = isMasked
    ? sql`(${p.host} ilike ${anywhere(typed)} or ${p.label} ilike ${anywhere(typed)})`
    : sql`true`;
  const contains = sql`${SEARCHED} ilike ${anywhere(typed)} and ${isSeen}`;
  const number = readAnyNumber(typed) ?? 0;
  const named = isShort(typed)
    ? sql`${matching(p, sql`${beginsWord(SEARCHED, typed)} and ${isSeen}`)} union ${matching(newest(NEWEST), contains)}`
    : matching(p, contains);
  const statement =
    typed === ''
      ? sql`select ${columns} from ${newest(count)} order by ${p.id} desc`
      : sql`
        (select ${columns} from ${p} where ${p.id} = ${number} and ${p.removedAt} is null)
        union all
        (select * from (${named}) found where id <> ${number} order by id limit ${count})
        limit ${count}`;
  return rows(db, PROXY, statement);
}

/**
 * Accounts that match a part of their username or label; first those whose username begins with it. If these are enough, nothing else
 * is searched: the usernames of a team often begin alike, and the trigram index would read them all.
 *
 * @param isMasked whether only labels are searched, for people who do not see usernames
 */
export function suggestAccounts(db: Queryable, typed: string, count: number, isMasked = false): Promise<AccountName[]> {
  const columns = sql`${a.id}, ${a.username}, ${a.modelId}`;
  const matching = (from: SQL, condition: SQL) =>
    sql`(select ${columns} from ${from} where ${condition} and ${a.removedAt} is null limit ${CANDIDATES})`;
  const isSeen = isMasked ? sql`(${typed} = '' or ${a.label} ilike ${anywhere(typed)})` : sql`true`;
  const contains = sql`${ACCOUNT_SEARCHED} ilike ${anywhere(typed)} and ${isSeen}`;
  const newest = sql`(select a.* from ${a} where ${a.removedAt} is null order by ${a.id} desc limit ${NEWEST}) a`;
  const found = isShort(typed)
    ? sql`${matching(a, sql`${beginsWord(ACCOUNT_SEARCHED, typed)} and ${isSeen}`)} union ${matching(newest, contains)}`
    : matching(a, contains);
  const key = usernameKey(typed);
  const statement = sql`
    with first as materialized (
      select ${columns} from ${a} where ${a.key} >= ${key} and ${a.key} < ${key} || chr(1114111) and starts_with(${a.key}, ${key})
        and ${isSeen} and ${a.removedAt} is null order by ${a.key} limit ${count}
    ),
    others as (select * from (${found}) o where (select count(*) from first) < ${ENOUGH} and id not in (select id from first))
    select f.id, f.username, ${m.name} as model
    from (select *, false as is_other from first union all select *, true from others) f join ${m} on ${m.id} = f.model_id
    order by f.is_other, lower(f.username) limit ${count}`;
  return rows(db, ACCOUNT, statement);
}

/** The different values of an index, one after the other: of 100,000 rows, as many are read as there are values. */
function distinct(value: SQL | StringChunk, present: SQL): SQL {
  const least = (after: SQL) =>
    sql`select ${value} as value from ${p} where ${p.removedAt} is null and ${present} ${after} order by ${value} limit 1`;
  return sql`(
    with recursive found as (
      (${least(sql``)})
      union all
      select next.value from found f, lateral (${least(sql`and ${value} > f.value`)}) next
    )
    select value from found limit ${VALUES})`;
}

/** The different values of a field. Those of a list come by the two indexes over its first ten items and the others. */
function valuesOf(key: FilterKey): SQL {
  const column = p[key];
  if (detail(key).kind.name !== 'list') return distinct(column, sql`${column} is not null`);
  const others = sql`${column}[11:20]`;
  return sql`(
    select distinct unnest(value) as value from (
      ${distinct(sql`(${column}[1:10])`, sql`${column} <> '{}'`)} union all ${distinct(sql`(${others})`, sql`${others} <> '{}'`)}
    ) parts)`;
}

const VALUES_OF = Object.fromEntries(FILTER_KEYS.map((key) => [detail(key).filter, valuesOf(key)])) as Record<
  FieldFilter,
  SQL
>;

const VALUE = z.strictObject({ value: z.string() });

/** The different values of a field that contain the typed text, in order. */
export async function suggestValues(
  db: Queryable,
  filter: FieldFilter,
  typed: string,
  count: number,
): Promise<string[]> {
  const statement = sql`select value from ${VALUES_OF[filter]} found where value ilike ${anywhere(typed)} order by value limit ${count}`;
  return (await rows(db, VALUE, statement)).map((row) => row.value);
}
