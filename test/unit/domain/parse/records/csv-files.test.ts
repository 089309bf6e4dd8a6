import { describe, expect, test } from 'vitest';
import { defuseCell, restoreCell } from '../../../../../src/domain/parse/records/export-format.ts';
import { errorOf, read, readAll } from '../read.ts';

/** Line, host and port of each row. */
const seen = (text: string) => read(text).rows.map(({ line, fields: { host, port } }) => [line, host, port]);
const A = '203.0.113.1';
const B = '203.0.113.2';

describe('a header that comes again', () => {
  test('holds for the rows below it, and its unknown columns are named', () => {
    const file = read(`host,port,label\n${A},80,Desk\nport,Host,city,colour\n81,${B},Köln,red`);
    expect(file.rows.map(({ line, fields }) => [line, fields.host, fields.port, fields.label, fields.city])).toEqual([
      [2, A, 80, 'Desk', null],
      [4, B, 81, null, 'Köln'],
    ]);
    expect([file.rejected, file.unknownColumns]).toEqual([[], ['colour']]);
  });

  test('is not a row that names a host and a port in other columns', () => {
    const file = read(`host,port,label,city\n${A},80,Desk,\ndesk,80,ip,port`);
    expect([file.rows.length, file.rejected.map(({ line }) => line), file.unknownColumns]).toEqual([1, [3], []]);
  });

  test.each(['server,x', 'host', 'server.example,port', 'a host name that is long,port', 'port,label', 'x,host'])(
    'is not %j, which names too little',
    (row) => {
      expect(read(`host,port\n${A},80\n${row}\n${B},81`)).toMatchObject({ rejected: [{ line: 3 }] });
      expect(seen(`host,port\n${A},80\n${row}\n${B},81`)).toEqual([
        [2, A, 80],
        [4, B, 81],
      ]);
    },
  );
});

describe('the header', () => {
  test('is found below titles, which are no rows', () => {
    expect(seen(`My proxies\nExported today,,\n\nhost,port\n${A},80`)).toEqual([[5, A, 80]]);
    expect(seen(`${'Title\n'.repeat(10)}host,port\n${A},80`)).toEqual([[12, A, 80]]);
  });

  test('is the line with the most known names, whatever parts them', () => {
    for (const mark of [',', ';', '\t', '|'])
      expect(seen(`${['host', 'port', 'a b'].join(mark)}\n${A}${mark}80`)).toEqual([[2, A, 80]]);
  });

  test('of one column has a name for whole lines', () => {
    expect(seen(`proxy\n${A}:80\n"${B}:81"`)).toEqual([
      [2, A, 80],
      [3, B, 81],
    ]);
    expect(errorOf(`username,city\nann,Köln`).code).toBe('no_host_column');
    expect(errorOf(`username,city\nann,Köln`).message).toBe(
      'The header row has no host column (host, ip, server, address, proxy or url).',
    );
  });

  test('with one known name is one if the rows have an address below it', () => {
    expect(readAll(`account;proxy\nann;${A}:80\nben;${B}:81`).map(({ port }) => port)).toEqual([80, 81]);
    expect(readAll(`account;proxy\n;\nben;${B}:81`).map(({ port }) => port)).toEqual([81]);
    expect(read(`account;proxy\nann\nben;${B}:81`)).toMatchObject({
      rows: [{ fields: { port: 81 } }],
      rejected: [{ line: 2 }],
    });
  });
});

describe('a column without a known name', () => {
  const typesOf = (...cells: string[]) =>
    read(`host,port,kind\n${cells.map((cell) => `${A},80,${cell}`).join('\n')}`).rows.map(({ fields }) => fields.type);

  test('holds the types if all its values are types', () => {
    expect(typesOf('socks5', '', 'HTTPS')).toEqual(['socks5', 'http', 'https']);
    expect(typesOf('socks5', 'fast')).toEqual(['http', 'http']);
    expect(read(`host,port,kind,type\n${A},80,socks5,https`).rows[0]?.fields.type).toBe('https');
    expect(read(`host,port,kind\n${A},80,fast`).unknownColumns).toEqual(['kind']);
    expect(read(`host,port,kind\n${A},80,`).unknownColumns).toEqual(['kind']);
  });

  test('is judged by the first twenty rows', () => {
    const rows = (count: number) => [...Array.from({ length: count }, () => 'socks5'), 'fast'];
    expect(typesOf(...rows(19))[0]).toBe('http');
    expect(
      read(
        `host,port,kind\n${rows(20)
          .map((cell) => `${A},80,${cell}`)
          .join('\n')}`,
      ).rejected,
    ).toMatchObject([{ line: 22, reason: 'The type must be http, https, socks4 or socks5.' }]);
  });
});

describe('half of a login is refused', () => {
  const reasons = (text: string) => read(text).rejected.map(({ reason }) => reason);

  test('if the file has a column for each half', () => {
    expect(reasons(`host,port,user,pass\n${A},80,,pw`)).toEqual(['It has a password and no username.']);
    expect(reasons(`host,port,user,pass\n${A},80,ann`)).toEqual([
      'The row ends before its password: write an empty cell if there is none.',
    ]);
    expect(reasons(`host,port,user,pass\n${A},80,ann,`)).toEqual([]);
    expect(reasons(`host,port,user,pass\n${A},80, , `)).toEqual([]);
    expect(reasons(`user,host,port,pass\n,${A},80,pw`)).toEqual(['It has a password and no username.']);
    expect(reasons(`pass,host,port,user\npw,${A},80,`)).toEqual(['It has a password and no username.']);
    expect(reasons(`host,port,pass\n${A},80,pw`)).toEqual([]);
    expect(reasons(`host,port,user\n${A},80,ann`)).toEqual([]);
  });

  test('and not in our own exports, or if the file has whole lines', () => {
    expect(reasons(`# proxy-ops-export v2\nhost,port,username,password\n${A},80,,pw`)).toEqual([]);
    expect(reasons(`# proxy-ops-export v2\nhost,port,username,password\n${A},80,ann`)).toEqual([]);
    expect(reasons(`proxy,user,pass\nann:pw@${A}:80,,pw`)).toEqual([]);
  });
});

