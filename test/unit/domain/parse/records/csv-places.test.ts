import { describe, expect, test } from 'vitest';
import type { CsvRecord } from '../../../../../src/domain/parse/records/csv-records.ts';
import {
  behindHeader,
  behindLine,
  findFirstLine,
  lineAt,
  nextLine,
  readCsvRow,
  readCsvRows,
  readHeaderCells,
  refuseWidth,
} from '../../../../../src/domain/parse/records/csv-rows.ts';

const START = { from: 0, line: 1 };
const MAX = 16_384;
const LONG = 'x'.repeat(MAX);

test.each([
  ['a\nb', { from: 2, line: 2 }],
  ['a\r\nb', { from: 3, line: 2 }],
  ['a\rb', { from: 2, line: 2 }],
  ['\n', { from: 1, line: 2 }],
  ['ab', null],
  [`${LONG.slice(1)}\nb`, { from: MAX, line: 2 }],
  [`${LONG}\nb`, null],
])('the next line of %j', (text, place) => {
  expect(nextLine(text, START)).toEqual(place);
  expect(behindLine(text, START)).toEqual(place ?? { from: text.length, line: 2 });
});

test('a place is counted from the line before it', () => {
  expect(nextLine('a\nbc\nd', { from: 2, line: 7 })).toEqual({ from: 5, line: 8 });
  expect(behindLine('a\nbc\nd', { from: 2, line: 7 })).toEqual({ from: 5, line: 8 });
  expect(behindLine('a\nbc', { from: 2, line: 7 })).toEqual({ from: 4, line: 8 });
  expect(behindHeader('a\nbc\r\nd', { from: 2, line: 7 }, 2)).toEqual({ from: 6, line: 8 });
  expect(behindHeader('a\nbc\n\nd', { from: 2, line: 7 }, 2)).toEqual({ from: 5, line: 8 });
  expect(behindHeader('a\nbc\rd', { from: 2, line: 7 }, 2)).toEqual({ from: 5, line: 8 });
  expect(behindHeader('a\nbc', { from: 2, line: 7 }, 2)).toEqual({ from: 4, line: 8 });
});

test('a line is read without its end, and not beyond the longest one', () => {
  expect(lineAt('a\nbc\r\nd', { from: 2, line: 2 })).toBe('bc');
  expect(lineAt('a\nbc', { from: 2, line: 2 })).toBe('bc');
  expect(lineAt('\na', START)).toBe('');
  expect(lineAt(`${LONG}y`, START)).toBe(LONG);
});

describe('the first line that says something', () => {
  test.each([
    ['a', START],
    ['\n \t\n\u00a0\r\na', { from: 7, line: 4 }],
    ['# a, b\n//c\na', { from: 11, line: 3 }],
    ['  # a\n  // c\na', { from: 13, line: 3 }],
    ['sep=;\na', { from: 6, line: 2 }],
    ['SEP=,\na', { from: 6, line: 2 }],
    ['```\na', { from: 4, line: 2 }],
    ['````csv\na', { from: 8, line: 2 }],
    ['``` csv\na', { from: 8, line: 2 }],
    ['``\na', START],
    ['``` c v\na', START],
    ['sep=;;\na', START],
    ['sep=\na', START],
    ['xsep=;\na', START],
    ['a # b\nb', START],
    ['/ a\nb', START],
    ['x```\na', START],
    ['', null],
    ['\n#', null],
  ])('of %j', (text, place) => {
    expect(findFirstLine(text, START)).toEqual(place);
  });

  test('is not looked for below a hundred others', () => {
    expect(findFirstLine(`${'\n'.repeat(99)}a`, START)).toEqual({ from: 99, line: 100 });
    expect(findFirstLine(`${'\n'.repeat(100)}a`, START)).toBeNull();
  });
});

test('a header is the first record, if it is not too long', () => {
  expect(readHeaderCells('x\na,"b\n"\nc', { from: 2, line: 2 }, ',')).toEqual({ cells: ['a', 'b\n'], length: 6 });
  expect(readHeaderCells('a;b', START, ',')).toEqual({ cells: ['a;b'], length: 3 });
  expect(readHeaderCells('"a', START, ',')).toBeNull();
  expect(readHeaderCells('', START, ',')).toBeNull();
  expect(readHeaderCells(LONG, START, ',')).toEqual({ cells: [LONG], length: MAX });
  expect(readHeaderCells(`${LONG}x`, START, ',')).toBeNull();
});

