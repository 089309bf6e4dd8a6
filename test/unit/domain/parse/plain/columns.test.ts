import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../../../src/domain/parse/fields/refusal.ts';
import type { ParseOptions } from '../../../../../src/domain/parse/parsed-file.ts';
import { PlainColumns } from '../../../../../src/domain/parse/plain/plain-columns.ts';
import { RowSink } from '../../../../../src/domain/parse/proxy-row.ts';
import { findHeader } from '../../../../../src/domain/parse/records/csv-header.ts';
import { OPTIONS, proxy } from '../read.ts';

const TYPE = new Refusal('no type');

function plainColumns(names: string, marker = ''): PlainColumns | null {
  const header = findHeader(`${marker}${names}\n`);
  if (!header) throw new Error('it is no header');
  return PlainColumns.of(header);
}

describe('a table is plain', () => {
  test.each([
    'host,port,username,password',
    'Password,User,Port,IP',
    'host,port,username,password,label,country,notes,tags,provider,city,monthly_cost',
    'host,port,username,password,colour,',
    'id,server,port,login,pass,status',
  ])('with the columns %s', (names) => {
    expect(plainColumns(names)).not.toBeNull();
  });

  test.each([
    'port,username,password,proxy',
    'host,username,password',
    'host,port,password',
    'host,port,username',
    'host,port,username,password,type',
    'host,port,username,password,http',
    'host,port,username,password,http_port',
    'host,port,username,password,url',
    'host,port,username,password,auth',
    'host,port,username,password,expires',
    'host,port,username,password,refresh_url',
    'host,port,username,password,location',
    'host,port,username,password,ip',
    'host,port,username,password,label,name',
  ])('but not with the columns %s', (names) => {
    expect(plainColumns(names)).toBeNull();
  });
});

const NAMES = 'label,host,port,username,password,country,tags,notes,cost,colour';

function readCells(cells: string[], { marker = '', ...options }: Partial<ParseOptions> & { marker?: string } = {}) {
  const sink = new RowSink({ ...OPTIONS, ...options });
  sink.isExport = marker !== '';
  return plainColumns(NAMES, marker)?.read(cells, sink, 'socks5');
}
const cellsOf = (text: string) => text.split('/');
const SAID = proxy({ type: 'socks5', username: 'ann', password: 'pw' });
const LONG = 'x'.repeat(255);

