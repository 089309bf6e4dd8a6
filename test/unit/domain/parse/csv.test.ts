import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../../../src/domain/parse/records/csv-records.ts';
import { errorOf, proxy, read, readAll, readOne, reasonOf } from './read.ts';

describe('a header', () => {
  const ROW = ['203.0.113.7', '8080', 'ann', 's3:c;r@et'];
  test.each([',', ';', '\t', '|'])('is found with the delimiter %j', (delimiter) => {
    const cells = ROW.map((cell) => (cell.includes(delimiter) ? `"${cell}"` : cell));
    const file = read(`IP Address${delimiter}Port${delimiter}User_Name${delimiter}PASS-WORD\n${cells.join(delimiter)}`);
    expect(file.kind).toBe('csv');
    expect(file.rows).toEqual([
      { line: 2, reading: 'both', fields: proxy({ username: 'ann', password: 's3:c;r@et' }) },
    ]);
  });

  test.each([
    ...['host', 'ip', 'ipaddress', 'server', 'address', 'proxyaddress', 'proxy_host', 'Connection Address'].map(
      (name) => [name, 'port', 'http'],
    ),
    ...['port', 'proxyport', 'proxy-port', 'HTTP Port'].map((name) => ['host', name, 'http']),
    ...['socks_port', 'socks5port'].map((name) => ['host', name, 'socks5']),
  ])('%s and %s name the address, type %s', (host, port, type) => {
    expect(readOne(`${host},${port}\n203.0.113.7,8080`)).toEqual(proxy({ type: type as 'http' }));
  });

  test.each([
    ...['user', 'username', 'login', 'proxyuser'].map((name) => [name, 'x', { username: 'x' }] as const),
    ...['pass', 'password', 'pwd', 'passwd', 'proxypass'].map((name) => [name, 'x', { password: 'x' }] as const),
    ...['type', 'protocol', 'scheme', 'proxytype'].map((name) => [name, 'SOCKS5h', { type: 'socks5' }] as const),
    ...['country', 'countrycode', 'cc', 'geo'].map((name) => [name, 'Germany', { country: 'DE' }] as const),
    ...['city', 'cityname'].map((name) => [name, 'Köln', { city: 'Köln' }] as const),
    ...['provider', 'isp', 'vendor'].map((name) => [name, 'Acme', { provider: 'Acme' }] as const),
    ...['label', 'name', 'title', 'remark'].map((name) => [name, 'Desk', { label: 'Desk' }] as const),
    ...['notes', 'note', 'comment'].map((name) => [name, '"a\r\nb"', { notes: 'a\nb' }] as const),
    ...['tags', 'tag', 'group'].map((name) => [name, '" a; b|a,c "', { tags: ['a', 'b', 'c'] }] as const),
    ...['changeipurl', 'refresh_url', 'rotateipurl', 'rotation url'].map(
      (name) => [name, 'https://a.example/x', { changeIpUrl: 'https://a.example/x' }] as const,
    ),
    ...['expires', 'expires_at', 'expiry', 'Valid Until'].map(
      (name) => [name, '31.12.2026', { expiresAt: new Date('2026-12-31T23:59:59.999Z') }] as const,
    ),
    ...['cost', 'price'].map((name) => [name, '"12,50 €"', { monthlyCost: 12.5 }] as const),
  ])('%s is read', (name, cell, fields) => {
    expect(readOne(`host,port,${name}\n203.0.113.7,8080,${cell}`)).toEqual(proxy(fields as object));
  });

  test.each(['proxy', 'url', 'proxy_url', 'address'])('%s alone holds whole lines, with what they hold', (name) => {
    expect(readAll(`${name}\nsocks5://ann:s3,c;r@203.0.113.7:8080\n"203.0.113.8:80:a:b""c"`)).toEqual([
      proxy({ type: 'socks5', username: 'ann', password: 's3,c;r' }),
      proxy({ host: '203.0.113.8', port: 80, username: 'a', password: 'b"c' }),
    ]);
  });

  test('other columns complete a whole line, and may not contradict it', () => {
    expect(readAll('proxy,user,pass,type,cc\n203.0.113.7:8080,ann,s3cret,socks4,US')).toEqual([
      proxy({ username: 'ann', password: 's3cret', type: 'socks4', country: 'US' }),
    ]);
    expect(reasonOf('proxy,type\nhttp://203.0.113.7:8080,socks5')).toBe('It names two different proxy types.');
    expect(reasonOf('proxy,user\nann:x@203.0.113.7:8080,ben')).toBe('It names two different usernames or passwords.');
  });

  test('the rows of whole lines vote together', () => {
    const file = read('proxy\na.example.com:1:b.example.com:2\nx:y:203.0.113.7:80');
    expect(file.rows[0]).toMatchObject({ reading: 'both', fields: { host: 'b.example.com' } });
  });

  test('an address with its port in one cell', () => {
    expect(
      readAll('ip,user,pass\n203.0.113.7:8080,ann,x\n[2001:db8::7]:80,ann,x').map((fields) => [
        fields.host,
        fields.port,
      ]),
    ).toEqual([
      ['203.0.113.7', 8080],
      ['2001:db8::7', 80],
    ]);
  });

  test('IPv6 needs no brackets in a column of its own', () => {
    expect(readOne('host,port\n2001:DB8::7,8080').host).toBe('2001:db8::7');
  });

  test('connection_address wins over proxy_address', () => {
    expect(readOne('proxy_address,connection_address,port\n203.0.113.9,203.0.113.7,8080').host).toBe('203.0.113.7');
    expect(readOne('connection_address,proxy_address,port\n,203.0.113.7,8080').host).toBe('203.0.113.7');
  });

  describe('with http_port and socks_port', () => {
    const text = 'ip,http_port,socks_port\n203.0.113.7,80,1080';
    test.each([
      [undefined, 'http', 80],
      ['http', 'http', 80],
      ['https', 'https', 80],
      ['socks5', 'socks5', 1080],
      ['socks4', 'socks4', 1080],
    ] as const)('an import of type %s takes %s and %d', (asked, type, port) => {
      expect(readOne(text, { defaults: asked ? { type: asked } : {} })).toMatchObject({ type, port });
    });

    test('a row with one of them has its type', () => {
      expect(
        readAll('ip,http_port,socks_port\n203.0.113.7,,1080\n203.0.113.8,80,', { defaults: { type: 'socks4' } }),
      ).toMatchObject([
        { type: 'socks5', port: 1080 },
        { type: 'http', port: 80 },
      ]);
    });

    test('the type column of the row decides', () => {
      expect(readOne('ip,http_port,socks_port,type\n203.0.113.7,80,1080,socks4')).toMatchObject({
        type: 'socks4',
        port: 1080,
      });
    });
  });

  test('may stand behind a mark, blank lines, comments and sep=', () => {
    expect(read('\ufeffsep=;\r\n\r\n# list\r\nhost;port\r\n203.0.113.7;8080').rows).toMatchObject([{ line: 5 }]);
  });

  test('unknown columns are named and left out', () => {
    const file = read('id,host,port,Colour\n1,203.0.113.7,8080,red');
    expect(file.unknownColumns).toEqual(['id', 'Colour']);
    expect(file.rows[0]?.fields).toEqual(proxy({}));
  });

  test('without a host it is an error', () => {
    expect(errorOf('username,password,port\nann,x,80').code).toBe('no_host_column');
  });
});

