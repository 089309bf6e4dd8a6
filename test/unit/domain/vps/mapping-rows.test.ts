import { expect, test } from 'vitest';
import { FileError } from '../../../../src/domain/parse/file-error.ts';
import {
  type ExportedMapping,
  readMappings,
  writeMappingJson,
  writeMappingsCsv,
} from '../../../../src/domain/vps/mapping-file.ts';

const read = (text: string, fileName: string | null = 'a.csv', maxRows = 100) =>
  readMappings(text, { fileName, maxRows });
const errorOf = (text: string, fileName?: string, maxRows?: number) => {
  try {
    return read(text, fileName, maxRows);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `${error.code}: ${error.message}`;
  }
};

const ALONE = {
  vps: 'nova',
  environment: null,
  region: null,
  proxy: null,
  address: null,
  account: null,
  isDocumented: true,
  notes: null,
};
const HEADER = 'vps,environment,region,proxy,host,port,account,documented,notes';
/** Reads a row of a file with all columns: the row, or the reason why it is rejected. */
const rowOf = (cells: string) => {
  const { rows, rejected } = read(`${HEADER}\n${cells}\n`);
  return rows[0] ?? rejected[0];
};

test.each([
  ['nova,,,,,,,,', ALONE],
  [
    'nova,staging,fsn1,#12,203.0.113.7,8080,ann,no,first link',
    {
      vps: 'nova',
      environment: 'staging',
      region: 'fsn1',
      proxy: '#12',
      address: '203.0.113.7:8080',
      account: 'ann',
      isDocumented: false,
      notes: 'first link',
    },
  ],
  ['nova,,,12,,,,,', { ...ALONE, proxy: '12' }],
  ['nova,,,,203.0.113.7,8080,,,', { ...ALONE, proxy: '203.0.113.7:8080' }],
  ['nova,,, , 203.0.113.7 , 8080 , ,,', { ...ALONE, proxy: '203.0.113.7:8080' }],
  ['nova,,,,203.0.113.7,,,,', { ...ALONE, proxy: '203.0.113.7' }],
  ['nova,,,,2001:db8::7,8080,,,', { ...ALONE, proxy: '[2001:db8::7]:8080' }],
  ['nova,,,#12,ann:s3cret@203.0.113.7:8080,,,,', { ...ALONE, proxy: '#12', address: 'ann@203.0.113.7:8080' }],
])('the row %j is read with all that it says', (cells, row) => {
  expect(rowOf(cells)).toEqual({ line: 2, ...row });
});

test.each([
  ['203.0.113.7:8080', '203.0.113.7:8080'],
  ['ann@203.0.113.7:8080', 'ann@203.0.113.7:8080'],
  ['ann:s3cret@203.0.113.7:8080', 'ann@203.0.113.7:8080'],
  ['ann:s3:cr@t@203.0.113.7:8080', 'ann@203.0.113.7:8080'],
  ['ann@x.example:s3cret@203.0.113.7:8080', 'ann@x.example@203.0.113.7:8080'],
  ['203.0.113.7:8080:ann@x.example:s3cret', 'ann@x.example@203.0.113.7:8080'],
  ['ann@[2001:db8::7]:8080', 'ann@[2001:db8::7]:8080'],
  ['203.0.113.7:8080:http://x', 'http@203.0.113.7:8080'],
  ['http://ann:s3cret@203.0.113.7:8080', 'ann@203.0.113.7:8080'],
  ['SOCKS5://203.0.113.7:8080', '203.0.113.7:8080'],
  ['203.0.113.7:8080:ann:s3cret', 'ann@203.0.113.7:8080'],
  ['203.0.113.7:8080:ann:s3:cr@t', 'ann@203.0.113.7:8080'],
  ['203.0.113.7:8080:ann:', 'ann@203.0.113.7:8080'],
  ['203.0.113.7:80801:ann:s3cret', 'ann@203.0.113.7:80801'],
  ['http://203.0.113.7:8080:ann:s3cret', 'ann@203.0.113.7:8080'],
  ['[2001:db8::7]:8080', '[2001:db8::7]:8080'],
  ['ann:s3cret@[2001:db8::7]:8080', 'ann@[2001:db8::7]:8080'],
  ['[2001:db8::7]:8080:ann:s3cret', 'ann@[2001:db8::7]:8080'],
  ['#12', '#12'],
])('the proxy %s is kept as %s, without a password', (written, proxy) => {
  expect(rowOf(`nova,,,${written},,,,,`)).toEqual({ line: 2, ...ALONE, proxy });
});

