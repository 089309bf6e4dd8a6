import { cutMasked, HIDDEN } from '../fields/mask.ts';
import { Refusal } from '../fields/refusal.ts';
import { MAX_LINE_CHARS, TOO_LONG } from '../lines/line-limits.ts';
import { type CsvRecord, type Place, readCsv } from './csv-records.ts';

/** The characters that part the cells of a CSV file. */
export const CSV_DELIMITERS: readonly string[] = [',', ';', '\t', '|'];
/** For a file of one column, in which every other character belongs to the value. */
export const NO_DELIMITER = '\x7f';

export const LINE_END = /\r\n?|\n/;
const SKIPPED = /^(?:[^\S\r\n]*|#[^\r\n]*|\/\/[^\r\n]*|sep=.|`{3,}\s*\w*)$/i;
const NOISE = /^\s*(?:#|\/\/|`{3,}\s*$)/;
const RULE = /^:?-*:?$/;
/** A header is not looked for below this many lines. */
const MAX_SKIPPED_LINES = 100;

const BROKEN_QUOTES = new Refusal(
  'Unbalanced quotes: enclose a value that contains a quote in quotes, and double the quote.',
);

/** The place of the next line; null behind the last one. */
export function nextLine(text: string, { from, line }: Place): Place | null {
  const end = LINE_END.exec(text.slice(from, from + MAX_LINE_CHARS));
  return end ? { from: from + end.index + end[0].length, line: line + 1 } : null;
}

/** The first line that says something, behind blank lines, comments, a code fence and Excel's `sep=;`; null if every line is of these kinds. */
export function findFirstLine(text: string, start: Place): Place | null {
  let place: Place | null = start;
  for (let skipped = 0; place && skipped < MAX_SKIPPED_LINES; skipped++) {
    if (!SKIPPED.test(lineAt(text, place).trim())) return place;
    place = nextLine(text, place);
  }
  return null;
}

/** The line that begins at a place, without its end; of a very long one the beginning. */
export function lineAt(text: string, { from }: Place): string {
  const start = text.slice(from, from + MAX_LINE_CHARS);
  return start.slice(0, LINE_END.exec(start)?.index);
}

/** The first record as CSV with this delimiter; null if it cannot be read so, or is too long for a header. */
export function readHeaderCells(
  text: string,
  place: Place,
  delimiter: string,
): { cells: string[]; length: number } | null {
  const record = readCsv(text, place, delimiter, MAX_LINE_CHARS).next().value ?? null;
  return record?.cells && record.length <= MAX_LINE_CHARS ? { cells: record.cells, length: record.length } : null;
}

/** Where the line behind a header begins. */
export function behindHeader(text: string, { from, line }: Place, length: number): Place {
  const end = from + length;
  return { from: end + (LINE_END.exec(text.slice(end, end + 2))?.[0].length ?? 0), line: line + 1 };
}

/** Where the line behind this one begins. */
export function behindLine(text: string, { from, line }: Place): Place {
  const end = LINE_END.exec(text.slice(from, from + MAX_LINE_CHARS));
  return { from: end ? from + end.index + end[0].length : text.length, line: line + 1 };
}

/** A row below a header: its cells, or why it is not taken, with what may be shown of it. */
export type CsvRow = { line: number; cells: string[] } | { line: number; refusal: Refusal; masked: string };

/** How the rows below a header are laid out. */
export interface RowShape {
  delimiter: string;
  /** How many columns the header has. */
  width: number;
  /** Takes a row that is a header itself, as where two files were put together: gives its width, or null for any other row. */
  takeHeader?: (cells: readonly string[]) => number | null;
}

/** The rows below a header. */
export function* readCsvRows(text: string, start: Place, shape: RowShape): Generator<CsvRow> {
  const { delimiter } = shape;
  let { width } = shape;
  for (const record of readCsv(text, start, delimiter, MAX_LINE_CHARS)) {
    const row = readCsvRow(record, { delimiter, width });
    const other = row && record.cells ? shape.takeHeader?.(record.cells) : null;
    if (other) width = other;
    else if (row) yield row;
  }
}

/**
 * The row that a record is; null for empty ones and comments. A row with more cells than the header, with broken quotes or over the
 * limit of a line is refused, and nothing but the number of its cells is shown.
 */
export function readCsvRow({ line, cells, length }: CsvRecord, { delimiter, width }: RowShape): CsvRow | null {
  if (cells === null) return { line, refusal: BROKEN_QUOTES, masked: HIDDEN };
  if (isNoise(cells)) return null;
  const refusal = refuseCells(cells, length, width);
  if (!refusal) return { line, cells };
  const hidden = cells.slice(0, width).map(() => HIDDEN);
  return { line, refusal, masked: cutMasked(hidden.join(delimiter)) };
}

/** Empty rows, comments, which fill one cell, and the line below the header of a Markdown table. */
function isNoise(cells: readonly string[]): boolean {
  let filled = 0;
  for (const cell of cells)
    if (cell.trim() !== '' && ++filled > 1) return cells.every((each) => RULE.test(each.trim()));
  return filled === 0 || NOISE.test(cells[0] as string);
}

function refuseCells(cells: readonly string[], length: number, width: number): Refusal | null {
  return length > MAX_LINE_CHARS ? TOO_LONG : refuseWidth(cells, width);
}

/** Why a row does not fit under a header of `width` columns, or null. */
export function refuseWidth(cells: readonly string[], width: number): Refusal | null {
  if (cells.slice(width).every((cell) => cell.trim() === '')) return null;
  return new Refusal(
    `The row has ${cells.length} cells for ${width} columns: enclose a value that contains the delimiter in quotes.`,
  );
}
