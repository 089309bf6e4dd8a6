import { describe, expect, test } from 'vitest';
import { findJsonList } from '../../../../../src/domain/parse/records/json-file.ts';
import { errorOf, read, readAll, readOne, reasonOf } from '../read.ts';

const json = (value: unknown) => JSON.stringify(value);
const A = { ip: '203.0.113.1', port: 80 };
const B = { ip: '203.0.113.2', port: 81 };

describe('a key without a known name', () => {
  const typesOf = (key: string, ...values: unknown[]) =>
    read(json(values.map((value) => ({ ...A, [key]: value })))).rows.map(({ fields }) => fields.type);

  test('holds the types if all its values are types', () => {
    expect(typesOf('kind', 'socks5', 'http')).toEqual(['socks5', 'http']);
    expect(typesOf('kind', ['socks4', 'socks5'], 'https')).toEqual(['socks5', 'https']);
    expect(typesOf('kind', null, 'socks5')).toEqual(['http', 'socks5']);
  });

  test('does not if one value is none, if none is given, or if another key is that of types', () => {
    for (const values of [['socks5', 'fast'], [null, null], [7]])
      expect(typesOf('kind', ...values)).toEqual(values.map(() => 'http'));
    expect(read(json([{ ...A, kind: 'socks5', type: 'https' }])).rows[0]?.fields.type).toBe('https');
    expect(read(json([{ ...A, kind: 'fast' }])).unknownColumns).toEqual(['kind']);
    expect(read(json([{ ...A, kind: 'socks5' }])).unknownColumns).toEqual([]);
  });

  test('is the one that says something, of several', () => {
    expect(read(json([{ ...A, mode: null, kind: 'socks5' }])).rows[0]?.fields.type).toBe('socks5');
    expect(read(json([{ ...A, mode: 'quick', kind: 'socks5' }])).rows[0]?.fields.type).toBe('socks5');
  });
});

test('the port 65535 is the last one', () => {
  expect(readAll(json([{ ...A, port: 65_535 }]))).toMatchObject([{ port: 65_535 }]);
  expect(reasonOf(json([{ ...A, port: 65_536 }]))).toBe('The port must be between 1 and 65535.');
});

describe('an order of a provider', () => {
  test('says of each of its proxies what it says of itself', () => {
    const order = { id: 1, country: 'DE', login: 'ann', password: 'pw', list: [A, B] };
    expect(readAll(json([order]))).toMatchObject([
      { host: A.ip, country: 'DE', username: 'ann', password: 'pw' },
      { host: B.ip, country: 'DE', username: 'ann', password: 'pw' },
    ]);
  });

  test('may list its proxies as lines', () => {
    const order = { country: 'DE', proxies: ['203.0.113.1:80:ann:pw', '203.0.113.2:81'] };
    expect(readAll(json([order]))).toMatchObject([
      { host: A.ip, port: 80, username: 'ann', password: 'pw', country: 'DE' },
      { host: B.ip, port: 81, username: null, country: 'DE' },
    ]);
  });

  test('has lines at its SOCKS port, which are SOCKS proxies, and others', () => {
    const order = { socks_port: 1080, proxies: ['203.0.113.1:1080', '203.0.113.2:8080', '203.0.113.3:10809'] };
    expect(readAll(json([order])).map(({ type, port }) => [type, port])).toEqual([
      ['socks5', 1080],
      ['http', 8080],
      ['http', 10809],
    ]);
  });

  test.each(['proxies', 'proxyList', 'proxy_list', 'list', 'data', 'items', 'result', 'results', 'proxy', 'lines'])(
    'calls its lines %s',
    (key) => {
      expect(readAll(json({ [key]: ['203.0.113.1:80'] }))).toMatchObject([{ host: A.ip }]);
    },
  );

  test('does not call them by another name, which may be a list of messages', () => {
    expect(errorOf(json({ messages: ['203.0.113.1:80'] })).code).toBe('not_a_list');
    expect(errorOf(json({ proxies: { a: '203.0.113.1:80' } })).code).toBe('not_a_list');
  });
});