describe('rows', () => {
  test('keep what quotes hold, and count the lines inside them', () => {
    const file = read('host,port,pass,note\n203.0.113.7,8080,"a,""b"\n\n"203.0.113.8",80,x,"one\ntwo"\n203.0.113.9,,y');
    expect(file.rows.map((row) => [row.line, row.fields.password, row.fields.notes])).toEqual([
      [2, 'a,"b', null],
      [4, 'x', 'one\ntwo'],
    ]);
    expect(file.rejected.map((row) => row.line)).toEqual([6]);
  });

  test('comments and empty rows are dropped', () => {
    expect(read('host,port\n# note\n,\n203.0.113.7,8080\n').rows.map((row) => row.line)).toEqual([4]);
  });

  test.each([1, 65_535])('the port %i is the first or the last one', (port) => {
    expect(read(`host,port\n203.0.113.7,${port}\n`).rows).toMatchObject([{ fields: { host: '203.0.113.7', port } }]);
  });

  test.each([
    [
      '203.0.113.7,8080,ann,s3,cret',
      'The row has 5 cells for 4 columns: enclose a value that contains the delimiter in quotes.',
    ],
    [
      '203.0.113.7,8080,ann,"s3cret',
      'Unbalanced quotes: enclose a value that contains a quote in quotes, and double the quote.',
    ],
    [
      '203.0.113.7,8080,ann,"s3"cret',
      'Unbalanced quotes: enclose a value that contains a quote in quotes, and double the quote.',
    ],
    [',8080,ann,x', 'The host is missing.'],
    ['203.0.113.7,,ann,x', 'The port is missing.'],
    ['203.0.113.7,0,ann,x', 'The port must be between 1 and 65535.'],
    ['203.0.113.7,65536,ann,x', 'The port must be between 1 and 65535.'],
    ['203.0.113.7,8080.0,ann,x', 'The port is not a number.'],
    ['203.0.113.7:81,8080,ann,x', 'The host must be a host name or an IP address.'],
    [`203.0.113.7,8080,ann,${'x'.repeat(256)}`, 'The password must be at most 255 characters long.'],
    [
      '203.0.113.7,8080,ann,"a\nb"',
      'The text contains control characters, or characters that were lost in a conversion.',
    ],
  ])('%s is rejected: %s', (row, reason) => {
    const file = read(`host,port,user,pass\n${row}\n203.0.113.9,80`);
    expect(file.rejected).toMatchObject([{ line: 2, reason }]);
    expect(file.rows).toMatchObject([{ fields: { host: '203.0.113.9' } }]);
  });

  test.each([
    ['residential', 'type', 'The type must be http, https, socks4 or socks5.'],
    ['Atlantis', 'country', 'The country must be an ISO 3166-1 code or an English name, such as DE.'],
    ['a lot', 'cost', 'The monthly cost must be an amount, such as 12.50.'],
    ['ftp://a.example', 'refreshurl', 'The change-IP link must be an http:// or https:// URL.'],
    [Array.from({ length: 21 }, (_, index) => `t${index}`).join(';'), 'tags', 'There must be at most 20 tags.'],
    ['x'.repeat(51), 'tags', 'The tag must be at most 50 characters long.'],
    ['x'.repeat(101), 'city', 'The city must be at most 100 characters long.'],
  ])('%s as %s is rejected', (cell, name, reason) => {
    expect(reasonOf(`host,port,${name}\n203.0.113.7,8080,${cell}`)).toBe(reason);
  });

  test("a leading ' is kept in a file that is not ours", () => {
    expect(readOne("host,port,pass\n203.0.113.7,8080,'=x").password).toBe("'=x");
  });
});

