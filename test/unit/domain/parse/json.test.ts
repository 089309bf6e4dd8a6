import { describe, expect, test } from 'vitest';
import { errorOf, proxy, read, readAll, readOne, reasonOf } from './read.ts';

describe('JSON', () => {
  test('an array of strings, any form in each', () => {
    const file = read(JSON.stringify(['203.0.113.7:8080:ann:s3cret', 'socks5://203.0.113.8:1080', 'x', 7]));
    expect(file.kind).toBe('json');
    expect(file.rows.map((row) => [row.line, row.fields.host])).toEqual([
      [1, '203.0.113.7'],
      [2, '203.0.113.8'],
    ]);
    expect(file.rejected.map((row) => [row.line, row.reason])).toEqual([
      [3, expect.stringContaining('Not a proxy')],
      [4, 'Each entry must be a string or an object.'],
    ]);
  });

  test('an array of objects with the names of CSV', () => {
    const entries = [
      {
        ip: '203.0.113.7',
        Port: 8080,
        login: 'ann',
        password: 12345,
        tags: ['a', 'b,c'],
        Colour: 'red',
        expires_at: 1798675200,
        price: 1.999,
      },
      { proxy: 'ann:s3cret@203.0.113.8:80', city: null },
    ];
    const file = read(JSON.stringify(entries, null, 2));
    expect(file.unknownColumns).toEqual(['Colour']);
    expect(file.rows.map((row) => row.fields)).toEqual([
      proxy({
        username: 'ann',
        password: '12345',
        tags: ['a', 'b', 'c'],
        expiresAt: new Date('2026-12-31'),
        monthlyCost: 2,
      }),
      proxy({ host: '203.0.113.8', port: 80, username: 'ann', password: 's3cret' }),
    ]);
  });

  test.each([
    [
      '{"host":"203.0.113.7","port":8080,"password":12345678901234567890}',
      'A number is too long or has a fraction: write it as a string, in quotes.',
    ],
    [
      '{"host":"203.0.113.7","port":8080.5}',
      'A number is too long or has a fraction: write it as a string, in quotes.',
    ],
    ['{"host":"203.0.113.7","port":8080,"label":{"a":1}}', 'Each value must be a string or a number.'],
    [
      '{"host":"203.0.113.7","port":8080,"label":"a\\u0000"}',
      'The text contains control characters, or characters that were lost in a conversion.',
    ],
    [
      '{"host":"203.0.113.7","port":8080,"label":"\\ud800"}',
      'The text contains control characters, or characters that were lost in a conversion.',
    ],
    [
      '"203.0.113.7:8080\\n203.0.113.8:8080"',
      'The text contains control characters, or characters that were lost in a conversion.',
    ],
    ['{"port":8080}', 'The host is missing.'],
    [
      '{"proxy":"203.0.113.7\\u007f8080"}',
      'The text contains control characters, or characters that were lost in a conversion.',
    ],
    ['null', 'Each entry must be a string or an object.'],
  ])('%s is rejected', (entry, reason) => {
    expect(reasonOf(`[${entry}]`, { fileName: 'list.json' })).toBe(reason);
  });

  test('keys with the names of built-in properties are unknown columns', () => {
    const entry =
      '{"host":"203.0.113.7","port":80,"constructor":{"length":1},"__proto__":{},"ports":{"constructor":1}}';
    const file = read(`[${entry}]`);
    expect(file.rows.map((row) => row.fields.host)).toEqual(['203.0.113.7']);
    expect(file.unknownColumns).toEqual(['constructor', '__proto__', 'ports.constructor']);
  });

  test('a value longer than any line is rejected', () => {
    const long = 'x'.repeat(20_000);
    for (const entry of [{ proxy: long }, { host: '203.0.113.7', port: 80, tags: [long] }, long]) {
      expect(reasonOf(JSON.stringify([entry]))).toContain('16,384 characters');
    }
  });

  test.each([
    ['{"status":"error","errors":["Error api key"]}', 'not_a_list'],
    ['{}', 'not_a_list'],
    ['["203.0.113.7:80"', 'bad_json'],
    ['[\n"203.0.113.7:80",\n]', 'bad_json'],
    ['[]', 'no_rows'],
  ])('%s is refused', (text, code) => {
    expect(errorOf(text).code).toBe(code);
  });

  test('the line of a mistake is named', () => {
    expect(errorOf('[\n"203.0.113.7:80"\n"203.0.113.8:80"]').message).toBe('The JSON is invalid in line 3.');
  });

  test('a file named .json must be JSON, and an IPv6 address in brackets is none', () => {
    expect(errorOf('203.0.113.7:80', { fileName: 'List.JSON' }).code).toBe('bad_json');
    expect(errorOf('"203.0.113.7:80"', { fileName: 'list.json' }).code).toBe('not_a_list');
    expect(readOne('[2001:db8::7]:80').host).toBe('2001:db8::7');
  });

  test('too many entries are refused', () => {
    expect(errorOf('["a","b","c"]', { maxRows: 2 }).code).toBe('too_many_rows');
  });
});

