import { describe, expect, test } from 'vitest';
import { parseProxyFile, readProxyFile } from '../../../../../src/domain/parse/proxy-file.ts';
import { RowSink } from '../../../../../src/domain/parse/proxy-row.ts';
import { errorOf, OPTIONS, read } from '../read.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const address = (at: number) => `203.0.${at >> 8}.${at & 255}`;
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('what is left out is named', () => {
  const names = (count: number) => numbers(count).map((at) => `colour ${at}`);

  test('for fifty columns and keys at most', () => {
    const header = ['host', 'port', ...names(51)];
    expect(read(`${header.join()}\n203.0.113.7,80`).unknownColumns).toEqual(names(50));
    const entry = { host: '203.0.113.7', port: 80, ...Object.fromEntries(names(51).map((name) => [name, 1])) };
    expect(read(JSON.stringify([entry])).unknownColumns).toEqual(names(50));
  });

  test('for fifty columns with the meaning of another one at most', () => {
    const labels = numbers(52).map(
      (at) => ['label', 'name', 'title', 'remark', `l-a-b-e-l${'-'.repeat(at)}`][Math.min(at, 4)],
    );
    const cells = numbers(52).map((at) => `cell ${at}`);
    const { lostColumns } = read(`host,port,${labels.join()}\n203.0.113.7,80,${cells.join()}`);
    expect(lostColumns).toEqual(labels.slice(1, 51).map((name) => ({ name, used: 'label' })));
  });

  test('by a hundred characters of its name at most', () => {
    const name = 'x'.repeat(100);
    expect(read(`host,port,${name}y,${name}\n203.0.113.7,80`).unknownColumns).toEqual([name, name]);
    const label = `label${'-'.repeat(95)}`;
    const { lostColumns } = read(`host,port,${label}-,${label}--\n203.0.113.7,80,a,b`);
    expect(lostColumns).toEqual([{ name: label, used: label }]);
  });

  test('once for columns and lines', () => {
    const file = read('proxy,colour,label\nhttp://203.0.113.7:80?colour=red&shape=round,red,x');
    expect(file.unknownColumns).toEqual(['colour', 'shape']);
  });
});

describe('a file with too many rows', () => {
  const code = (text: string, maxRows: number) => errorOf(text, { maxRows }).code;
  const lines = ['203.0.113.1:80', '203.0.113.2:80', '203.0.113.3:80'];

  test.each([
    ['a list', lines.join('\n')],
    ['a list with lines that are rejected', 'x y\nz w\n203.0.113.3:80'],
    ['a table', `host,port\n${lines.join('\n').replaceAll(':', ',')}`],
    [
      'a table of plain rows',
      `host,port,user,pass\n${lines.map((line) => `${line.replace(':', ',')},ann,pw`).join('\n')}`,
    ],
    ['a table with rows that are rejected', 'host,port\na,b,c\n"d\n,1'],
    ['a table of whole lines', `proxy\n${lines.join('\n')}`],
    ['JSON', JSON.stringify(lines)],
    ['JSON with entries that are rejected', '["x y",7,{"host":1}]'],
  ])('is refused: %s', (_, text) => {
    expect(code(text, 2)).toBe('too_many_rows');
    const { rows, rejected } = read(text, { maxRows: 3 });
    expect(rows.length + rejected.length).toBe(3);
  });
});

describe('rows are passed on', () => {
  /** The number of rows in each batch. */
  const batches = (text: string, maxRows = OPTIONS.maxRows) =>
    [...readProxyFile(bytesOf(text), { ...OPTIONS, maxRows })].map(({ length }) => length);
  const rows = (count: number, end: string) =>
    numbers(count)
      .map((at) => `${address(at)},80,ann,pw${end}`)
      .join('');

  test('512 at a time, as soon as nothing that follows can change them', () => {
    expect(batches(rows(1100, '\n'))).toEqual([512, 512, 76]);
    expect(batches(`host,port,user,pass\n${rows(1100, '\n')}`)).toEqual([512, 512, 76]);
    expect(batches(`host,port,user,pass\n${rows(512, '\n')}`)).toEqual([512]);
    const entries = numbers(600).map((at) => ({ host: address(at), port: 80, user: 'ann', pass: 'pw' }));
    expect(batches(JSON.stringify(entries))).toEqual([512, 88]);
    expect(batches(JSON.stringify(entries.map(({ host }) => `${host}:80:ann:pw`)))).toEqual([512, 88]);
  });

  test('from a list and the table below it', () => {
    expect(batches(`${rows(600, '\n')}host,port,user,pass\n${rows(600, '\n')}`)).toEqual([512, 512, 176]);
  });

  test('at the end only, if the file may have more lines than rows are allowed', () => {
    /** How many lines were read before the first rows are passed on. */
    const linesBefore = (text: string, maxRows: number) => {
      let lines = 0;
      const { count } = RowSink.prototype;
      RowSink.prototype.count = function () {
        lines++;
        count.call(this);
      };
      try {
        readProxyFile(bytesOf(text), { ...OPTIONS, maxRows }).next();
      } finally {
        RowSink.prototype.count = count;
      }
      return lines;
    };
    const all = rows(600, '\n');
    expect([linesBefore(all, 600), linesBefore(all.trimEnd(), 600)]).toEqual([512, 512]);
    expect([linesBefore(rows(600, '\r'), 600), linesBefore(rows(600, '\r\n'), 600)]).toEqual([512, 512]);
    const table = `host,port,user,pass\n${all}`;
    expect([linesBefore(table, 600), linesBefore(`${all}# end\n`, 600)]).toEqual([512, 600]);
    expect(() => linesBefore(all, 599)).toThrow('The file has more than 599 rows');
    expect(() => linesBefore(all.trimEnd(), 599)).toThrow('The file has more than 599 rows');
    expect(() => linesBefore(rows(600, '\r'), 599)).toThrow('The file has more than 599 rows');
    expect(() => linesBefore(rows(600, '\r\n'), 599)).toThrow('The file has more than 599 rows');
    expect(() => linesBefore(`host,port,user,pass\n${all}`, 599)).toThrow('The file has more than 599 rows');
    // The last row is awaited: a comment may be one of the lines.
    expect(batches(`${all}# end\n`, 600)).toEqual([512, 88]);
  });
});

test('the ends of a whole file', () => {
  const { rows, ...facts } = parseProxyFile(bytesOf('203.0.113.7:80'), OPTIONS);
  expect(rows).toHaveLength(1);
  expect(facts).toEqual({
    kind: 'lines',
    encoding: 'utf-8',
    rejected: [],
    choice: null,
    forms: [{ form: 'host:port', lines: { both: 1, first: 0, second: 0 } }],
    firstOfForms: [1],
    unknownColumns: [],
    lostColumns: [],
  });
  for (const text of [' ', '\n \r\n', '\ufeff'])
    expect([errorOf(text).code, errorOf(text).message]).toEqual(['empty', 'The file is empty.']);
  expect(errorOf('# x').message).toBe('The file contains no proxies, only headers or comments.');
});
