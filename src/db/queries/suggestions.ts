import { type SQL, sql } from 'drizzle-orm';
import { readAnyNumber } from '../../domain/input/row-number.ts';
import { type Detail, detail, FILTER_KEYS, type FieldFilter } from '../../domain/proxies/fields.ts';
import type { Db, Tx } from '../client.ts';
import { anywhere, escapeLike } from './like.ts';
import { SEARCHED } from './proxies/proxy-filter.ts';

export interface ProxyName {
  id: number;
  host: string;
  port: number;
  username: string;
  label: string | null;
}

export interface AccountName {
  id: number;
  username: string;
  model: string;
}

/** Found names that are put in order; a frequent fragment would sort the whole pool otherwise. */
const CANDIDATES = 200;
/** The newest rows, in which even one letter is looked for anywhere. */
const NEWEST = 5000;
/** Different values that are looked through; more of them are no list to choose from. */
const VALUES = 1000;

/** What the trigram index `accounts_search` is built on; the text must be the same to the letter. */
const ACCOUNT_SEARCHED = sql.raw(`(a.username || ' ' || coalesce(a.label, ''))`);

/** One or two letters have no trigram of their own, and the index would be read as a whole. At the start of a word they have one. */
const isShort = (typed: string) => /^[\p{L}\p{N}]{1,2}$/u.test(typed);
const SEPARATORS = ['', '% ', '%.', '%-', '%\\_', '%:', '%@'];

function beginsWord(text: SQL, typed: string): SQL {
  const starts = SEPARATORS.map((before) => sql`${text} ilike ${`${before}${escapeLike(typed)}%`}`);
  return sql`(${sql.join(starts, sql` or `)})`;
}

/** Proxies that a number, or a part of a host, username or label finds; the newest where nothing is typed. */
export async function suggestProxies(db: Db | Tx, typed: string, count: number): Promise<ProxyName[]> {
  const fields = sql.raw('p.id, p.host, p.port, p.username, p.label');
  const newest = (most: number) =>
    sql`(select * from proxies where removed_at is null order by id desc limit ${most}) p`;
  const matching = (from: SQL, condition: SQL) =>
    sql`(select ${fields} from ${from} where ${condition} and p.removed_at is null limit ${CANDIDATES})`;
  const contains = sql`${SEARCHED} ilike ${anywhere(typed)}`;
  const everywhere = sql.raw('proxies p');
  const number = readAnyNumber(typed) ?? 0;
  const named = isShort(typed)
    ? sql`${matching(everywhere, beginsWord(SEARCHED, typed))} union ${matching(newest(NEWEST), contains)}`
    : matching(everywhere, contains);
  const { rows } = await db.execute<ProxyName & Record<string, unknown>>(
    typed === ''
      ? sql`select ${fields} from ${newest(count)} order by p.id desc`
      : sql`
        (select ${fields} from proxies p where p.id = ${number} and p.removed_at is null)
        union all
        (select * from (${named}) found where id <> ${number} order by id limit ${count})
        limit ${count}`,
  );
  return rows;
}

/** Accounts that a part of their username or label finds. */
export async function suggestAccounts(db: Db | Tx, typed: string, count: number): Promise<AccountName[]> {
  const fields = sql.raw('a.id, a.username, a.model_id');
  const matching = (from: SQL, condition: SQL) =>
    sql`(select ${fields} from ${from} where ${condition} and a.removed_at is null limit ${CANDIDATES})`;
  const contains = sql`${ACCOUNT_SEARCHED} ilike ${anywhere(typed)}`;
  const everywhere = sql.raw('accounts a');
  const newest = sql`(select * from accounts where removed_at is null order by id desc limit ${NEWEST}) a`;
  const found = isShort(typed)
    ? sql`${matching(everywhere, beginsWord(ACCOUNT_SEARCHED, typed))} union ${matching(newest, contains)}`
    : matching(everywhere, contains);
  const { rows } = await db.execute<AccountName & Record<string, unknown>>(sql`
    select f.id, f.username, m.name as model from (${found}) f join models m on m.id = f.model_id order by lower(f.username) limit ${count}`);
  return rows;
}

/** Each different value of what an index is on, from one to the next: of 100,000 rows, as many are read as there are values. */
function distinct(value: SQL, present: SQL): SQL {
  const least = (after: SQL) =>
    sql`select ${value} as value from proxies where removed_at is null and ${present} ${after} order by ${value} limit 1`;
  return sql`(
    with recursive found as (
      (${least(sql``)})
      union all
      select next.value from found f, lateral (${least(sql`and ${value} > f.value`)}) next
    )
    select value from found limit ${VALUES})`;
}

/** The different values of a field. Those of a list come by the two indexes over its first ten items and the others. */
function valuesOf({ column, kind }: Detail): SQL {
  if (kind.name !== 'list') return distinct(sql.raw(column), sql.raw(`${column} is not null`));
  const [first, others] = [`${column}[1:10]`, `${column}[11:20]`];
  return sql`(
    select distinct unnest(value) as value from (
      ${distinct(sql.raw(`(${first})`), sql.raw(`${column} <> '{}'`))} union all ${distinct(sql.raw(`(${others})`), sql.raw(`${others} <> '{}'`))}
    ) parts)`;
}

const VALUES_OF = Object.fromEntries(FILTER_KEYS.map((key) => [detail(key).filter, valuesOf(detail(key))])) as Record<
  FieldFilter,
  SQL
>;

/** The different values of a field that hold the typed text, in order. */
export async function suggestValues(db: Db | Tx, filter: FieldFilter, typed: string, count: number): Promise<string[]> {
  const { rows } = await db.execute<{ value: string }>(
    sql`select value from ${VALUES_OF[filter]} found where value ilike ${anywhere(typed)} order by value limit ${count}`,
  );
  return rows.map((row) => row.value);
}
