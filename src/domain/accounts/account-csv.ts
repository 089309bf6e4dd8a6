import { FileError } from '../parse/file-error.ts';
import { stripInvisible } from '../parse/lines/line-noise.ts';
import {
  behindHeader,
  CSV_DELIMITERS,
  findFirstLine,
  NO_DELIMITER,
  type Place,
  readCsvRows,
  readHeaderCells,
} from '../parse/records/csv-rows.ts';
import { type AccountColumn, accountColumns } from './account-columns.ts';
import type { WrittenAccount } from './account-fields.ts';
import type { AccountSink } from './account-sink.ts';

/** What the first line of a CSV file says of the rest. */
export interface AccountHeader {
  delimiter: string;
  columns: (AccountColumn | undefined)[];
  unknownColumns: string[];
  /** Where the first row begins. */
  start: Place;
}

/**
 * The header of a CSV file; null where the file has none and is a list of lines: the first line names no column, or only such as
 * could be a value as well.
 *
 * @throws FileError for a header without a column that names the account
 */
export function findAccountHeader(text: string): AccountHeader | null {
  const place = findFirstLine(text, { from: 0, line: 1 });
  if (!place) return null;
  let best: {
    delimiter: string;
    known: number;
    names: string[];
    columns: (AccountColumn | undefined)[];
    length: number;
  } | null = null;
  for (const delimiter of CSV_DELIMITERS) {
    const header = readHeaderCells(text, place, delimiter);
    if (!header) continue;
    const names = header.cells.map(stripInvisible);
    const columns = accountColumns(names);
    const known = columns.filter((column) => column !== undefined).length;
    if (known > (best?.known ?? 0)) best = { delimiter, known, names, columns, length: header.length };
  }
  if (!best) return null;
  const { names, columns, known } = best;
  if (!columns.includes('username')) {
    if (known < 2) return null;
    throw new FileError(
      'no_username_column',
      'The header row has no account column (username, user, login, account or handle).',
    );
  }
  return {
    delimiter: names.length === 1 ? NO_DELIMITER : best.delimiter,
    columns,
    unknownColumns: names.filter((name, at) => name !== '' && columns[at] === undefined),
    start: behindHeader(text, place, best.length),
  };
}

/** Reads the rows below a header. */
export function readAccountCsv(text: string, { start, delimiter, columns }: AccountHeader, sink: AccountSink): void {
  for (const row of readCsvRows(text, start, { delimiter, width: columns.length })) {
    if ('cells' in row) sink.add(row.line, recordOf(row.cells, columns));
    else sink.reject(row.line, row.refusal, row.masked);
  }
}

/** The cells by what they are. */
export function recordOf(cells: readonly string[], columns: readonly (AccountColumn | undefined)[]): WrittenAccount {
  const written: WrittenAccount = {};
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at];
    const cell = cells[at];
    if (column !== undefined && cell !== undefined) written[column] = stripInvisible(cell);
  }
  return written;
}