describe('the answer of an API', () => {
  test('has its list at any key, up to five levels down', () => {
    const deep = (levels: number): unknown => (levels === 0 ? [A] : { page: 1, inner: deep(levels - 1) });
    for (const levels of [1, 2, 5]) expect(readAll(json(deep(levels)))).toMatchObject([{ host: A.ip }]);
    expect(errorOf(json(deep(8))).code).toBe('not_a_list');
  });

  test('may have an object for each proxy, under its number', () => {
    expect(readAll(json({ status: 'yes', list: { 11: A, 12: B } }))).toMatchObject([{ host: A.ip }, { host: B.ip }]);
  });

  test('may be one proxy, or hold it in an object', () => {
    expect(readOne(json(A))).toMatchObject({ host: A.ip, port: 80 });
    expect(readOne(json({ status: 'ok', order: { ...A, user: 'ann', pass: 'pw' } }))).toMatchObject({ host: A.ip });
  });

  test('a yes or a no in a column of a type is a flag, and elsewhere no value', () => {
    expect(readOne(json([{ ...A, socks5: true, http: false }])).type).toBe('socks5');
    expect(readOne(json([{ ...A, http: true, socks5: false }])).type).toBe('http');
    expect(reasonOf(json([{ ...A, label: true }]))).toBe('Each value must be a string or a number.');
  });

  test('a line beside a host and a port is another address unless it names the same host', () => {
    const both = read(json([{ ...A, url: 'https://panel.example/7' }]));
    expect(both.rows).toMatchObject([{ fields: { host: A.ip, port: 80 } }]);
    expect(both.lostColumns).toEqual([{ name: 'url', used: 'ip' }]);
    expect(readOne(json([{ ...A, url: 'socks5://203.0.113.1:80' }])).type).toBe('socks5');
  });

  test('the ports of both protocols go by the type', () => {
    const ports = { ip: A.ip, http_port: 80, socks_port: 1080 };
    expect(readAll(json([ports, { ...ports, type: 'socks4' }])).map(({ port }) => port)).toEqual([80, 1080]);
    expect(readOne(json([{ ip: A.ip, socks_port: 1080 }]))).toMatchObject({ type: 'socks5', port: 1080 });
    expect(readOne(json([{ ip: A.ip, http_port: 80 }]), { defaults: { type: 'socks4' } }).type).toBe('http');
  });

  test('Webshare gives residential proxies without an address, and all are at its gateway', () => {
    const entry = { proxy_address: null, port: 10_000, username: 'ann', password: 'pw', valid: true };
    expect(readOne(json({ results: [entry] })).host).toBe('p.webshare.io');
    expect(reasonOf(json([{ ...entry, valid: undefined }]))).toBe('The host is missing.');
  });
});

describe('a file with one object per line', () => {
  const lines = [json(A), '', json(B), '203.0.113.3:82'].join('\n');

  test('counts its lines, blank ones too, and takes other lines as they are', () => {
    expect(read(lines).rows.map(({ line, fields }) => [line, fields.host])).toEqual([
      [1, '203.0.113.1'],
      [3, '203.0.113.2'],
      [4, '203.0.113.3'],
    ]);
  });

  test('is a list for accounts too', () => {
    expect(findJsonList(`${json({ username: 'ann' })}\r\n\r\n ben \n"cara"`, 'a.jsonl')).toEqual({
      isExport: false,
      entries: [{ username: 'ann' }, 'ben', 'cara'],
    });
    expect(findJsonList('ann\nben', null)).toBeNull();
    expect(findJsonList('["ann"]', null)).toEqual({ isExport: false, entries: ['ann'] });
  });

  test('is broken if its first line is', () => {
    expect(errorOf('{"ip":"203.0.113.1"\n{"ip":"203.0.113.2"}').code).toBe('bad_json');
    expect(errorOf('{"ip":}\n{"ip":"203.0.113.2"}').code).toBe('bad_json');
  });
});
