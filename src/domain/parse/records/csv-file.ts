import { stripInvisible } from '../lines/line-noise.ts';
import { columnOf, isHost, namedColumn } from './columns.ts';
import { type CsvHeader, headerOf } from './csv-header.ts';
import { readCsvRows } from './csv-rows.ts';
import { type RecordReader, readRecord } from './proxy-record.ts';
import { type ProxyRecord, RecordBuilder } from './record-builder.ts';

/** Reads the rows below a header, and below each further header that is among them. */
export function readCsvFile(text: string, first: CsvHeader, reader: RecordReader): void {
  let header = first;
  noteUnknown(header, reader);
  const takeHeader = (cells: readonly string[]): number | null => {
    if (!repeatsHeader(cells, header)) return null;
    header = headerOf(cells.map(stripInvisible), header, () => []);
    noteUnknown(header, reader);
    return header.width;
  };
  const { delimiter, width, start } = header;
  for (const row of readCsvRows(text, start, { delimiter, width, takeHeader })) {
    if ('cells' in row) {
      readRecord(row.line, recordOf(row.cells, header, reader), reader);
    } else {
      reader.sink.count();
      reader.sink.reject(row.line, 'both', row.refusal, row.masked);
    }
  }
}

function noteUnknown({ unknownColumns }: CsvHeader, { leftOut }: RecordReader): void {
  for (const name of unknownColumns) leftOut.unknown.add(name);
}

/** Whether a row names columns: a host by a name that no host has, and at least one other. */
function repeatsHeader(cells: readonly string[], { columns }: CsvHeader): boolean {
  const host = columns.find(({ column }) => isHost(column));
  const cell = cells[host?.index ?? 0] ?? '';
  if (cell.length > 20 || /[.:\d]/.test(cell) || columnOf(stripInvisible(cell)) === undefined) return false;
  const known = cells.map((each) => namedColumn(stripInvisible(each))?.column);
  return known.some(isHost) && known.filter((each) => each !== undefined).length > 1;
}

function recordOf(cells: readonly string[], { columns, clean }: CsvHeader, { leftOut }: RecordReader): ProxyRecord {
  const builder = new RecordBuilder(leftOut);
  for (const column of columns) {
    const cell = cells[column.index];
    if (cell === undefined || cell === '') continue;
    builder.set(column.name, column, clean(cell), column.isShared);
  }
  return builder.record;
}
