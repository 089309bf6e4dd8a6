import { damagedPassword, spreadsheetDamage } from '../../input/spreadsheet-damage.ts';
import { Refusal } from '../fields/refusal.ts';
import { stripInvisible } from '../lines/line-noise.ts';
import { NO_USERNAME } from '../lines/line-refusal.ts';
import { PlainColumns } from '../plain/plain-columns.ts';
import { type Column, columnOf, isHost, namedColumn } from './columns.ts';
import { type CsvHeader, headerOf } from './csv-header.ts';
import { readCsvRows } from './csv-rows.ts';
import { type RecordReader, readRecord } from './proxy-record.ts';
import { type ProxyRecord, RecordBuilder } from './record-builder.ts';

const NO_PASSWORD = new Refusal('The row ends before its password: write an empty cell if there is none.');

/** Reads the rows below a header, and below each further header that is among them. */
export function readCsvFile(text: string, first: CsvHeader, reader: RecordReader): void {
  let header = first;
  let refuseLogin = loginRule(header);
  let plain = PlainColumns.of(header);
  noteUnknown(header, reader);
  const takeHeader = (cells: readonly string[]): number | null => {
    if (!repeatsHeader(cells, header)) return null;
    header = headerOf(cells.map(stripInvisible), header, () => []);
    refuseLogin = loginRule(header);
    plain = PlainColumns.of(header);
    noteUnknown(header, reader);
    return header.width;
  };
  const takePlain = (line: number, cells: readonly string[]): boolean => {
    const fields = plain?.read(cells, reader.sink, reader.defaultType);
    if (!fields) return false;
    reader.sink.count();
    reader.sink.add(line, 'both', fields, reader.form);
    return true;
  };
  const { delimiter, width, start } = header;
  for (const row of readCsvRows(text, start, { delimiter, width, takeHeader, takePlain })) {
    if ('cells' in row) {
      const refusal = refuseLogin(row.cells) ?? damageIn(row.cells, header);
      readRecord(row.line, refusal ?? recordOf(row.cells, header, reader), reader);
    } else {
      reader.sink.count();
      reader.sink.reject(row.line, 'both', row.refusal, row.masked);
    }
  }
}

/** Tells why half of a login is not taken where the file has a column for each half. Our own exports hold what was in the pool. */
function loginRule({ columns, isExport }: CsvHeader): (cells: readonly string[]) => Refusal | null {
  const indexOf = (name: Column) => columns.find(({ column }) => column === name)?.index ?? -1;
  const [username, password] = [indexOf('username'), indexOf('password')];
  if (isExport || username < 0 || password < 0 || indexOf('line') >= 0) return () => null;
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
    const damage = damageOf(cells[index] ?? '');
    if (damage) return damage;
  }
  return null;
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

function recordOf(
  cells: readonly string[],
  { columns, isExport, clean }: CsvHeader,
  { leftOut }: RecordReader,
): ProxyRecord {
  const builder = new RecordBuilder(leftOut, isExport || columns.some(({ column }) => column === 'password'));
  for (const column of columns) {
    const cell = cells[column.index];
    if (cell === undefined || cell === '') continue;
    builder.set(column.name, column, clean(cell), column.isShared);
  }
  return builder.finish();
}
