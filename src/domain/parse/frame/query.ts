import { isDeepStrictEqual } from 'node:util';
import type { DetailKey } from '../../proxies/fields.ts';
import { readDetails } from '../fields/details.ts';
import { Refusal } from '../fields/refusal.ts';
import { columnOf, isDetail } from '../records/columns.ts';

/** The values of a query, a fragment or `##` behind an address or a password. */
export interface Query {
  /** Where it begins in the line. */
  from: number;
  written: Partial<Record<DetailKey, string>>;
  /** A type and credentials; empty texts say nothing. */
  type: string;
  username: string;
  password: string;
  /** A fragment without a key, which is taken as the label. */
  fragment: string;
  /** Keys without a known meaning, and those of a field that another key has set to another value. */
  unknownKeys: string[];
  /** One of them may hold credentials. */
  hasSecret: boolean;
  /** It names two usernames, passwords or types. */
  isContradictory: boolean;
}

const PARTS = /^\/?(?:\?([^#]*))?(?:#(.*))?$/;
/** A name that may be shown; anything else before a `=` may be a secret. */
const KEY = /^[\w.-]{1,50}$/;
/** Keys that credentials stand under, in one way or another. */
const SECRET_KEY =
  /^(?:u|un|usr|uname|p|pw|pswd|auth|authorization|credentials?|cred|userpass|secret|token|key|api_?key)$/i;

/** The value of any key that may be a username and a password. */
const LOGIN = /^[^\s:/]+:[^\s:/]+$/;

/** Reads `?key=value&...`, `#key=value,...`, `#label` and `##user:password`; null for anything else. */
export function readQuery(line: string, from: number): Query | null {
  const match = PARTS.exec(line.slice(from));
  if (!match) return null;
  const query: Query = {
    from,
    written: {},
    type: '',
    username: '',
    password: '',
    fragment: '',
    unknownKeys: [],
    hasSecret: false,
    isContradictory: false,
  };
  const [, pairs = '', fragment = ''] = match;
  if (pairs !== '' && !readPairs(pairs, query)) return null;
  if (fragment.startsWith('#')) return readLogin(fragment.slice(1), query);
  if (fragment.includes('=')) return readPairs(fragment, query) ? query : null;
  query.fragment = decodePercent(fragment);
  if (isOther(query.fragment, query.written.label ?? '')) query.unknownKeys.push('label');
  return query;
}

function readLogin(text: string, query: Query): Query | null {
  const colon = text.indexOf(':');
  if (colon <= 0 || /\s/.test(text)) return null;
  addLogin(query, 'username', text.slice(0, colon));
  addLogin(query, 'password', text.slice(colon + 1));
  return query;
}

function addLogin(query: Query, column: 'username' | 'password' | 'type', value: string): void {
  query.isContradictory ||= isOther(query[column], value);
  query[column] ||= value;
}

function addDetail({ written, unknownKeys }: Query, pair: { key: string; column: DetailKey; value: string }): void {
  const { key, column, value } = pair;
  const known = written[column];
  if (!known) written[column] = value;
  else if (value !== '' && !areAlike(column, known, value)) unknownKeys.push(key);
}

/** Whether two texts are one value: `DE` and `Germany`. */
function areAlike(column: DetailKey, one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [one, other].map((text) => readDetails({ [column]: text }));
  return !(first instanceof Refusal) && isDeepStrictEqual(first, second);
}

/** Whether two texts say two things; an empty one says nothing. */
export function isOther(said: string, elsewhere: string): boolean {
  return said !== '' && elsewhere !== '' && said !== elsewhere;
}

/** `key=value` parts behind `&` or `,`; a comma in a value is kept, since no key follows it. */
function readPairs(text: string, query: Query): boolean {
  for (const pair of text.split(/[&,](?=[\w.-]{1,50}=)/)) {
    const equals = Math.max(pair.indexOf('='), 0);
    const key = decodePercent(pair.slice(0, equals));
    const value = decodePercent(pair.slice(equals + 1)).trim();
    if (!KEY.test(key)) return false;
    const column = columnOf(key);
    if (column === 'username' || column === 'password' || column === 'type') {
      addLogin(query, column, value);
    } else if (column && isDetail(column)) {
      addDetail(query, { key, column, value });
    } else {
      query.unknownKeys.push(key);
      query.hasSecret ||= SECRET_KEY.test(key) || LOGIN.test(value);
    }
  }
  return true;
}

/** Decodes percent-encoding; a text that cannot be decoded to UTF-8 is kept as it is. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
