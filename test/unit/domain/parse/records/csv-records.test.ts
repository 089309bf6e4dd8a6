import { describe, expect, test } from 'vitest';
import { type CsvRecord, readCsv } from '../../../../../src/domain/parse/records/csv-records.ts';

const START = { from: 0, line: 1 };
const records = (text: string, { delimiter = ',', start = START, maxChars = 100 } = {}) => [
  ...readCsv(text, start, delimiter, maxChars),
];
const record = (line: number, cells: string[] | null, length: number): CsvRecord => ({ line, cells, length });

describe('CSV', () => {
  test.each<[text: string, ...CsvRecord[]]>([
    [''],
    ['a', record(1, ['a'], 1)],
    ['a,b', record(1, ['a', 'b'], 3)],
    [',', record(1, ['', ''], 1)],
    ['a,', record(1, ['a', ''], 2)],
    ['a;b|c\td', record(1, ['a;b|c\td'], 7)],
    ['a\n', record(1, ['a'], 1)],
    ['a\nb', record(1, ['a'], 1), record(2, ['b'], 1)],
    ['a\rb\r', record(1, ['a'], 1), record(2, ['b'], 1)],
    ['a,b\r\nc\r\n', record(1, ['a', 'b'], 3), record(2, ['c'], 1)],
    ['\n\na', record(1, [''], 0), record(2, [''], 0), record(3, ['a'], 1)],
    ['a\n\rb', record(1, ['a'], 1), record(2, [''], 0), record(3, ['b'], 1)],
    // Quotes around a cell, and in it.
    ['"a"', record(1, ['a'], 3)],
    ['""', record(1, [''], 2)],
    ['"a,b",c', record(1, ['a,b', 'c'], 7)],
    ['"a""b"', record(1, ['a"b'], 6)],
    ['""""', record(1, ['"'], 4)],
    ['"a"""', record(1, ['a"'], 5)],
    ['"""a"', record(1, ['"a'], 5)],
    ['a"b,c"', record(1, ['a"b', 'c"'], 6)],
    [' "a"', record(1, [' "a"'], 4)],
    ['a,"b"\nc', record(1, ['a', 'b'], 5), record(2, ['c'], 1)],
    ['a,"b"\rc', record(1, ['a', 'b'], 5), record(2, ['c'], 1)],
    // Line ends in quotes.
    ['"a\nb",c\nd', record(1, ['a\nb', 'c'], 7), record(3, ['d'], 1)],
    ['"a\r\nb\r",c\nd', record(1, ['a\r\nb\r', 'c'], 9), record(4, ['d'], 1)],
    ['"a\n","\n\n"\nd', record(1, ['a\n', '\n\n'], 9), record(5, ['d'], 1)],
    // Quotes that are broken.
    ['"a', record(1, null, 2)],
    ['"', record(1, null, 1)],
    ['"a"b', record(1, null, 4)],
    ['"a"b\nc', record(1, null, 4), record(2, ['c'], 1)],
    ['x,"a\n\nc', record(1, null, 4), record(2, [''], 0), record(3, ['c'], 1)],
    ['"a\n"b\nc', record(1, null, 2), record(2, null, 2), record(3, ['c'], 1)],
    ['"x\ny","a"b\r\nc', record(1, null, 2), record(2, null, 7), record(3, ['c'], 1)],
  ])('%j', (text, ...read) => {
    expect(records(text)).toEqual(read);
  });

  test.each([';', '\t', '|', '\x7f'])('has its cells parted by %j', (delimiter) => {
    expect(records(`a${delimiter}"b${delimiter}"${delimiter},\nc`, { delimiter })).toEqual([
      record(1, ['a', `b${delimiter}`, ','], 8),
      record(2, ['c'], 1),
    ]);
  });

  test('begins anywhere, at any line', () => {
    expect(records('a,b\n"c\n"\nd', { start: { from: 4, line: 7 } })).toEqual([
      record(7, ['c\n'], 4),
      record(9, ['d'], 1),
    ]);
    expect(records('a', { start: { from: 1, line: 2 } })).toEqual([]);
  });

  test('has quoted cells of at most so many characters', () => {
    expect(records('"abcd",x', { maxChars: 5 })).toEqual([record(1, ['abcd', 'x'], 8)]);
    expect(records('"abcde",x', { maxChars: 5 })).toEqual([record(1, null, 9)]);
    expect(records('"ab""c",x', { maxChars: 5 })).toEqual([record(1, null, 9)]);
    expect(records('abcdef,x', { maxChars: 5 })).toEqual([record(1, ['abcdef', 'x'], 8)]);
  });
});
