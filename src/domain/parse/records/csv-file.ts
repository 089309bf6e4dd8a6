import { FileError } from '../file-error.ts';
import type { LineBatch } from '../lines/line-batch.ts';
import { stripInvisible } from '../lines/line-noise.ts';
import type { RowSink } from '../proxy-row.ts';
import { type Column, columnOf, isHost } from './columns.ts';
import {
  behindHeader,
  CSV_DELIMITERS,
  findFirstLine,
  NO_DELIMITER,
  type Place,
  readCsvRows,
  readHeaderCells,
} from './csv-rows.ts';
import { EXPORT_ONLY_COLUMNS, exportMarkerLength, restoreCell } from './export-format.ts';
import { type ProxyRecord, readRecord } from './proxy-record.ts';

/** What the first lines of a CSV file say of the rest. */
export interface CsvHeader {
  isExport: boolean;
  delimiter: string;
  columns: (Column | undefined)[];
  unknownColumns: string[];
  /** Where the first row begins. */
  start: Place;
}

/**
 * The header of a CSV file; null where the file has none and is a list of lines. Blank lines, comments and Excel's `sep=;` may
 * stand before it.
 *
 * @throws FileError for a header without a column that names the proxy
 */
export function findHeader(text: string): CsvHeader | null {
  const marker = exportMarkerLength(text);
  const isExport = marker > 0;
  const first = findFirstLine(text, { from: marker, line: isExport ? 2 : 1 });
  return first && readHeader(text, first, isExport);
}

function readHeader(text: string, place: Place, isExport: boolean): CsvHeader | null {
  let best: { delimiter: string; known: number; cells: string[]; length: number } | null = null;
  for (const delimiter of CSV_DELIMITERS) {
    const header = readHeaderCells(text, place, delimiter);
    if (!header) continue;
    const known = header.cells.filter((cell) => columnOf(stripInvisible(cell))).length;
    if (known > (best?.known ?? 0)) best = { delimiter, known, ...header };
  }
  if (!best) return null;
  const names = best.cells.map(stripInvisible);
  const columns = names.map(columnOf);
  const hasHost = columns.some(isHost);
  if (names.length === 1 ? !hasHost : best.known < 2) return null;
  if (!hasHost) {
    throw new FileError(
      'no_host_column',
      'The header row has no host column (host, ip, server, address, proxy or url).',
    );
  }
  return {
    isExport,
    delimiter: names.length === 1 ? NO_DELIMITER : best.delimiter,
    columns,
    unknownColumns: names.filter((name, index) => isUnknown(name, columns[index], isExport)),
    start: behindHeader(text, place, best.length),
  };
}

function isUnknown(name: string, column: Column | undefined, isExport: boolean): boolean {
  return column === undefined && name !== '' && !(isExport && EXPORT_ONLY_COLUMNS.has(name));
}

/** Reads the rows below a header. */
export function readCsvFile(text: string, header: CsvHeader, sink: RowSink, batch: LineBatch): void {
  const shape = { delimiter: header.delimiter, width: header.columns.length };
  for (const row of readCsvRows(text, header.start, shape)) {
    if ('cells' in row) {
      readRecord(row.line, recordOf(row.cells, header), sink, batch);
    } else {
      sink.count();
      sink.reject(row.line, 'both', row.refusal, row.masked);
    }
  }
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
