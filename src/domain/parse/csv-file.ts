import { type Column, columnOf, isHost } from './columns.ts';
import { type CsvRecord, readCsv } from './csv-records.ts';
import { EXPORT_ONLY_COLUMNS, exportMarkerLength, restoreCell } from './export-format.ts';
import { FileError } from './file-error.ts';
import type { LineBatch } from './line-batch.ts';
import { MAX_LINE_CHARS, TOO_LONG } from './line-limits.ts';
import { stripInvisible } from './line-noise.ts';
import { cutMasked, HIDDEN } from './mask.ts';
import { type ProxyRecord, readRecord } from './proxy-record.ts';
import type { RowSink } from './proxy-row.ts';
import { Refusal } from './refusal.ts';

/** What the first lines of a CSV file say of the rest. */
export interface CsvHeader {
  isExport: boolean;
  delimiter: string;
  columns: (Column | undefined)[];
  unknownColumns: string[];
  /** Where the first row begins: place and line. */
  from: number;
  line: number;
}

const DELIMITERS = [',', ';', '\t', '|'];
/** For a file of one column, in which every other character belongs to the value. */
const NO_DELIMITER = '\x7f';
const SKIPPED = /^(?:[^\S\r\n]*|#[^\r\n]*|\/\/[^\r\n]*|sep=.)$/i;
const LINE_END = /\r\n?|\n/;
/** Further down nobody looks for a header. */
const MAX_SKIPPED_LINES = 100;

const BROKEN_QUOTES = new Refusal(
  'Its quotes are broken: a value with a quote stands in quotes, and the quote is doubled.',
);

/**
 * The header of a CSV file; null where the file has none and is a list of lines. Blank lines, comments and Excel's `sep=;` may
 * stand before it.
 *
 * @throws FileError for a header without a column that names the proxy
 */
export function findHeader(text: string): CsvHeader | null {
  let from = exportMarkerLength(text);
  const isExport = from > 0;
  let line = isExport ? 2 : 1;
  for (let skipped = 0; skipped < MAX_SKIPPED_LINES; skipped++) {
    const end = LINE_END.exec(text.slice(from, from + MAX_LINE_CHARS));
    const first = text.slice(from, from + (end?.index ?? MAX_LINE_CHARS));
    if (!SKIPPED.test(first.trim())) return readHeader(text, from, line, isExport);
    if (!end) return null;
    from += end.index + end[0].length;
    line++;
  }
  return null;
}

function readHeader(text: string, from: number, line: number, isExport: boolean): CsvHeader | null {
  let best: { delimiter: string; known: number; record: CsvRecord; cells: string[] } | null = null;
  for (const delimiter of DELIMITERS) {
    const record: CsvRecord | undefined =
      readCsv(text, from, line, delimiter, MAX_LINE_CHARS).next().value ?? undefined;
    if (!record?.cells || record.length > MAX_LINE_CHARS) continue;
    const known = record.cells.filter((cell) => columnOf(stripInvisible(cell))).length;
    if (known > (best?.known ?? 0)) best = { delimiter, known, record, cells: record.cells };
  }
  if (!best) return null;
  const names = best.cells.map(stripInvisible);
  const columns = names.map(columnOf);
  const hasHost = columns.some(isHost);
  if (names.length === 1 ? !hasHost : best.known < 2) return null;
  if (!hasHost) {
    throw new FileError(
      'no_host_column',
      'The header names no column for the host: host, ip, server, address, proxy or url.',
    );
  }
  const end = from + best.record.length;
  return {
    isExport,
    delimiter: names.length === 1 ? NO_DELIMITER : best.delimiter,
    columns,
    unknownColumns: names.filter((name, index) => isUnknown(name, columns[index], isExport)),
    from: end + (LINE_END.exec(text.slice(end, end + 2))?.[0].length ?? 0),
    line: line + 1,
  };
}

function isUnknown(name: string, column: Column | undefined, isExport: boolean): boolean {
  return column === undefined && name !== '' && !(isExport && EXPORT_ONLY_COLUMNS.has(name));
}

/** Reads the rows below a header. */
export function readCsvFile(text: string, header: CsvHeader, sink: RowSink, batch: LineBatch): void {
  for (const record of readCsv(text, header.from, header.line, header.delimiter, MAX_LINE_CHARS)) {
    const { line, cells, length } = record;
    if (cells && isNoise(cells)) continue;
    const refusal = cells ? refuseCells(cells, length, header) : BROKEN_QUOTES;
    if (cells && !refusal) {
      readRecord(line, recordOf(cells, header), sink, batch);
    } else {
      sink.count();
      const text = (cells ?? ['']).slice(0, header.columns.length).map(() => HIDDEN);
      sink.reject(line, 'both', refusal ?? BROKEN_QUOTES, cutMasked(text.join(header.delimiter)));
    }
  }
}

/** Empty rows, and comments, which fill one cell. */
function isNoise(cells: readonly string[]): boolean {
  let filled = 0;
  for (const cell of cells) if (cell.trim() !== '' && ++filled > 1) return false;
  return filled === 0 || /^\s*(#|\/\/)/.test(cells[0] ?? '');
}

function refuseCells(cells: readonly string[], length: number, header: CsvHeader): Refusal | null {
  if (length > MAX_LINE_CHARS) return TOO_LONG;
  const columns = header.columns.length;
  if (cells.length <= columns || cells.slice(columns).every((cell) => cell.trim() === '')) return null;
  return new Refusal(
    `It has ${cells.length} cells under ${columns} columns: a value that holds the delimiter stands in quotes.`,
  );
}

function recordOf(cells: readonly string[], { columns, isExport }: CsvHeader): ProxyRecord {
  const record: ProxyRecord = {};
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index];
    const cell = cells[index];
    if (column === undefined || cell === undefined || record[column]) continue;
    record[column] = isExport ? restoreCell(cell) : stripInvisible(cell);
  }
  return record;
}
