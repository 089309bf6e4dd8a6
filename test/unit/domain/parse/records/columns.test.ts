import { describe, expect, test } from 'vitest';
import {
  type Column,
  columnOf,
  isDetail,
  isFlag,
  isHost,
  namedColumn,
} from '../../../../../src/domain/parse/records/columns.ts';

/** The names that files and APIs of providers use, without blanks, `_` and `-`. */
const NAMES: Record<Column, string> = {
  host:
    'host hostname server proxyhost proxyhostname gateway connectionaddress connectip connecthost domain entry entrypoint endpoint ' +
    'address proxyaddress ip ipaddress iponly proxyip publicip proxyhostip',
  port: 'port proxyport',
  type: 'type protocol protocols scheme proxytype proxyprotocol',
  username: 'username user login proxyuser proxylogin proxyusername',
  password: 'password pass pwd passwd proxypass proxypassword',
  provider: 'provider isp ispname vendor',
  country: 'country countrycode countryname countryalpha2 countryalpha3 cc geo proxygeo location',
  city: 'city cityname',
  label: 'label name title remark',
  tags: 'tags tag group',
  notes: 'notes note comment descr description',
  expiresAt:
    'expires expiresat expiry expiration expirationdate expirydate expiredate expireat validuntil dateend enddate ends proxyexp unixtimeend',
  monthlyCost: 'monthlycost cost price',
  changeIpUrl:
    'changeipurl changeiplink refreshurl refreshlink rotateurl rotateipurl rotationurl rotationlink linkreboot rebootlink proxychangeipurl',
  externalId: '',
  line: 'proxy url proxyurl',
  credentials: 'credentials auth authentication userpass loginpass usernamepassword loginpassword',
  http: 'http',
  socks4: 'socks4 socks4a',
  socks5: 'socks5 socks socks5h',
  httpPort: 'httpport porthttp proxyhttpport httpsport porthttps',
  socksPort: 'socksport socks5port portsocks portsocks5 proxysocks5port',
};
const COLUMNS = Object.entries(NAMES).map(([column, names]) => [column as Column, names.split(' ')] as const);

test.each(COLUMNS)('%s is named %j in files, and by nothing else', (column, names) => {
  const all = COLUMNS.flatMap(([, each]) => each);
  expect(all.filter((name) => columnOf(name) === column)).toEqual(names.filter((name) => name !== ''));
});

test('a name is found without case, blanks, lines and hyphens', () => {
  for (const name of ['expires_at', 'Expires-At', 'EXPIRES AT', ' expires at ']) {
    expect(columnOf(name)).toBe('expiresAt');
    expect(namedColumn(name)?.column).toBe('expiresAt');
  }
  for (const name of ['external_id', 'Colour', '', 'expires.at']) {
    expect(columnOf(name)).toBeUndefined();
    expect(namedColumn(name)).toBeUndefined();
  }
});

describe('of several columns with one meaning', () => {
  test.each([
    [4, 'connectip connectionaddress connecthost'],
    [3, 'host hostname server proxyhost proxyhostname gateway domain entry entrypoint endpoint'],
    [2, 'address proxyaddress iponly'],
    [1, 'ip ipaddress proxyip proxyhostip unixtimeend'],
    [0, 'publicip port user pass expires proxyexp'],
  ])('those of rank %d are %s', (rank, names) => {
    for (const name of names.split(' ')) expect([name, namedColumn(name)?.rank]).toEqual([name, rank]);
  });
});

test('a value that may be more than a country is used only if it is one', () => {
  const names = NAMES.country.split(' ');
  expect(names.filter((name) => namedColumn(name)?.isSoft)).toEqual(['geo', 'proxygeo', 'location']);
});

test('times without a zone are UTC, apart from those of a provider that documents another', () => {
  const zones = NAMES.expiresAt.split(' ').flatMap((name) => namedColumn(name)?.zone || []);
  expect([namedColumn('proxy_exp')?.zone, zones]).toEqual(['+03:00', ['+03:00']]);
});

describe('a name that is a template', () => {
  const BLANK = { rank: 0, isSoft: false, zone: '' };

  test.each(['ip:port', 'host:port:user:pass', 'user:pass@host:port', 'Login:Password@IP:Port', 'ip/port'])(
    '%s holds whole lines',
    (name) => {
      expect(namedColumn(name)).toEqual({ ...BLANK, column: 'line' });
    },
  );

  test.each(['user:pass', 'login/password'])('%s holds a username and a password', (name) => {
    expect(namedColumn(name)).toEqual({ ...BLANK, column: 'credentials' });
  });

  test.each(['user:port', 'host:user', 'host:colour', 'host:port:colour', 'pass:user', ':', 'host port', 'port:pass'])(
    '%s says nothing',
    (name) => {
      expect(namedColumn(name)).toBeUndefined();
    },
  );
});

test('columns are flags of a type, details, or those by which a proxy is found', () => {
  const columns = COLUMNS.map(([column]) => column);
  expect(columns.filter(isFlag)).toEqual(['http', 'socks4', 'socks5']);
  expect(columns.filter(isHost)).toEqual(['host', 'line']);
  expect(isHost(undefined)).toBe(false);
  expect(columns.filter(isDetail)).toEqual([
    ...[
      'provider',
      'country',
      'city',
      'label',
      'tags',
      'notes',
      'expiresAt',
      'monthlyCost',
      'changeIpUrl',
      'externalId',
    ],
  ]);
});