test('a proxy in an unknown notation is kept, so that it is not found', () => {
  for (const proxy of ['ann@203.0.113.7:80:x:y', '203.0.113.7:8080:ann', ':8080:ann:pw'])
    expect(rowOf(`nova,,,${proxy},,,,,`)).toEqual({ line: 2, ...ALONE, proxy });
});

test.each(['', 'yes', 'Y', 'TRUE', '1', 'x', ' yes '])('%j documents a link', (cell) => {
  expect(rowOf(`nova,,,,,,,${cell},`)).toEqual({ line: 2, ...ALONE });
});
test.each(['no', 'N', 'FALSE', '0', ' no '])('%j documents no link', (cell) => {
  expect(rowOf(`nova,,,,,,,${cell},`)).toEqual({ line: 2, ...ALONE, isDocumented: false });
});

test.each([
  ['nova,,,,,,,yes!,', 'The column “documented” must be yes or no.'],
  ['nova,,,,,,,ano,', 'The column “documented” must be yes or no.'],
  ['nova,,,,,,,now,', 'The column “documented” must be yes or no.'],
  [',staging,,,,,ann,,', 'The VPS is missing.'],
  [
    '1.5E+10,,,,,,,,',
    'The spreadsheet rounded this number, so its digits are lost: format the column as text and export the file again.',
  ],
  ['nova,#REF!,,,,,,,', 'The cell holds an error of the spreadsheet instead of a value.'],
  [`nova,,${'x'.repeat(101)},,,,,,`, 'The region must be at most 100 characters long.'],
  [`nova,,,,,,,,${'x'.repeat(1001)}`, 'The notes must be at most 1,000 characters long.'],
  [
    'nova,,,,,,ann:s3cret,,',
    'It may be a username and its password: a username has no blanks, colons, commas or slashes. Give the username only.',
  ],
  ['nova,,,1\u00012,,,,,', 'The proxy contains control characters.'],
  ['nova,,,,203.0\u0001.113.7,8080,,,', 'The proxy contains control characters.'],
  ['nova,,,,203.0.113.7,80\u000180,,,', 'The proxy contains control characters.'],
  ['nova,,,,,8080,,,', 'The row has a port and no host: write the address as host:port.'],
  ['nova,,,#12, , 8080 ,,,', 'The row has a port and no host: write the address as host:port.'],
  ['nova,,,203.0.113.7,,8080,,,', 'The row has a port and no host: write the address as host:port.'],
])('the row %j is rejected with a reason', (cells, reason) => {
  expect(rowOf(cells)).toEqual({ line: 2, reason });
});

test('a file may have as many rows as are allowed, rejected ones among them', () => {
  const text = 'account,vps\n,nova\n,#REF!\n,rigel\n';
  expect(read(text, 'a.csv', 3).rows.map(({ line, vps }) => [line, vps])).toEqual([
    [2, 'nova'],
    [4, 'rigel'],
  ]);
  expect(read(text, 'a.csv', 3).rejected).toEqual([
    { line: 3, reason: 'The cell holds an error of the spreadsheet instead of a value.' },
  ]);
  expect(errorOf(text, 'a.csv', 2)).toBe('too_many_rows: The file has more than 2 rows, which is the limit.');
  expect(errorOf('[{"vps":"a"},{"vps":"b"}]', 'a.json', 1)).toBe(
    'too_many_rows: The file has more than 1 rows, which is the limit.',
  );
});

const NO_HEADER =
  'no_mapping_header: The file must have a header row with the column vps, and such as proxy, account, environment or region.';

test.each([
  ['a table', 'server,ip,port,password\n203.0.113.7,203.0.113.7,8080,pw\n', 'a.csv'],
  ['JSON', '[{"host":"203.0.113.7","port":8080}]', 'a.json'],
  ['JSON behind a text', '["x",{"ip":"203.0.113.7","port":8080}]', 'a.json'],
])('a list of proxies as %s is refused', (_what, text, fileName) => {
  expect(errorOf(text, fileName)).toBe('list_of_proxies: The column names are those of a list of proxies.');
});