describe('our own export', () => {
  const HEADER =
    'id,type,host,port,username,password,provider,country,city,label,notes,tags,change_ip_url,expires_at,monthly_cost,status,model';
  const ROW = `7,socks5,203.0.113.7,8080,'=ann,"'-s,3 ",Acme,DE,Köln,'@home,"one\n two","a,b",https://a.example/x,2026-12-31T00:00:00.000Z,12.50,active,amber`;
  const FIELDS = proxy({
    type: 'socks5',
    username: '=ann',
    password: '-s,3 ',
    provider: 'Acme',
    country: 'DE',
    city: 'Köln',
    label: '@home',
    notes: 'one\n two',
    tags: ['a', 'b'],
    changeIpUrl: 'https://a.example/x',
    expiresAt: new Date('2026-12-31'),
    monthlyCost: 12.5,
  });

  test('as CSV: defused cells are restored, blanks are kept, id, status and model are passed over', () => {
    const file = read(`# proxy-ops-export v1\r\n${HEADER}\r\n${ROW}\r\n`);
    expect(file).toMatchObject({ kind: 'export', unknownColumns: [], rejected: [] });
    expect(file.rows).toEqual([{ line: 3, reading: 'both', fields: FIELDS }]);
  });

  test('as CSV that a spreadsheet has written again', () => {
    const file = read(`"# proxy-ops-export v1";;;\nid;host;port;password\n1;203.0.113.7;8080;'=x`);
    expect(file).toMatchObject({ kind: 'export', rows: [{ fields: { password: '=x' } }] });
  });

  test('as JSON', () => {
    const entry = {
      id: 7,
      type: 'socks5',
      host: '203.0.113.7',
      port: 8080,
      username: "'=ann",
      password: "'-s,3 ",
      provider: 'Acme',
      country: 'DE',
      city: 'Köln',
      label: "'@home",
      notes: 'one\n two',
      tags: ['a', 'b'],
      change_ip_url: 'https://a.example/x',
      expires_at: '2026-12-31T00:00:00.000Z',
      monthly_cost: 12.5,
      status: 'active',
      model: null,
    };
    const file = read(JSON.stringify({ format: 'proxy-ops-export', version: 1, proxies: [entry] }));
    expect(file).toMatchObject({ kind: 'export', unknownColumns: [], rejected: [] });
    expect(file.rows).toEqual([{ line: 1, reading: 'both', fields: FIELDS }]);
  });

  test('a newer version is refused', () => {
    expect(errorOf('# proxy-ops-export v3\nhost,port\n203.0.113.7,80').code).toBe('newer_export');
    expect(errorOf('{"format":"proxy-ops-export","version":"1","proxies":[]}').code).toBe('newer_export');
  });

  test('of version 1 is restored as that version wrote it', () => {
    const file = (version: number) => `# proxy-ops-export v${version}\nhost,port,pass\n203.0.113.7,80,"'=a;'=b"`;
    expect([1, 2].map((version) => readAll(file(version))[0]?.password)).toEqual(["=a;'=b", '=a;=b']);
  });

  test('a file that only mentions the marker further down is not ours', () => {
    expect(readAll("host,port,pass\n# proxy-ops-export v1\n203.0.113.7,8080,'=x")[0]?.password).toBe("'=x");
  });
});
