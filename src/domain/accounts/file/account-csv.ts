import { refuseTableOfProxies } from '../../imports/table-of-proxies.ts';
import { cutMasked, HIDDEN } from '../../parse/fields/mask.ts';
import { Refusal } from '../../parse/fields/refusal.ts';
import { FileError } from '../../parse/file-error.ts';
import { stripInvisible } from '../../parse/lines/line-noise.ts';
import type { Place } from '../../parse/records/csv-records.ts';
import {
  behindHeader,
  behindLine,
  CSV_DELIMITERS,
  findFirstLine,
  NO_DELIMITER,
  readCsvRows,
  readHeaderCells,
  refuseWidth,
} from '../../parse/records/csv-rows.ts';
import { restoreCell } from '../../parse/records/export-format.ts';
import { isMappingExport, refuseTableOfVps } from '../../vps/mapping-columns.ts';
import type { WrittenAccount } from '../account-fields.ts';
import { type AccountColumn, accountColumns, isModelColumn } from './account-columns.ts';
import type { AccountSink } from './account-sink.ts';

/** The header of a CSV file. */
export interface AccountHeader {
  names: readonly string[];
  delimiter: string;
  columns: (AccountColumn | undefined)[];
  unknownColumns: string[];
  /** Restores the value of a cell. */
  clean: (cell: string) => string;
  /** The position of the first row. */
  start: Place;
  /** Line numbers of the titles above the header, which are not rows. */
  above: number[];
}

const ABOVE = new Refusal('It is above the header row.');
/** Titles and notes take a few lines; the header is not searched for further down. */
const MAX_LINES_ABOVE = 20;
/** A header below other lines must have this many known columns, so that no row is mistaken for one. */
const MIN_KNOWN_BELOW = 2;

/**
 * Finds the header of a CSV file, which may come after title rows. Null if the file is a list of lines: no line names
 * columns, or only names that could also be values.
 *
 * @throws FileError for a header without a column that names the account, and for one of a list of proxies
 */
export function findAccountHeader(text: string): AccountHeader | null {
  const header = searchHeader(text);
  if (header) refuseTableOfProxies(header.names);
  else refuseVps(text);
  return header;
}

/** @throws FileError if the first line is the header of a list of VPS, which would be read as accounts */
function refuseVps(text: string): void {
  const place = findFirstLine(text, { from: 0, line: 1 });
  for (const delimiter of CSV_DELIMITERS) {
    const header = place && readHeaderCells(text, place, delimiter);
    if (header) refuseTableOfVps(header.cells);
  }
}

function searchHeader(text: string): AccountHeader | null {
  let place = findFirstLine(text, { from: 0, line: 1 });
  const first = place && headerAt(text, place);
  if (first?.columns.includes('username')) return { ...first, above: [] };
  const above: number[] = [];
  while (place && above.length < MAX_LINES_ABOVE) {
    above.push(place.line);
    place = findFirstLine(text, behindLine(text, place));
    const header = place && headerAt(text, place);
    if (header && isHeader(header.columns)) return { ...header, above };
  }
  if (first && (knownOf(first.columns) >= MIN_KNOWN_BELOW || first.columns.includes('model'))) {
    refuseTableOfProxies(first.names);
    refuseTableOfVps(first.names);
    throw new FileError(
      'no_username_column',
      'The header row has no account column (username, user, login, account or handle).',
    );
  }
  return null;
}

/** Reads a line as a header, with the delimiter that gives the most known columns; null if it is not a header. */
function headerAt(text: string, place: Place): Omit<AccountHeader, 'above'> | null {
  let best: Omit<AccountHeader, 'above'> | null = null;
  for (const delimiter of CSV_DELIMITERS) {
    const header = readHeaderCells(text, place, delimiter);
    if (!header) continue;
    const names = header.cells.map(stripInvisible);
    const columns = accountColumns(names);
    if (knownOf(columns) <= knownOf(best?.columns ?? [])) continue;
    best = {
      names,
      delimiter: names.length === 1 ? NO_DELIMITER : delimiter,
      columns,
      unknownColumns: unknownIn(names, columns),
      clean: isMappingExport(header.cells) ? restoreCell : stripInvisible,
      start: behindHeader(text, place, header.length),
    };
  }
  return best;
}

