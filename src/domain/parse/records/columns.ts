import type { Details } from '../fields/details.ts';

/** What a column of a CSV file, a key of a JSON object or a key of a URL query can hold. */
export type Column =
  | keyof Details
  | 'line'
  | 'connectionHost'
  | 'host'
  | 'port'
  | 'httpPort'
  | 'socksPort'
  | 'username'
  | 'password'
  | 'type';

const NAMES: Readonly<Record<Column, string>> = {
  line: 'proxy url proxyurl',
  connectionHost: 'connectionaddress',
  host: 'host ip ipaddress server address proxyaddress proxyhost',
  port: 'port proxyport',
  httpPort: 'httpport',
  socksPort: 'socksport socks5port',
  username: 'user username login proxyuser',
  password: 'pass password pwd passwd proxypass',
  type: 'type protocol scheme proxytype',
  country: 'country countrycode cc geo',
  city: 'city cityname',
  provider: 'provider isp vendor',
  label: 'label name title remark',
  notes: 'notes note comment',
  tags: 'tags tag group',
  changeIpUrl: 'changeipurl refreshurl rotateipurl rotationurl',
  expiresAt: 'expires expiresat expiry validuntil',
  monthlyCost: 'cost price monthlycost',
};

const BY_NAME = new Map<string, Column>(
  Object.entries(NAMES).flatMap(([column, names]) => names.split(' ').map((name) => [name, column as Column] as const)),
);

const ADDRESS = new Set<Column>([
  'line',
  'connectionHost',
  'host',
  'port',
  'httpPort',
  'socksPort',
  'username',
  'password',
  'type',
]);

/** Names are matched without case, blanks, `_` and `-`. */
export function columnOf(name: string): Column | undefined {
  return BY_NAME.get(name.toLowerCase().replace(/[\s_-]/g, ''));
}

/** Whether a column says something beside the address. */
export function isDetail(column: Column): column is keyof Details {
  return !ADDRESS.has(column);
}

/** Columns by which a proxy can be found at all. */
export function isHost(column: Column | undefined): boolean {
  return column === 'line' || column === 'connectionHost' || column === 'host';
}
