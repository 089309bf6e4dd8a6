import { expect, test } from 'vitest';
import { FileError } from '../../../../../src/domain/parse/file-error.ts';
import type { ParsedRow } from '../../../../../src/domain/parse/parsed-file.ts';
import { parseProxyFile, readProxyFile } from '../../../../../src/domain/parse/proxy-file.ts';

const OPTIONS = { fileName: null, defaults: {}, isPrivateAllowed: false, maxRows: 10_000 };
const LINES = 3000;

const hostOf = (n: number) => `198.51.${n >> 8}.${n & 255}`;
const bytesOf = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\n'));
const many = (lineOf: (n: number) => string) => Array.from({ length: LINES }, (_, n) => lineOf(n));

/** Each kind has lines that the lines behind them decide, among others that are certain. */
const FILES: [what: string, lines: string[]][] = [
  ['a list with countries', many((n) => `${hostOf(n)}:8080:ann-${n}:secret-${n}${n % 5 === 0 ? ':DE' : ''}`)],
  [
    'a list with passwords that end like countries',
    [
      ...many((n) => `${hostOf(n)}:8080:ann-${n}:secret-${n}${n % 5 === 0 ? ':DE' : ''}`),
      '203.0.113.7:80:bob:with:colons',
    ],
  ],
  ['a list in two orders', many((n) => (n % 3 === 0 ? `ann:secret:proxy-${n}.example:8080` : `${hostOf(n)}:8080`))],
  [
    'a table with dates in one order',
    [
      'host,port,expires_at',
      ...many((n) => `${hostOf(n)},8080,${n % 7 === 0 ? '05/06/2027' : ''}`),
      '203.0.113.7,80,13/06/2027',
    ],
  ],
  [
    'a table with dates in either order',
    ['host,port,expires_at', ...many((n) => `${hostOf(n)},8080,${n % 7 === 0 ? '05/06/2027' : ''}`)],
  ],
  [
    'a JSON list',
    [
      JSON.stringify(
        Array.from({ length: LINES }, (_, n) => (n % 2 === 0 ? { host: hostOf(n), port: 80 } : `${hostOf(n)}:80`)),
      ),
    ],
  ],
];

test.each(FILES)('%s: a row that was given does not change any more, and all rows are given once', (_, lines) => {
  const given: { row: ParsedRow; asGiven: ParsedRow }[] = [];
  for (const rows of readProxyFile(bytesOf(lines), OPTIONS)) {
    for (const row of rows) given.push({ row, asGiven: structuredClone(row) });
  }
  expect(given.length).toBeGreaterThanOrEqual(LINES);
  for (const { row, asGiven } of given) expect(row).toEqual(asGiven);
  const inOrder = (a: ParsedRow, b: ParsedRow) => a.line - b.line || a.reading.localeCompare(b.reading);
  expect(given.map(({ row }) => row).sort(inOrder)).toEqual(parseProxyFile(bytesOf(lines), OPTIONS).rows);
});

/** How many rows are given before a file is refused. */
function rowsUntilRefused(lines: readonly string[]): number {
  const batches = readProxyFile(bytesOf(lines), { ...OPTIONS, maxRows: LINES - 1 });
  let rows = 0;
  const readOn = () => {
    for (let batch = batches.next(); !batch.done; batch = batches.next()) rows += batch.value.length;
  };
  expect(readOn).toThrow(FileError);
  return rows;
}

test('rows are given before the rest of the file is read', () => {
  const list = JSON.stringify(many((n) => `${hostOf(n)}:8080`));
  expect(rowsUntilRefused([list])).toBeGreaterThan(LINES / 2);
});

test('no row of a file with more lines than rows are allowed is given before the file is refused', () => {
  expect(rowsUntilRefused(many((n) => `${hostOf(n)}:8080`))).toBe(0);
  expect(rowsUntilRefused(['host,port', ...many((n) => `${hostOf(n)},8080`)])).toBe(0);
});