test.each([
  ['', 'no line'],
  ['\n\n# comment\n', 'only comments'],
  ['nova,ann\nrigel,ben\n', 'rows only'],
  ['vps,colour\nnova,red\n', 'no other known column'],
  ['proxy,account\n#1,ann\n', 'no column for the VPS'],
  ['host,port,username,password\n203.0.113.7,8080,ann,pw\n', 'the columns of a proxy'],
])('a file without a header is refused: %j (%s)', (text) => {
  expect(errorOf(text)).toBe(NO_HEADER);
});

test('an export of proxies is refused', () => {
  expect(errorOf('# proxy-ops-export v2\r\nid,vps,account\r\n')).toBe(
    'list_of_proxies: This file is an export of proxies.',
  );
});

test('a header is looked for in the first 20 lines, and what is above it is rejected', () => {
  const above = (lines: number) => `${'title,x\n'.repeat(lines)}vps;account\nnova;ann\n`;
  const { rows, rejected } = read(above(19));
  expect(rows).toEqual([{ line: 21, ...ALONE, account: 'ann' }]);
  expect(rejected).toEqual(
    Array.from({ length: 19 }, (_, at) => ({ line: at + 1, reason: 'It is above the header row.' })),
  );
  expect(errorOf(above(20))).toBe(NO_HEADER);
});

test.each([',', ';', '\t', '|'])('columns may be separated by %j', (delimiter) => {
  const text = 'vps,account,notes\nnova,ann,old\n'.replaceAll(',', delimiter);
  expect(read(text)).toEqual({
    rows: [{ line: 2, ...ALONE, account: 'ann', notes: 'old' }],
    rejected: [],
    unknownColumns: [],
  });
});

test('a row with more cells than the header is rejected, one with fewer has empty cells', () => {
  const { rows, rejected } = read('vps,account,notes\nnova,ann,old,more\nrigel\n');
  expect(rows).toEqual([{ line: 3, ...ALONE, vps: 'rigel' }]);
  expect(rejected).toEqual([
    { line: 2, reason: 'The row has 4 cells for 3 columns: enclose a value that contains the delimiter in quotes.' },
  ]);
});

test('a second header holds for what follows it, if it names what a VPS is mapped to', () => {
  const text = 'vps,proxy\nnova,#1\nvps,notes\naccount,vps,colour\nann,rigel,red\n';
  expect(read(text)).toEqual({
    rows: [
      { line: 2, ...ALONE, proxy: '#1' },
      { line: 3, ...ALONE, vps: 'vps', proxy: 'notes' },
      { line: 5, ...ALONE, vps: 'rigel', account: 'ann' },
    ],
    rejected: [],
    unknownColumns: ['colour'],
  });
  for (const word of ['proxy', 'host', 'account']) expect(read(`vps,notes\nvps,${word}\n`).rows).toEqual([]);
  expect(read('vps,notes\nvps,region\n').rows).toEqual([{ line: 2, ...ALONE, vps: 'vps', notes: 'region' }]);
});

test('unknown columns are named without invisible characters, at most 50 of them with 100 characters each', () => {
  const names = Array.from({ length: 51 }, (_, at) => `c${at}${'x'.repeat(120)}`);
  const { unknownColumns } = read(`vps,account,co\u200blour,, ,${names.join(',')}\nnova,ann\n`);
  expect(unknownColumns).toEqual(['colour', ...names.slice(0, 49).map((name) => name.slice(0, 100))]);
});

const EXPORT_HEADER = 'vps,environment,proxy,address,account,model,documented,notes';

test('the cells of an export are restored and keep their blanks, and its models are not named as left out', () => {
  const text = `${EXPORT_HEADER}\n nova,production,#12,203.0.113.7:8080,ann,Amber,yes,'=1+1 \n`;
  expect(read(text)).toEqual({
    rows: [
      {
        line: 2,
        vps: 'nova',
        environment: 'production',
        region: null,
        proxy: '#12',
        address: '203.0.113.7:8080',
        account: 'ann',
        isDocumented: true,
        notes: '=1+1 ',
      },
    ],
    rejected: [],
    unknownColumns: [],
  });
  expect(read(`${EXPORT_HEADER},more\nnova,,,,,,,,\n`).unknownColumns).toEqual(['more']);
  expect(read("vps,notes,model\nnova,'=1+1 ,Amber\n")).toEqual({
    rows: [{ line: 2, ...ALONE, notes: "'=1+1" }],
    rejected: [],
    unknownColumns: ['model'],
  });
});

