import { ADDRESS_FIELDS, DETAIL_FIELDS, DETAIL_KEYS, type DetailKey } from '../../proxies/fields.ts';

/** Ways to say an address in files beside the fields that the pool keeps of it. */
const OTHER_ADDRESS_COLUMNS = {
  line: ['proxy', 'url', 'proxyurl'],
  /** Username and password in one cell. */
  credentials: ['credentials', 'auth', 'authentication', 'userpass', 'loginpass', 'usernamepassword', 'loginpassword'],
  /** Whether it speaks the type of its name. */
  http: ['http'],
  socks4: ['socks4', 'socks4a'],
  socks5: ['socks5', 'socks', 'socks5h'],
  httpPort: ['httpport', 'porthttp', 'proxyhttpport', 'httpsport', 'porthttps'],
  socksPort: ['socksport', 'socks5port', 'portsocks', 'portsocks5', 'proxysocks5port'],
} as const;

type AddressColumn = keyof typeof ADDRESS_FIELDS | keyof typeof OTHER_ADDRESS_COLUMNS;

/** The possible contents of a column of a CSV file, a key of a JSON object or a key of a URL query. */
export type Column = DetailKey | AddressColumn;

/** A column as a file names it. */
export interface NamedColumn {
  column: Column;
  /** Of several columns with one meaning the one of the highest rank is used: a host is what one connects to, not where traffic leaves. */
  rank: number;
  /** The value is used if it can be understood, and left out if not: `location` may be more than a country. */
  isSoft: boolean;
  /** The zone of dates that name none, as documented by the provider whose name for the column this is. */
  zone: string;
}

const RANKS: readonly (readonly [rank: number, names: string])[] = [
  [4, 'connectip connectionaddress connecthost'],
  [3, 'host hostname server proxyhost proxyhostname gateway domain entry entrypoint endpoint'],
  [2, 'address proxyaddress iponly'],
  [1, 'ip ipaddress proxyip proxyhostip unixtimeend'],
];
const RANK_OF = new Map(RANKS.flatMap(([rank, names]) => names.split(' ').map((name) => [name, rank] as const)));
const SOFT = new Set(['location', 'geo', 'proxygeo']);
/** MobileProxy.space gives times in Moscow. */
const ZONES: Readonly<Record<string, string>> = { proxyexp: '+03:00' };

/** Names are matched without case, blanks, `_` and `-`. */
const keyOf = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

interface Named {
  column: string;
  aliases?: readonly string[];
}

function* names(): Generator<[string, Column]> {
  const fields: [string, Named][] = Object.entries({ ...ADDRESS_FIELDS, ...DETAIL_FIELDS });
  for (const [key, { column, aliases }] of fields) {
    if (aliases) for (const name of [column, ...aliases]) yield [keyOf(name), key as Column];
  }
  for (const [column, aliases] of Object.entries(OTHER_ADDRESS_COLUMNS)) {
    for (const name of aliases) yield [name, column as Column];
  }
}

const BY_NAME = new Map(
  [...names()].map(([name, column]): [string, NamedColumn] => [
    name,
    { column, rank: RANK_OF.get(name) ?? 0, isSoft: SOFT.has(name), zone: ZONES[name] ?? '' },
  ]),
);
const DETAILS = new Set<Column>(DETAIL_KEYS);

export function namedColumn(name: string): NamedColumn | undefined {
  return BY_NAME.get(keyOf(name)) ?? template(name);
}

export function columnOf(name: string): Column | undefined {
  return BY_NAME.get(keyOf(name))?.column;
}

/** `ip:port` and `host:port:user:pass` name a column that holds whole lines, `user:pass` one that holds credentials. */
function template(name: string): NamedColumn | undefined {
  const columns = name.split(/[:@/]/, 8).map(columnOf);
  if (columns.includes(undefined)) return undefined;
  if (columns.join() === 'username,password') return { column: 'credentials', rank: 0, isSoft: false, zone: '' };
  const isLine = columns.includes('host') && columns.includes('port');
  return isLine ? { column: 'line', rank: 0, isSoft: false, zone: '' } : undefined;
}

/** Columns that are named after a type and say whether a proxy speaks it. */
export function isFlag(column: Column): column is 'http' | 'socks4' | 'socks5' {
  return column === 'http' || column === 'socks4' || column === 'socks5';
}

/** Whether a column says something beside the address. */
export function isDetail(column: Column): column is DetailKey {
  return DETAILS.has(column);
}

/** Columns by which a proxy can be found at all. */
export function isHost(column: Column | undefined): boolean {
  return column === 'line' || column === 'host';
}
