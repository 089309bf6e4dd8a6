import { damagedPassword, spreadsheetDamage } from '../../input/spreadsheet-damage.ts';
import { Refusal } from '../fields/refusal.ts';
import { MAX_LINE_CHARS } from '../lines/line-limits.ts';
import { stripInvisible } from '../lines/line-noise.ts';
import { NO_USERNAME } from '../lines/line-refusal.ts';
import type { RowBatches } from '../parsed-file.ts';
import { PlainColumns } from '../plain/plain-columns.ts';
import { type Column, columnOf, isHost, namedColumn } from './columns.ts';
import { type CsvHeader, headerOf, type UsedColumn } from './csv-header.ts';
import { type CsvRecord, readCsv } from './csv-records.ts';
import { type CsvRow, readCsvRow } from './csv-rows.ts';
import { type RecordReader, readRecord } from './proxy-record.ts';
import { type ProxyRecord, RecordBuilder } from './record-builder.ts';

const NO_PASSWORD = new Refusal('The row ends before its password: write an empty cell if there is none.');

/** Reads the rows below a header, and below each further header that is among them, as where two files were put together. */
export function* readCsvFile(text: string, header: CsvHeader, reader: RecordReader): RowBatches<void> {
  const table = new CsvTable(header, reader);
  for (const record of readCsv(text, header.start, header.delimiter, MAX_LINE_CHARS)) {
    if (reader.sink.isFull) yield reader.sink.take();
    table.read(record);
  }
}

/** Reads records by the header that is above them. */
class CsvTable {
  readonly #reader: RecordReader;
  #header: CsvHeader;
  #refuseLogin: ReturnType<typeof loginRule>;
  #plain: PlainColumns | null;

  constructor(header: CsvHeader, reader: RecordReader) {
    this.#reader = reader;
    this.#header = header;
    this.#refuseLogin = loginRule(header);
    this.#plain = PlainColumns.of(header);
    noteUnknown(header, reader);
  }

  read(record: CsvRecord): void {
    const { cells, length } = record;
    const mayBePlain = cells !== null && cells.length <= this.#header.width && length <= MAX_LINE_CHARS;
    if (mayBePlain && this.#takePlain(record.line, cells)) return;
    const row = readCsvRow(record, this.#header);
    if (row === null || (cells && this.#takeHeader(cells))) return;
    this.#readRow(row);
  }

  /** Takes a row that is certain by its cells alone, so that it is looked at no further. */
  #takePlain(line: number, cells: readonly string[]): boolean {
    const { sink, defaultType, form } = this.#reader;
    const fields = this.#plain?.read(cells, sink, defaultType);
    if (!fields) return false;
    sink.count();
    sink.add({ line, reading: 'both', fields }, form);
    return true;
  }

  #takeHeader(cells: readonly string[]): boolean {
    if (!repeatsHeader(cells, this.#header)) return false;
    this.#header = headerOf(cells.map(stripInvisible), this.#header, () => []);
    this.#refuseLogin = loginRule(this.#header);
    this.#plain = PlainColumns.of(this.#header);
    noteUnknown(this.#header, this.#reader);
    return true;
  }

  #readRow(row: CsvRow): void {
    const { sink } = this.#reader;
    if ('cells' in row) {
      const refusal = this.#refuseLogin?.(row.cells) ?? damageIn(row.cells, this.#header);
      readRecord(row.line, refusal ?? recordOf(row.cells, this.#header, this.#reader), this.#reader);
    } else {
      sink.count();
      sink.reject(row.line, 'both', row.refusal, row.masked);
    }
  }
}

/**
 * Tells why half of a login is not taken if the file has a column for each half. Null for other files, and for our own exports, which
 * hold what was in the pool.
 */
function loginRule({ columns, isExport }: CsvHeader): ((cells: readonly string[]) => Refusal | null) | null {
  const indexOf = (name: Column) => columns.find(({ column }) => column === name)?.index ?? -1;
  const [username, password] = [indexOf('username'), indexOf('password')];
  if (isExport || username < 0 || indexOf('line') >= 0) return null;
  return (cells) => {
    const isUser = Boolean(cells[username]?.trim());
    if (isUser && password >= cells.length) return NO_PASSWORD;
    return !isUser && cells[password]?.trim() ? NO_USERNAME : null;
  };
}

/** The damage that a spreadsheet has done to a row. Our own exports hold what was in the pool. */
function damageIn(cells: readonly string[], { columns, isExport }: CsvHeader): Refusal | null {
  if (isExport) return null;
  for (const { column, index } of columns) {
    const damageOf = column === 'password' ? damagedPassword : spreadsheetDamage;
    const cell = cells[index];
    const damage = cell === undefined ? null : damageOf(cell);
    if (damage) return damage;
  }
  return null;
}

function noteUnknown({ unknownColumns }: CsvHeader, { leftOut }: RecordReader): void {
  for (const name of unknownColumns) leftOut.unknown.add(name);
}

/** Whether a row names columns: a host by a name that no host has, and at least one other. */
function repeatsHeader(cells: readonly string[], { columns }: CsvHeader): boolean {
  const host = columns.find(({ column }) => isHost(column)) as UsedColumn;
  const cell = cells[host.index];
  if (cell === undefined || columnOf(stripInvisible(cell)) === undefined) return false;
  const known = cells.map((each) => namedColumn(stripInvisible(each))?.column);
  return known.some(isHost) && known.filter((each) => each !== undefined).length > 1;
}

function recordOf(
  cells: readonly string[],
  { columns, isExport, clean }: CsvHeader,
  { leftOut }: RecordReader,
): ProxyRecord {
  const builder = new RecordBuilder(leftOut, isExport || columns.some(({ column }) => column === 'password'));
  for (const column of columns) {
    builder.set(column.name, column, clean(cells[column.index] ?? ''), column.isShared);
  }
  return builder.finish();
}
