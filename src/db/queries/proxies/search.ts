import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { NONE } from '../../../domain/filters/values.ts';
import { readAnyNumber } from '../../../domain/input/row-number.ts';
import { usernameKey } from '../../../domain/names.ts';
import { COUNTED } from '../../../domain/page.ts';
import { Refusal } from '../../../domain/parse/fields/refusal.ts';
import type { PropertyFilter } from '../../../domain/proxies/field-filters.ts';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import { readSearch, type Search, type TermKey } from '../../../domain/proxies/search.ts';
import { sourceKey } from '../../../domain/sources/source.ts';
import type { Db, Tx } from '../../client.ts';
import { accountProxyAssignments } from '../../schema/assignments.ts';
import { a, p, s, sc } from '../../sql/aliases.ts';
import { array, list, shape } from '../../sql/columns.ts';
import { rows } from '../../sql/rows.ts';
import { ACCOUNT_SEARCHED, SEARCHED } from '../../sql/searched.ts';
import { anyOf, anywhere } from '../like.ts';

/** A search that has been read, with the proxies whose accounts it names. */
export interface PreparedSearch extends Search {
  /** Whether usernames are left out, as for people who do not see them. */
  isMasked: boolean;
  /** The condition that a proxy carries an account whose username contains a text. */
  accounts: ReadonlyMap<string, SQL>;
}

const NOTHING: Search = { text: '', terms: [] };

/** Reads the search of a filter, and finds the accounts that it names. */
export async function prepareSearch(
  db: Db | Tx,
  { search }: Pick<ProxyFilter, 'search'>,
  { isMasked = false }: { isMasked?: boolean | undefined } = {},
): Promise<PreparedSearch> {
  const read = search === undefined ? NOTHING : readSearch(search);
  if (read instanceof Refusal) throw new Error('a search that cannot be read was stored');
  const named = read.terms.filter(({ key }) => key === 'account').flatMap(({ values }) => values);
  const texts = isMasked ? [] : [...named, read.text].filter((text) => text !== '' && text !== NONE);
  const found = await Promise.all(texts.map(async (text) => [text, await carries(db, text)] as const));
  return { ...read, isMasked, accounts: new Map(found) };
}

/** Below this length a text has no trigram, by which the index finds it. */
const SHORTEST = 3;

const CARRIED = z.strictObject({ proxyId: shape(accountProxyAssignments, 'proxyId').proxyId.nullable() });

/**
 * If few accounts match, their proxies are read first, so that the index finds these. If many do, each proxy is asked for its
 * accounts: a list is full soon.
 */
async function carries(db: Db | Tx, text: string): Promise<SQL> {
  const isNamed =
    text.length < SHORTEST
      ? sql`${a.key} = ${usernameKey(text)}`
      : sql`${ACCOUNT_SEARCHED} ilike ${anywhere(text)} and ${a.username} ilike ${anywhere(text)}`;
  const statement = sql`
    select ${list(s, 'proxyId')} from (
      select ${a.id} from ${a} where ${isNamed} and ${a.removedAt} is null limit ${COUNTED + 1}
    ) a left join ${s} on ${s.accountId} = ${a.id}`;
  const found = await rows(db, CARRIED, statement);
  if (found.length > COUNTED) {
    return sql`exists (select from ${s} join ${a} on ${a.id} = ${s.accountId} where ${s.proxyId} = ${p.id} and ${isNamed})`;
  }
  const ids = [...new Set(found.flatMap(({ proxyId }) => proxyId ?? []))];
  return sql`${p.id} = any (${array(ids, 'int')})`;
}

/** A condition on one column, by the trigram index over all that is searched. */
const contains = (column: SQL | typeof p.host, text: string) =>
  sql`(${SEARCHED} ilike ${anywhere(text)} and ${column} ilike ${anywhere(text)})`;

/** `198.51.100.7:8080` as lists show it; in brackets if it is an IPv6 address. */
const ADDRESS = /^\[?([^\]]+)\]?:(\d{1,5})$/;

/** The condition of the text of a search, over `JOINED`. */
function textCondition({ text, isMasked, accounts }: PreparedSearch): SQL[] {
  if (text === '') return [];
  const number = readAnyNumber(text);
  const [, host, port] = ADDRESS.exec(text) ?? [];
  const own = isMasked
    ? sql`(${contains(p.host, text)} or ${contains(p.label, text)})`
    : sql`${SEARCHED} ilike ${anywhere(text)}`;
  const all = [
    own,
    number !== undefined && sql`${p.id} = ${number}`,
    host !== undefined && sql`(${contains(p.host, host)} and ${p.port} = ${Number(port)})`,
    accounts.get(text),
  ];
  return [anyOf(all.filter((each) => each !== false && each !== undefined))];
}

/** The conditions of the terms that are not filters of their own. */
const OWN_TERMS = {
  label: (value: string) => (value === NONE ? sql`${p.label} is null` : contains(p.label, value)),
  host: (value: string) => contains(p.host, value),
  account: (value: string, { accounts }: PreparedSearch) =>
    value === NONE
      ? sql`not exists (select from ${s} where ${s.proxyId} = ${p.id})`
      : (accounts.get(value) ?? sql`false`),
  source: (value: string) =>
    value === NONE
      ? sql`${p.sourceId} is null`
      : sql`${p.sourceId} = (select ${sc.id} from ${sc} where ${sc.key} = ${sourceKey(value)} and ${sc.removedAt} is null)`,
  is: () => sql`${p.missingSince} is not null`,
  expires: (value: string) => (value === NONE ? sql`${p.expiresAt} is null` : expires(value)),
};

function expires(value: string): SQL {
  const [, side = '<', days, date] = /^([<>])(?:(\d+)d|(.+))$/.exec(value) ?? [];
  const at = days === undefined ? sql`${date}::timestamptz` : sql`now() + make_interval(days => ${Number(days)}::int)`;
  return sql`${p.expiresAt} ${sql.raw(side)} ${at}`;
}

const isOwn = (key: TermKey): key is keyof typeof OWN_TERMS => key in OWN_TERMS;

/** The conditions of a search, over `JOINED`: all of them must hold. */
export function searchConditions(
  search: PreparedSearch,
  ofFilter: (key: PropertyFilter, values: readonly string[]) => SQL,
): SQL[] {
  const terms = search.terms.map(({ key, values }) =>
    isOwn(key) ? anyOf(values.map((value) => OWN_TERMS[key](value, search))) : ofFilter(key, values),
  );
  return [...terms, ...textCondition(search)];
}
