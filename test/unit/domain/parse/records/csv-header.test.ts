import { describe, expect, test } from 'vitest';
import {
  type CsvHeader,
  findHeader,
  findTypes,
  mayBeHeader,
  readHeaderBelow,
} from '../../../../../src/domain/parse/records/csv-header.ts';
import { errorOf } from '../read.ts';

/** A header without the functions in it. */
function seen(header: CsvHeader | null) {
  if (!header) return null;
  const { columns, clean, ...others } = header;
  return {
    ...others,
    columns: columns.map(({ name, column, index, isShared }) => ({ name, column, index, isShared })),
  };
}
const used = (name: string, column: string, index: number, isShared = false) => ({ name, column, index, isShared });

const FOUND = {
  isExport: false,
  names: ['host', 'Port', 'x'],
  delimiter: ';',
  width: 3,
  columns: [used('host', 'host', 0), used('Port', 'port', 1)],
  unknownColumns: ['x'],
  at: { from: 0, line: 1 },
  start: { from: 12, line: 2 },
};

describe('the header of a table', () => {
  test.each([
    ['host;Port;x\na;1;2', FOUND],
    ['host;Port;x', { ...FOUND, start: { from: 11, line: 2 } }],
    ['host;Port;x\r\na;1;2', { ...FOUND, start: { from: 13, line: 2 } }],
    ['\n# x\nhost;Port;x\n', { ...FOUND, at: { from: 5, line: 3 }, start: { from: 17, line: 4 } }],
    ['title\nhost;Port;x\n', { ...FOUND, at: { from: 6, line: 2 }, start: { from: 18, line: 3 } }],
    [' host\u200b;" Port ";x\n', { ...FOUND, start: { from: 18, line: 2 } }],
    [
      '# proxy-ops-export v2\nhost;Port;x\n',
      { ...FOUND, isExport: true, at: { from: 22, line: 2 }, start: { from: 34, line: 3 } },
    ],
    [
      '# proxy-ops-export v2\n\nhost;Port;id;model;external_id\n',
      {
        isExport: true,
        names: ['host', 'Port', 'id', 'model', 'external_id'],
        delimiter: ';',
        width: 5,
        columns: [used('host', 'host', 0), used('Port', 'port', 1)],
        unknownColumns: [],
        at: { from: 23, line: 3 },
        start: { from: 54, line: 4 },
      },
    ],
    [
      'ip,label,server,name,name\n',
      {
        ...FOUND,
        names: ['ip', 'label', 'server', 'name', 'name'],
        delimiter: ',',
        width: 5,
        columns: [
          used('server', 'host', 2, true),
          used('ip', 'host', 0, true),
          used('label', 'label', 1, true),
          used('name', 'label', 3, true),
          used('name', 'label', 4, true),
        ],
        unknownColumns: [],
        start: { from: 26, line: 2 },
      },
    ],
    [
      'proxy\n203.0.113.1:80:ann:p,w',
      {
        ...FOUND,
        names: ['proxy'],
        delimiter: '\x7f',
        width: 1,
        columns: [used('proxy', 'line', 0)],
        unknownColumns: [],
        start: { from: 6, line: 2 },
      },
    ],
    ['host,port|x,y\n', null],
    ['port\n203.0.113.1:80', null],
    ['label\n203.0.113.1:80', null],
    ['203.0.113.1:80\nhost;Port;x\n', null],
    ['a;b\nc;d', null],
    ['', null],
    ['# x', null],
    [
      'proxy;x\n203.0.113.1:80;2',
      {
        ...FOUND,
        names: ['proxy', 'x'],
        width: 2,
        columns: [used('proxy', 'line', 0)],
        start: { from: 8, line: 2 },
      },
    ],
    ['proxy;x\n;2\n', null],
    [
      'proxy;x\n;2\n203.0.113.1:80\n',
      {
        ...FOUND,
        names: ['proxy', 'x'],
        width: 2,
        columns: [used('proxy', 'line', 0)],
        start: { from: 8, line: 2 },
      },
    ],
    ['proxy;x\n203.0.113.1:80;2\nnone;3', null],
    ['x;label\n203.0.113.1:80;2', null],
    ['title\nproxy\n203.0.113.1:80', null],
    ['title\nport,label\n203.0.113.1:80', null],
  ] as [string, object | null][])('of %j', (text, header) => {
    expect(seen(findHeader(text))).toEqual(header);
  });

  test('of one column that names no host, beside names that do, is an error', () => {
    const { code, message } = errorOf('port,label\n80,x');
    expect([code, message]).toEqual([
      'no_host_column',
      'The header row has no host column (host, ip, server, address, proxy or url).',
    ]);
  });

  test('below other lines names a host and something else', () => {
    const place = { from: 2, line: 2 };
    expect(readHeaderBelow('x\nhost\n203.0.113.1:80', place)).toBeNull();
    expect(readHeaderBelow('x\nport,label\n80,x', place)).toBeNull();
    expect(seen(readHeaderBelow('x\nhost,label\na,x', place))).toMatchObject({ width: 2, at: place, isExport: false });
  });
});

test('what each cell says depends on the version of an export', () => {
  const clean = (marker: string) =>
    ["'=a", ' a ', "a;'=b"].map((cell) => findHeader(`${marker}host,port\n`)?.clean(cell));
  expect(clean('')).toEqual(["'=a", 'a', "a;'=b"]);
  expect(clean('# proxy-ops-export v1\n')).toEqual(['=a', ' a ', "a;'=b"]);
  expect(clean('# proxy-ops-export v2\n')).toEqual(['=a', ' a ', 'a;=b']);
});

describe('a line may be a header', () => {
  const isHeader = (text: string, from = 0, to = text.length) => mayBeHeader(text, from, to);

  test.each(['host,port', 'a;b', 'a\tb', 'a|b', 'é,b', ',', `a,${'x'.repeat(398)}`])('%j', (text) => {
    expect(isHeader(text)).toBe(true);
  });

  test.each([
    'host',
    'host port',
    '1host,port',
    '9,a',
    'a.b,c',
    'a,b.c',
    'a/b,c',
    'a,b/',
    'aЬb',
    '',
    `a,${'x'.repeat(399)}`,
  ])('unlike %j', (text) => {
    expect(isHeader(text)).toBe(false);
  });

  test('in a larger text', () => {
    expect(isHeader('1.x,host,port.2', 3, 13)).toBe(true);
    expect(isHeader('host,port', 0, 4)).toBe(false);
    expect(isHeader('a,1host,port', 2)).toBe(false);
  });
});

describe('the column of types', () => {
  test.each([
    [
      [
        ['a', 'http'],
        ['b', 'socks5'],
      ],
      [undefined, undefined],
      1,
    ],
    [[['http', 'http']], [undefined, undefined], 0],
    [[['http', 'http']], ['x', undefined], 1],
    [[['http', 'http']], ['x', 'y'], -1],
    [[['http'], ['']], [undefined], 0],
    [[['http'], [' ']], [undefined], 0],
    [[['http'], []], [undefined], 0],
    [[['']], [undefined], -1],
    [[], [undefined], -1],
    [[['http'], ['x']], [undefined], -1],
    [[[' HTTP ']], [undefined], 0],
  ] as [string[][], unknown[], number][])('of %j with %j', (rows, known, index) => {
    expect(findTypes(rows, known)).toBe(index);
  });
});
