import { describe, expect, test } from 'vitest';
import {
  exportedEntries,
  findJsonList,
  isJson,
  parseJson,
  parseJsonLine,
} from '../../../../../src/domain/parse/records/json-file.ts';
import { findProxyList, proxiesIn } from '../../../../../src/domain/parse/records/json-list.ts';
import { flatten, isObject, namesHost } from '../../../../../src/domain/parse/records/json-object.ts';

const json = (value: unknown) => JSON.stringify(value);
const A = { ip: '203.0.113.1', port: 80 };
const B = { ip: '203.0.113.2', port: 81 };

describe('a file is JSON', () => {
  test.each(['list.json', 'LIST.JSON', 'a.jsonl', 'a.ndjson', '.json'])('by its name: %s', (name) => {
    expect(isJson('x', name)).toBe(true);
  });

  test.each(['{"', '{ "a"', '{}', ' \n{\n}', '["', '[\n "', '[{', '[ {', '[]', '[ ]', '[', ' [ \n'])(
    'by its beginning: %j',
    (text) => {
      expect([isJson(text, null), isJson(text, 'list.txt')]).toEqual([true, true]);
    },
  );

  test.each(['', 'x', '{', '{a', '[a', '[2001:db8::7]:80', 'x{"', '[[', '[1]', '"a"', 'x["'])('unlike %j', (text) => {
    expect([isJson(text, null), isJson(text, 'json'), isJson(text, 'a.json.txt'), isJson(text, 'ajson')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

test('a list of values without a name for it has one on each line, and a line that is none is a text', () => {
  expect(findJsonList('{"a":1}\n\n x y \n[2]\n', null)).toEqual({ isExport: false, entries: [{ a: 1 }, 'x y', [2]] });
  expect(findJsonList('x', null)).toBeNull();
  expect(findJsonList('[1]', 'null.json')).toEqual({ isExport: false, entries: [1] });
});

describe('the value of a text', () => {
  test.each([
    ['[1]', [1]],
    ['{"a":1}', { a: 1 }],
    ['{"a":1}\n{"a":2}', undefined],
    [' \n {"a":1} \r\n{', undefined],
    ['{"a":1}\rx', undefined],
  ])('%j', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  test.each([
    ['[\n1\r\n2]', 'The JSON is invalid in line 3.'],
    ['[\r1\r2]', 'The JSON is invalid in line 3.'],
    ['["secret" 1]', 'The JSON is invalid in line 1.'],
    ['{"a":1}x\n{"a":2}', 'The JSON is invalid in line 1.'],
    ['x{"a":1}\n{"a":2}', 'The JSON is invalid.'],
    ['{"a":1\n{"a":2}', 'The JSON is invalid in line 2.'],
    ['{a}\n{"a":2}', 'The JSON is invalid in line 1.'],
    ['[1]\n[2]', 'The JSON is invalid in line 2.'],
    ['', 'The JSON is invalid.'],
  ])('is broken in %j', (text, message) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'bad_json', message }));
  });

  test('of one line is undefined if it has none', () => {
    expect([parseJsonLine('7'), parseJsonLine('null'), parseJsonLine('x'), parseJsonLine('')]).toEqual([
      7,
      null,
      undefined,
      undefined,
    ]);
  });
});

test('an export is an object that says so and has a list', () => {
  const format = 'proxy-ops-export';
  expect(exportedEntries({ format, version: 1, proxies: [A] })).toEqual({ entries: [A], version: 1 });
  expect(exportedEntries({ format, version: 2, proxies: [] })).toEqual({ entries: [], version: 2 });
  for (const other of [
    null,
    [A],
    'x',
    { format, version: 1 },
    { format: 'x', version: 1, proxies: [A] },
    { format, proxies: A },
  ])
    expect(exportedEntries(other)).toBeNull();
  for (const version of [3, 0, '1', undefined])
    expect(() => exportedEntries({ format, version, proxies: [] })).toThrow(
      expect.objectContaining({
        code: 'newer_export',
        message: 'Unsupported export format; this version of the bot reads versions 1 and 2.',
      }),
    );
});

describe('a list of accounts', () => {
  test.each([
    ['["ann",{"username":"ben"},7]', false, ['ann', { username: 'ben' }, 7]],
    ['{"format":"proxy-ops-export","version":2,"proxies":["x"]}', true, ['x']],
    ['{"a":1}\n\n {"b":2} \n ann \n"ben"', false, [{ a: 1 }, { b: 2 }, 'ann', 'ben']],
    ['[]', false, []],
  ])('%j', (text, isExport, entries) => {
    expect(findJsonList(text, null)).toEqual({ isExport, entries });
  });

  test('is an array', () => {
    for (const text of ['{"a":["ann"]}', '{}'])
      expect(() => findJsonList(text, null)).toThrow(
        expect.objectContaining({ code: 'not_a_list', message: 'The JSON must be an array of strings or objects.' }),
      );
    expect(findJsonList('ann', 'a.txt')).toBeNull();
    expect(() => findJsonList('ann', 'a.json')).toThrow('The JSON is invalid.');
  });
});

/** The value of each entry, and the names of what is said around it. */
const found = (value: unknown) =>
  findProxyList(json(value), null)?.entries.map(({ line, value: entry, around }) => [
    line,
    entry,
    around.map(({ name }) => name),
  ]);

describe('the entries of a list of proxies', () => {
  test.each<[unknown, ...unknown[]]>([
    [
      [A, 'x', 7, null, []],
      [1, A, []],
      [2, 'x', []],
      [3, 7, []],
      [4, null, []],
      [5, [], []],
    ],
    [A, [1, A, []]],
    [{ list: [A, B] }, [1, A, []], [2, B, []]],
    [{ list: { 7: A, 8: B } }, [1, A, []], [2, B, []]],
    [{ list: [A, 'x'] }, [1, A, []], [2, 'x', []]],
    [{ other: [A, 'x'] }],
    [{ list: [A, 7] }],
    [{ list: { 7: A, 8: 7 } }, [1, A, []]],
    [{ list: { 7: A, 8: { id: 1 } } }, [1, A, []], [2, { id: 1 }, []]],
    [{ list: [{ id: 1 }], proxy: A }, [1, { list: [{ id: 1 }], proxy: A }, []]],
    [{ errors: ['x'], data: { page: 1, lines: ['a', 'b'] } }, [1, 'a', []], [2, 'b', []]],
    [{ order: { id: 1, list: [A] } }, [1, A, []]],
    [{ orders: [{ id: 1, tag: ['x'], more: { a: 1 }, list: [A] }] }, [1, A, ['id']]],
    [
      [{ id: 1, list: [{ name: 'x', list: [A, B] }, B] }],
      [1, A, ['name', 'id']],
      [2, B, ['name', 'id']],
      [3, B, ['id']],
    ],
    [[{ id: 1, list: [] }], [1, { id: 1, list: [] }, []]],
    [
      [{ id: 1, proxies: ['x'] }, A],
      [1, 'x', ['id']],
      [2, A, []],
    ],
    [[{ ...A, list: [B] }], [1, { ...A, list: [B] }, []]],
    [{ ...A, list: [B] }, [1, B, []]],
    [{ a: { b: { c: { d: { e: A } } } } }, [1, A, []]],
    [{ a: { b: { c: { d: [A] } } } }, [1, A, []]],
  ])('of %j', (value, ...entries) => {
    const read = () => found(value);
    if (entries.length === 0)
      expect(read).toThrow('The JSON contains no list of proxies: it must be an array of strings or objects.');
    else expect(read()).toEqual(entries);
  });

  test('of an export are its own', () => {
    const exported = { format: 'proxy-ops-export', version: 2, proxies: [A, { list: [B] }, 'x'] };
    expect(findProxyList(json(exported), null)).toMatchObject({
      isExport: true,
      entries: [
        { line: 1, value: A, around: [] },
        { line: 2, value: { list: [B] }, around: [] },
        { line: 3, value: 'x', around: [] },
      ],
    });
  });

  test('are searched for down to a depth', () => {
    const inObjects = (levels: number): unknown => (levels === 0 ? A : { inner: inObjects(levels - 1) });
    expect(found(inObjects(12))).toEqual([[1, A, []]]);
    expect(() => found(inObjects(13))).toThrow('The JSON contains no list of proxies');
    const inPages = (levels: number): unknown => (levels === 0 ? [A] : { page: 1, inner: inPages(levels - 1) });
    expect(found(inPages(6))).toEqual([[1, A, []]]);
    expect(() => found(inPages(7))).toThrow('The JSON contains no list of proxies');
    const inLists = (levels: number): unknown[] => (levels === 0 ? [A] : [{ inner: inLists(levels - 1) }]);
    expect(found(inLists(5))).toEqual([[1, A, []]]);
    expect(found(inLists(6))).toEqual([[1, inLists(6)[0], []]]);
  });

  test('of one entry are itself, or those of an order', () => {
    expect(proxiesIn(A)).toEqual([{ value: A, around: [] }]);
    expect(proxiesIn({ id: 7, list: [A, B] })).toEqual([
      { value: A, around: [{ name: 'id', column: undefined, value: 7 }] },
      { value: B, around: [{ name: 'id', column: undefined, value: 7 }] },
    ]);
  });

  test('of an object per line have the lines of the file', () => {
    expect(findProxyList(`${json(A)}\n \n${json(B)}\r\n x y \r"z"`, null)).toMatchObject({
      isExport: false,
      entries: [
        { line: 1, value: A, around: [] },
        { line: 3, value: B, around: [] },
        { line: 4, value: 'x y', around: [] },
        { line: 5, value: 'z', around: [] },
      ],
    });
    expect(findProxyList('203.0.113.1:80', 'a.txt')).toBeNull();
  });
});

describe('the values of an object', () => {
  const values = (object: Record<string, unknown>) =>
    flatten(object).map(({ name, column, value }) => [name, column?.column, value]);

  test.each<[Record<string, unknown>, ...unknown[]]>([
    [{ ip: 1, colour: 2 }, ['ip', 'host', 1], ['colour', undefined, 2]],
    [{ Connection: { Port: 1 } }, ['Connection.Port', 'port', 1]],
    [{ connection: 'x', other: { port: 1 } }, ['connection', undefined, 'x'], ['other', undefined, { port: 1 }]],
    [{ connection: [1], server: null }, ['connection', undefined, [1]], ['server', 'host', null]],
    [{ 'geo-location': { city: 'x' } }, ['geo-location.city', 'city', 'x']],
    [
      { ports: { HTTP: 1, https: 2, http_https: 3, socks5: 4, socks: 5, ftp: 6 } },
      ['ports.HTTP', 'httpPort', 1],
      ['ports.https', 'httpPort', 2],
      ['ports.http_https', 'httpPort', 3],
      ['ports.socks5', 'socksPort', 4],
      ['ports.socks', 'socksPort', 5],
      ['ports.ftp', undefined, 6],
    ],
    [
      { country: { code: 1, ISO: 2, iso_code: 3, alpha2: 4, name: 5, port: 6 } },
      ['country.code', 'country', 1],
      ['country.ISO', 'country', 2],
      ['country.iso_code', 'country', 3],
      ['country.alpha2', 'country', 4],
      ['country.name', 'country', 5],
      ['country.port', undefined, 6],
    ],
    [{ country: 'DE', ports: 7 }, ['country', 'country', 'DE'], ['ports', undefined, 7]],
    [{ proxy: { proxy: { proxy: { port: 1 } } } }, ['proxy.proxy.proxy.port', 'port', 1]],
    [{ proxy: { proxy: { proxy: { proxy: { port: 1 } } } } }, ['proxy.proxy.proxy.proxy', 'line', { port: 1 }]],
    [
      { proxy: { proxy: { proxy: { ports: { http: 1 }, country: { code: 'DE' } } } } },
      ['proxy.proxy.proxy.ports', undefined, { http: 1 }],
      ['proxy.proxy.proxy.country', 'country', { code: 'DE' }],
    ],
  ])('of %j', (object, ...expected) => {
    expect(values(object)).toEqual(expected);
  });

  test.each(
    'connection authentication auth credentials endpoint server proxy proxydata proxy_data metadata geolocation location geo'.split(
      ' ',
    ),
  )('inside %s count as if they were outside', (key) => {
    expect(values({ [key]: { city: 'x' } })).toEqual([[`${key}.city`, 'city', 'x']]);
  });

  test('name a host, at the object or inside it', () => {
    for (const object of [
      A,
      { proxy: 'x' },
      { server: null },
      { proxy: { ip: 'x' } },
      { proxy: { ip: null } },
      { connection: { connection: { url: 'x' } } },
    ])
      expect([object, namesHost(object)]).toEqual([object, true]);
    for (const object of [
      {},
      { port: 1 },
      { ip: ['x'] },
      { ip: { a: 1 } },
      { other: A },
      { proxy: { ip: ['x'] } },
      { proxy: { ip: {} } },
      { proxy: {} },
    ])
      expect([object, namesHost(object)]).toEqual([object, false]);
    expect([isObject({}), isObject([]), isObject(null), isObject('x'), isObject(undefined)]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