test('blanks around a word of an export do not count', () => {
  const row = 'nova,test, #12 , 203.0.113.7 , ,Amber, no ,, 8080 ';
  expect(read(`${EXPORT_HEADER},port\n${row}\n`).rows).toEqual([
    { line: 2, ...ALONE, environment: 'test', proxy: '#12', address: '203.0.113.7:8080', isDocumented: false },
  ]);
  const withoutPort = 'nova,,"\t#12\t",\t203.0.113.7\t,,,,, \t';
  expect(read(`${EXPORT_HEADER},port\n${withoutPort}\n`).rows).toEqual([
    { line: 2, ...ALONE, proxy: '#12', address: '203.0.113.7' },
  ]);
});

test('the entries of a JSON list are read by their keys, and an export keeps its blanks', () => {
  const entry = { vps: 'nova', proxy: 12, documented: false, notes: ' x ', region: null };
  const exported = { vps: 'nova', environment: 'test', proxy: '', address: '', account: '', model: 'Amber' };
  const text = JSON.stringify([entry, { ...exported, documented: '', notes: "'=1 " }]);
  expect(read(text, null)).toEqual({
    rows: [
      { line: 1, ...ALONE, proxy: '12', isDocumented: false, notes: 'x' },
      { line: 2, ...ALONE, environment: 'test', notes: "'=1 " },
    ],
    rejected: [],
    unknownColumns: [],
  });
});

test('an entry of a JSON list is rejected if it is not an object, or has a list in a known column', () => {
  const text = '[{"vps":"a"}, "x", [7], {"vps":["a"]}, {"vps":"b","account":{}}, {"vps":"c","colour":[1]}, null, 7]';
  expect(read(text, 'a.json')).toEqual({
    rows: [
      { line: 1, ...ALONE, vps: 'a' },
      { line: 6, ...ALONE, vps: 'c' },
    ],
    rejected: [
      { line: 2, reason: 'The VPS is missing.' },
      { line: 3, reason: 'The VPS is missing.' },
      { line: 4, reason: 'Each value must be a string, a number, true or false.' },
      { line: 5, reason: 'Each value must be a string, a number, true or false.' },
      { line: 7, reason: 'The VPS is missing.' },
      { line: 8, reason: 'The VPS is missing.' },
    ],
    unknownColumns: ['colour'],
  });
});

const RELATION: ExportedMapping = {
  vps: 'nova',
  environment: 'production',
  proxyId: 12,
  host: '2001:db8::7',
  port: 8080,
  account: '=ann',
  model: 'Amber',
  isDocumented: false,
  notes: 'a, b',
};
const VPS_ALONE: ExportedMapping = {
  ...RELATION,
  proxyId: null,
  host: null,
  port: null,
  account: null,
  model: null,
  notes: null,
};

test('an export is written with a header, and cells that begin no formula', () => {
  expect(writeMappingsCsv([])).toBe(`${EXPORT_HEADER}\r\n`);
  expect(writeMappingsCsv([RELATION, { ...RELATION, isDocumented: true, account: null }, VPS_ALONE])).toBe(
    'nova,production,#12,[2001:db8::7]:8080,\'=ann,Amber,no,"a, b"\r\n' +
      'nova,production,#12,[2001:db8::7]:8080,,Amber,yes,"a, b"\r\n' +
      'nova,production,,,,,,\r\n',
  );
});

test('in JSON a row is an object with a text per column', () => {
  expect(JSON.parse(writeMappingJson(RELATION))).toEqual({
    vps: 'nova',
    environment: 'production',
    proxy: '#12',
    address: '[2001:db8::7]:8080',
    account: '=ann',
    model: 'Amber',
    documented: 'no',
    notes: 'a, b',
  });
  const empty = { proxy: '', address: '', account: '', model: '', documented: '', notes: '' };
  expect(JSON.parse(writeMappingJson(VPS_ALONE))).toEqual({ vps: 'nova', environment: 'production', ...empty });
});

test.each([{ proxyId: null }, { host: null }, { port: null }])(
  'a row without all of a proxy names none: %j',
  (part) => {
    expect(JSON.parse(writeMappingJson({ ...RELATION, ...part }))).toMatchObject({
      proxy: '',
      address: '',
      documented: '',
    });
  },
);