type Columns = readonly (AccountColumn | undefined)[];

const knownOf = (columns: Columns) => columns.filter((column) => column !== undefined).length;

function isHeader(columns: Columns): boolean {
  return columns.includes('username') && knownOf(columns) >= MIN_KNOWN_BELOW;
}

/** The names of columns without a field, or with that of an earlier column. */
function unknownIn(names: readonly string[], columns: Columns): string[] {
  return names.filter((name, at) => name !== '' && columns[at] === undefined);
}

/** Whether a row is a header again, as in two exports that were joined. */
export function isHeaderAgain(cells: readonly string[]): boolean {
  const columns = accountColumns(cells.map(stripInvisible));
  return isHeader(columns) || (cells.length === 1 && columns[0] === 'username');
}

/** The fields of a row that is a header again. The sink learns which columns are unknown. */
export function columnsNamedBy(cells: readonly string[], sink: AccountSink): (AccountColumn | undefined)[] | null {
  if (!isHeaderAgain(cells)) return null;
  const names = cells.map(stripInvisible);
  const columns = accountColumns(names);
  sink.leaveOut(unknownIn(names, columns));
  return columns;
}

/** Reads the rows after a header; a repeated header applies to the rows after it. */
export function readAccountCsv(
  text: string,
  { start, delimiter, clean, ...header }: AccountHeader,
  sink: AccountSink,
): void {
  sink.leaveOut(header.unknownColumns);
  for (const line of header.above) sink.reject(line, ABOVE, HIDDEN);
  let columns: Columns = header.columns;
  // A repeated header may be wider, so each row is compared with the last header before it.
  for (const row of readCsvRows(text, start, { delimiter, width: Number.POSITIVE_INFINITY })) {
    if ('cells' in row) columns = takeRow(row, { delimiter, columns, clean }, sink);
    else sink.reject(row.line, row.refusal, row.masked);
  }
}

/** @returns the columns for the following rows */
function takeRow(
  { line, cells }: { line: number; cells: readonly string[] },
  { delimiter, columns, clean }: { delimiter: string; columns: Columns; clean: AccountHeader['clean'] },
  sink: AccountSink,
): Columns {
  const again = columnsNamedBy(cells, sink);
  if (again) return again;
  const refusal = columns === NO_COLUMNS ? BELOW_REFUSED : refuseWidth(cells, columns.length);
  if (!refusal) return takeCells(line, recordOf(cells, columns, clean), columns, sink);
  const hidden = columns.map(() => HIDDEN).join(delimiter);
  sink.reject(line, refusal, cutMasked(hidden));
  return columns;
}

/** For the rows below a header without an account column: nothing says which of their cells is the account. */
export const NO_COLUMNS: Columns = [];
export const BELOW_REFUSED = new Refusal('It is below a header row that has no account column.');

/** Adds a row. @returns the columns for the rows below it: none if the row is a header without an account column */
export function takeCells(line: number, written: WrittenAccount, columns: Columns, sink: AccountSink): Columns {
  sink.add(line, written);
  return isModelColumn(written.model) ? NO_COLUMNS : columns;
}

/** The cells of a row by field. */
export function recordOf(
  cells: readonly string[],
  columns: readonly (AccountColumn | undefined)[],
  clean: (cell: string) => string = stripInvisible,
): WrittenAccount {
  const written: WrittenAccount = {};
  for (const [at, cell] of cells.entries()) {
    const column = columns[at];
    if (column !== undefined) written[column] = clean(cell);
  }
  return written;
}