test('the flags of types, and the words that say none', () => {
  const typesOf = (header: string, cells: string) => read(`host,port,${header}\n${A},80,${cells}`).rows[0]?.fields.type;
  for (const yes of ['1', 'true', 'Yes', 'y', 'x', '+', '✓', '✔', '✅', 'on', 'OK'])
    expect([yes, typesOf('http,socks5', `,${yes}`)]).toEqual([yes, 'socks5']);
  for (const no of ['0', 'false', 'no', 'n', '-', '–', '✗', '✘', '❌', 'off'])
    expect([no, typesOf('http,socks5', `${no},1`), typesOf('http,socks5', `1,${no}`)]).toEqual([no, 'socks5', 'http']);
  for (const none of ['auto', 'any', 'ALL', 'both']) expect([none, typesOf('type', none)]).toEqual([none, 'http']);
  for (const network of [
    'residential',
    'ipv4',
    'IPv6_shared',
    'datacenter',
    'dc',
    'mobile',
    'lte',
    '4G',
    'isp',
    'static',
    'rotating',
    'dedicated',
    'shared',
    'private',
    'premium',
    'residential_static',
  ]) {
    expect([network, typesOf('type,protocol', `${network},socks5`)]).toEqual([network, 'socks5']);
    expect([network, typesOf('type', network)]).toEqual([network, undefined]);
  }
  expect(read(`host,port,http,socks5\n${A},80,1,1`).rejected).toMatchObject([
    { reason: 'It speaks HTTP and SOCKS: give it one type.' },
  ]);
});

test('two columns with one meaning hold the same, or the other one is named', () => {
  const lost = (text: string) => read(text).lostColumns;
  expect(lost(`host,port,country,cc\n${A},80,France,FRA`)).toEqual([]);
  expect(lost(`host,port,country,cc\n${A},80,France,DE`)).toEqual([{ name: 'cc', used: 'country' }]);
  expect(lost(`host,server,port\n${A},${A},80`)).toEqual([]);
  expect(lost(`host,server,port\ngate.example.com,GATE.example.com,80`)).toEqual([]);
  expect(lost(`ip,host,port\n${A},gate.example.com,80`)).toEqual([{ name: 'ip', used: 'host' }]);
  expect(lost(`host,port,label,name\n${A},80,a,A`)).toEqual([{ name: 'name', used: 'label' }]);
});

test('a username with a colon is a login if the file has no passwords', () => {
  expect(readAll(`# proxy-ops-export v2\nhost,port,username\n${A},80,ann:pw`)).toMatchObject([
    { username: 'ann:pw', password: null },
  ]);
  expect(readAll(`host,port,user\n${A},80,ann:pw`)).toMatchObject([{ username: 'ann', password: 'pw' }]);
  expect(readAll(`host,port,user,pass\n${A},80,ann:x,pw`)).toMatchObject([{ username: 'ann:x', password: 'pw' }]);
  expect(readAll(`host,port,credentials\n${A},80,ann:p:w`)).toMatchObject([{ username: 'ann', password: 'p:w' }]);
  expect(read(`host,port,credentials\n${A},80,:pw`).rejected).toMatchObject([
    { reason: 'The credentials must be written as user:password.' },
  ]);
  expect(read(`host,port,credentials,user\n${A},80,ann:pw,ben`).rejected).toMatchObject([
    { reason: 'It names two different usernames or passwords.' },
  ]);
});

test('a time without a zone is in the zone that its provider documents', () => {
  const expiry = (header: string, cell: string) =>
    readAll(`host,port,${header}\n${A},80,${cell}`)[0]?.expiresAt?.toISOString();
  expect(expiry('proxy_exp', '2026-12-31 12:00:00')).toBe('2026-12-31T09:00:00.000Z');
  expect(expiry('expires', '2026-12-31 12:00:00')).toBe('2026-12-31T12:00:00.000Z');
  expect(expiry('proxy_exp', '2026-12-31')).toBe('2026-12-31T23:59:59.999Z');
});

test.each([
  '=1+1',
  '+1',
  '-1',
  '@a',
  '＝1',
  ' =1',
  '"=1',
  "'=1",
  'a;=1',
  'a,-1',
  'a|@b',
  '\t=1',
  '\ra',
  'a\n=b',
  "''=",
  'plain',
  '',
])('the cell %j of an export is no formula, and comes back as it was', (cell) => {
  const defused = defuseCell(cell);
  expect(restoreCell(defused)).toBe(cell);
  for (const piece of defused.split(/[;,|\t\r\n]+/)) expect(piece).not.toMatch(/^["\s]*[=+\-@＝＋－＠]/);
  expect(defused === cell).toBe(!/[=+\-@＝\t\r]/.test(cell));
});