const WIDE = 'enclose a value that contains the delimiter in quotes.';
const SHAPE = { delimiter: ';', width: 2 };
const rowOf = (cells: CsvRecord['cells'], length = 3) => readCsvRow({ line: 7, cells, length }, SHAPE);
const refused = (reason: string, masked: string) => ({ line: 7, refusal: expect.objectContaining({ reason }), masked });

describe('a row', () => {
  test.each([
    [['a', 'b']],
    [['a']],
    [['', 'b']],
    [['a', 'b', '', ' ']],
    [['#', 'b']],
    [['-', 'b']],
    [['--', '-x']],
    [['---', 'x']],
    [['a#']],
    [['x //']],
    [['``']],
    [['``` csv']],
    [['a', '']],
  ])('of %j is taken', (cells) => {
    expect(rowOf(cells)).toEqual({ line: 7, cells });
  });

  test.each([
    [[]],
    [['']],
    [['', ' ', '\t']],
    [['# a']],
    [[' #', '']],
    [['//a', ' ']],
    [['```']],
    [[' ```` ']],
    [['-', '-']],
    [[':-:', ' --- ', '', ':-']],
  ])('of %j says nothing', (cells) => {
    expect(rowOf(cells)).toBeNull();
  });

  test('that is too long, too wide or broken is refused, and shows the number of its cells only', () => {
    expect(rowOf(['a', 'b'], MAX)).toEqual({ line: 7, cells: ['a', 'b'] });
    const tooLong = 'It has more than 16,384 characters, which is the limit of a line.';
    expect(rowOf(['a', 'b'], MAX + 1)).toEqual(refused(tooLong, '•••;•••'));
    expect(rowOf(['a'], MAX + 1)).toEqual(refused(tooLong, '•••'));
    expect(rowOf(['a', 'b', 'c'], MAX + 1)).toEqual(refused(tooLong, '•••;•••'));
    expect(rowOf(['a', 'b', 'c'])).toEqual(refused(`The row has 3 cells for 2 columns: ${WIDE}`, '•••;•••'));
    const broken = 'Unbalanced quotes: enclose a value that contains a quote in quotes, and double the quote.';
    expect(rowOf(null)).toEqual(refused(broken, '•••'));
    const wide = readCsvRow(
      { line: 1, cells: Array.from({ length: 61 }, () => 'x'), length: 9 },
      { ...SHAPE, width: 60 },
    );
    expect(wide).toMatchObject({ masked: `${'•••;'.repeat(49)}•••…` });
  });

  test('may have empty cells beside the header', () => {
    expect(refuseWidth(['a'], 1)).toBeNull();
    expect(refuseWidth(['a', '', ' '], 1)).toBeNull();
    expect(refuseWidth(['a', '', ' x'], 1)?.reason).toBe(`The row has 3 cells for 1 columns: ${WIDE}`);
    expect(refuseWidth(['', 'x'], 1)?.reason).toBe(`The row has 2 cells for 1 columns: ${WIDE}`);
  });
});

test('rows are read below a header, and below another one that is among them', () => {
  const text = 'x\na;b\n\nc;d;e\nH;I;J\nf;g;h\n"i\nk;l;m;n';
  const takeHeader = (cells: readonly string[]) => (cells[0] === 'H' ? cells.length : null);
  const rows = [...readCsvRows(text, { from: 2, line: 2 }, { ...SHAPE, takeHeader })];
  expect(rows).toEqual([
    { line: 2, cells: ['a', 'b'] },
    { ...refused(`The row has 3 cells for 2 columns: ${WIDE}`, '•••;•••'), line: 4 },
    { line: 6, cells: ['f', 'g', 'h'] },
    {
      ...refused('Unbalanced quotes: enclose a value that contains a quote in quotes, and double the quote.', '•••'),
      line: 7,
    },
    { ...refused(`The row has 4 cells for 3 columns: ${WIDE}`, '•••;•••;•••'), line: 8 },
  ]);
  expect([...readCsvRows('H;I', START, SHAPE)]).toEqual([{ line: 1, cells: ['H', 'I'] }]);
});