describe('a row', () => {
  test.each([
    ['/203.0.113.7/8080/ann/pw', SAID],
    ['/203.0.113.7/8080/ann/pw/////red', SAID],
    ['/203.0.113.7/1/ann/pw', { ...SAID, port: 1 }],
    ['/203.0.113.7/65535/ann/pw', { ...SAID, port: 65_535 }],
    ['/203.0.113.7/8080/ ann / p w ', { ...SAID, password: 'p w' }],
    ['/203.0.113.7/8080/“ann”/p\u200bw', SAID],
    ['/203.0.113.7/8080/ann/', { ...SAID, password: null }],
    ['/203.0.113.7/8080/ann/  ', { ...SAID, password: null }],
    ['/203.0.113.7/8080//', { ...SAID, username: null, password: null }],
    [`/203.0.113.7/8080/${LONG}/${LONG}`, { ...SAID, username: LONG, password: LONG }],
    [`/203.0.113.7/8080/${LONG} /pw`, { ...SAID, username: LONG }],
    ['/203.0.113.7/8080/ann/####', { ...SAID, password: '####' }],
    [
      'Desk 7/203.0.113.7/8080/ann/pw/Germany/a;b/one/12,50',
      { ...SAID, label: 'Desk 7', country: 'DE', tags: ['a', 'b'], notes: 'one', monthlyCost: 12.5 },
    ],
    [' /203.0.113.7/8080/ann/pw/ / / / ', SAID],
    ['/203.0.113.7/8080/ann/pw//;/two\r\nlines/', { ...SAID, notes: 'two\nlines' }],
    ['my pw/203.0.113.7/8080/ann/pw', { ...SAID, label: 'my pw' }],
  ])('of %j', (cells, fields) => {
    expect(readCells(cellsOf(cells))).toEqual(fields);
  });

  test.each([
    '',
    '/',
    '/203.0.113.7',
    '/203.0.113.7/8080/ann',
    '/gate.example.com/8080/ann/pw',
    '/300.0.113.7/8080/ann/pw',
    '/ 203.0.113.7/8080/ann/pw',
    '/10.0.0.1/8080/ann/pw',
    '/203.0.113.7//ann/pw',
    '/203.0.113.7/0/ann/pw',
    '/203.0.113.7/080/ann/pw',
    '/203.0.113.7/80 /ann/pw',
    '/203.0.113.7/x80/ann/pw',
    '/203.0.113.7/65536/ann/pw',
    '/203.0.113.7/655350/ann/pw',
    '/203.0.113.7/8080//pw',
    '/203.0.113.7/8080/ /pw',
    `/203.0.113.7/8080/${LONG}x/pw`,
    `/203.0.113.7/8080/ann/${LONG}x`,
    '/203.0.113.7/8080/a\tn/pw',
    '/203.0.113.7/8080/ann/p\u0000w',
    '/203.0.113.7/8080/1.5E+16/pw',
    '/203.0.113.7/8080/####/pw',
    '/203.0.113.7/8080/ann/1.5E+16',
    '/203.0.113.7/8080/ann/#REF!',
    '#N?A/203.0.113.7/8080/ann/pw'.replace('?', '\u002f'),
    '####/203.0.113.7/8080/ann/pw',
    '/203.0.113.7/8080/ann/pw/Atlantis',
    '/203.0.113.7/8080/ann/pw////much',
    'pw/203.0.113.7/8080/ann/pw',
    '203.0.113.9:80:u:p/203.0.113.7/8080/ann/pw',
    'my secret/203.0.113.7/8080/ann/secret',
    '/203.0.113.7/8080/ann/pw//a;pw',
  ])('of %j is not certain', (cells) => {
    expect(readCells(cellsOf(cells))).toBeNull();
  });

  test('without a type is not certain', () => {
    const sink = new RowSink(OPTIONS);
    expect(plainColumns(NAMES)?.read(cellsOf('/203.0.113.7/8080/ann/pw'), sink, TYPE)).toBeNull();
    expect(plainColumns(NAMES)?.read(cellsOf('/203.0.113.7/8080/ann/pw'), sink, 'http')).toEqual({
      ...SAID,
      type: 'http',
    });
  });

  test('has what the import says for all', () => {
    const options = { defaults: { country: 'FR', label: 'all' }, isPrivateAllowed: true };
    expect(readCells(cellsOf('/10.0.0.1/8080/ann/pw'), options)).toEqual({
      ...SAID,
      host: '10.0.0.1',
      country: 'FR',
      label: 'all',
    });
    expect(readCells(cellsOf('one/203.0.113.7/8080/ann/pw/DE'), options)).toEqual({
      ...SAID,
      country: 'DE',
      label: 'one',
    });
    expect(readCells(cellsOf(' /203.0.113.7/8080/ann/pw/ '), options)).toEqual({
      ...SAID,
      country: 'FR',
      label: 'all',
    });
  });

  test('of the address 0.0.0.0 is certain if it is allowed', () => {
    expect(readCells(cellsOf('/0.0.0.0/8080/ann/pw'), { isPrivateAllowed: true })).toEqual({
      ...SAID,
      host: '0.0.0.0',
    });
    expect(readCells(cellsOf('/0.0.0.0/8080/ann/pw'))).toBeNull();
  });

  test('that ends before its username has none', () => {
    const columns = plainColumns('host,port,password,username');
    const sink = new RowSink(OPTIONS);
    expect(columns?.read(['203.0.113.7', '8080', ''], sink, 'socks5')).toEqual({
      ...SAID,
      username: null,
      password: null,
    });
    expect(columns?.read(['203.0.113.7', '8080', 'pw'], sink, 'socks5')).toBeNull();
  });

  test('of our own export is restored, and may show its password', () => {
    const marker = '# proxy-ops-export v2\n';
    expect(readCells(cellsOf("'=x/203.0.113.7/8080/ ann /'=pw"), { marker })).toEqual({
      ...SAID,
      label: '=x',
      username: ' ann ',
      password: '=pw',
    });
    expect(readCells(cellsOf('secret1/203.0.113.7/8080/ann/secret1'), { marker })).toEqual({
      ...SAID,
      label: 'secret1',
      password: 'secret1',
    });
  });
});