test('what is written as CSV is read back, cell by cell', () => {
  const cell = fc.string({ unit: fc.constantFrom(...'ab",;\n\r\t \'é'), maxLength: 8 });
  const row = fc.array(cell, { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n', '\r'),
      (rows, delimiter, end) => {
        const quoted = rows.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter));
        const records = [...readCsv(quoted.join(end), { from: 0, line: 1 }, delimiter, 1000)];
        expect(records.map((record) => record.cells)).toEqual(rows);
        expect(records.map((record) => record.line)).toEqual(
          quoted.map(
            (_, index) => 1 + quoted.slice(0, index).reduce((lines, text) => lines + text.split(/\r\n?|\n/).length, 0),
          ),
        );
      },
    ),
  );
});

test.each(['1.78414E+16', '#REF!', '#N/A', '####'])('a cell that a spreadsheet has damaged is rejected: %s', (cell) => {
  const header = 'host,port,username,password,provider,label';
  const row = ['203.0.113.7', '8080', 'ann', 'x', 'Acme', 'desk'];
  for (const at of [2, 4, 5]) {
    expect(reasonOf(`${header}\n${row.with(at, cell).join(',')}`)).toMatch(/spreadsheet/);
  }
  // Our own exports hold what was in the pool, and a password may be nothing but number signs.
  expect(readOne(`# proxy-ops-export v2\n${header}\n${row.with(5, cell).join(',')}`)).toMatchObject({ label: cell });
  const isHashes = cell === '####';
  const file = read(`${header}\n${row.with(3, cell).join(',')}`);
  expect([file.rows.length, file.rejected.length]).toEqual(isHashes ? [1, 0] : [0, 1]);
});

test.each([
  ['ip,port,port_http,port_socks\n203.0.113.7,8081,8080,1080', ['port_http', 'port_socks']],
  ['ip,port_http,port\n203.0.113.7,8080,8081', ['port_http']],
  ['[{"ip":"203.0.113.7","port":8081,"port_socks":1080}]', ['port_socks']],
  ['ip,port,port_http\n203.0.113.7,8081,8081', []],
  ['ip,port,port_http\n203.0.113.7,8081,', []],
])('a port of one protocol beside another port is named: %j', (text, names) => {
  const file = read(text);
  expect(file.rows.map(({ fields }) => fields.port)).toEqual([8081]);
  expect(file.lostColumns).toEqual(names.map((name) => ({ name, used: 'port' })));
});

test.each([
  ['ip,http_port,socks_port\n203.0.113.7,8080,1080', 'http', { name: 'socks_port', used: 'http_port' }],
  ['ip,http_port,socks_port\n203.0.113.7,8080,1080', 'socks5', { name: 'http_port', used: 'socks_port' }],
  ['[{"ip":"203.0.113.7","ports":{"http":8080,"socks5":1080}}]', 'http', { name: 'ports.socks5', used: 'ports.http' }],
] as const)('of the ports of two protocols the other one is named: %j as %s', (text, type, lost) => {
  const file = read(text, { defaults: { type } });
  expect(file.rows.map(({ fields }) => fields)).toMatchObject([{ type, port: type === 'http' ? 8080 : 1080 }]);
  expect(file.lostColumns).toEqual([lost]);
});
