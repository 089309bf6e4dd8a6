import { refuseMappingExport } from '../../vps/mapping-columns.ts';
import { isDigit } from '../fields/digits.ts';
import { FileError } from '../file-error.ts';
import { findAddresses } from '../forms/addresses.ts';
import { Tokens } from '../forms/tokens.ts';
import { stripInvisible } from '../lines/line-noise.ts';
import { typeOfNames } from '../lines/proxy-scheme.ts';
import { isHost, type NamedColumn, namedColumn } from './columns.ts';
import { type Place, readCsv } from './csv-records.ts';
import {
  behindHeader,
  CSV_DELIMITERS,
  findFirstLine,
  lineAt,
  NO_DELIMITER,
  nextLine,
  readHeaderCells,
} from './csv-rows.ts';
import { EXPORT_ONLY_COLUMNS, findExportMarker, restorerOf } from './export-format.ts';

/** A column of the file that says something. */
export interface UsedColumn extends NamedColumn {
  index: number;
  name: string;
  /** Whether another column has the same meaning. */
  isShared: boolean;
}

/** The meaning that the header of a CSV file gives to the rows below. */
export interface CsvHeader {
  isExport: boolean;
  names: readonly string[];
  /** Restores the value of a cell. */
  clean: (cell: string) => string;
  delimiter: string;
  width: number;
  /** Those of a higher rank first. */
  columns: readonly UsedColumn[];
  unknownColumns: readonly string[];
  /** Where the header and where the first row begins. */
  at: Place;
  start: Place;
}

/** Lines above a header that are looked at: the title of a report. */
const MAX_TITLE_LINES = 10;
/** How many rows are looked at to find a column of types. */
const SAMPLE_ROWS = 20;
const MAX_HEADER_CHARS = 400;

/**
 * The header of a CSV file; null if the file has none and is a list of lines. Blank lines, comments, Excel's `sep=;` and lines that
 * hold no address may be above it.
 *
 * @throws FileError for a header without a column that names the proxy
 */
export function findHeader(text: string): CsvHeader | null {
  const marker = findExportMarker(text);
  let place = findFirstLine(text, marker ? { from: marker.length, line: 2 } : { from: 0, line: 1 });
  const cells = marker ? { isExport: true, clean: restorerOf(marker.version) } : NO_EXPORT;
  const first = place && readHeader(text, place, cells);
  if (first) refuseMappingExport(first.names);
  if (first && !first.columns.some((each) => isHost(each.column))) {
    throw new FileError(
      'no_host_column',
      'The header row has no host column (host, ip, server, address, proxy or url).',
    );
  }
  if (first) return first;
  for (let titles = 0; place && titles < MAX_TITLE_LINES && !holdsAddress(lineAt(text, place)); titles++) {
    const next = nextLine(text, place);
    place = next && findFirstLine(text, next);
    const header = place && readHeaderBelow(text, place);
    if (header) return header;
  }
  return null;
}

/** A header that is not in the first line: it must name a host and something else. */
export function readHeaderBelow(text: string, place: Place): CsvHeader | null {
  const header = readHeader(text, place, NO_EXPORT);
  return header && header.width > 1 && header.columns.some((each) => isHost(each.column)) ? header : null;
}

/** Signs that no header has. */
const DOT = 46;
const SLASH = 47;
const DELIMITER_CODES = CSV_DELIMITERS.map((delimiter) => delimiter.charCodeAt(0));

/** Whether a line can be a header at all: it begins with no digit, has a delimiter, and has no dot, which nearly every address has. */
export function mayBeHeader(text: string, from: number, to: number): boolean {
  if (to - from > MAX_HEADER_CHARS || isDigit(text.charCodeAt(from))) return false;
  let hasDelimiter = false;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT || code === SLASH) return false;
    if (DELIMITER_CODES.includes(code)) hasDelimiter = true;
  }
  return hasDelimiter;
}

function holdsAddress(line: string): boolean {
  return findAddresses(new Tokens().read(line, 0, line.length)).count > 0;
}

const NO_EXPORT = { isExport: false, clean: stripInvisible };

function readHeader(text: string, place: Place, cells: Pick<CsvHeader, 'isExport' | 'clean'>): CsvHeader | null {
  let best: { delimiter: string; known: number; cells: string[]; length: number } | null = null;
  for (const delimiter of CSV_DELIMITERS) {
    const header = readHeaderCells(text, place, delimiter);
    if (!header) continue;
    const known = header.cells.filter((cell) => namedColumn(stripInvisible(cell))).length;
    if (known > (best?.known ?? 0)) best = { delimiter, known, ...header };
  }
  if (!best) return null;
  const names = best.cells.map(stripInvisible);
  const delimiter = names.length === 1 ? NO_DELIMITER : best.delimiter;
  const start = behindHeader(text, place, best.length);
  const sample = () => sampleRows(text, start, delimiter);
  const isHeader = best.known > 1 || (names.length === 1 ? names.some(namesHost) : isBelow(names, sample()));
  return isHeader ? headerOf(names, { ...cells, delimiter, at: place, start }, sample) : null;
}

const namesHost = (name: string) => isHost(namedColumn(name)?.column);

/** Whether the rows have an address with its port below the one name that is known: `account;proxy`. */
function isBelow(names: readonly string[], rows: readonly string[][]): boolean {
  const index = names.findIndex(namesHost);
  const filled = rows.map((cells) => cells[index]?.trim() ?? '').filter((cell) => cell !== '');
  return filled.length > 0 && filled.every(holdsAddress);
}

/** The columns of a header that `names` make. */
export function headerOf(
  names: readonly string[],
  rest: Pick<CsvHeader, 'isExport' | 'clean' | 'delimiter' | 'at' | 'start'>,
  sample: () => string[][],
): CsvHeader {
  const named = names.map(namedColumn);
  const types = named.some((each) => each?.column === 'type') ? -1 : findTypes(sample(), named);
  const known = named.map((each, index) => (index === types ? namedColumn('type') : each));
  const columns = names.flatMap((name, index): UsedColumn[] => {
    const each = known[index];
    if (!each) return [];
    const isShared = known.filter((other) => other?.column === each.column).length > 1;
    return [{ ...each, index, name, isShared }];
  });
  const isUnknown = (name: string, index: number) =>
    known[index] === undefined && name !== '' && !(rest.isExport && EXPORT_ONLY_COLUMNS.has(name));
  return {
    ...rest,
    names,
    width: names.length,
    columns: columns.sort((a, b) => b.rank - a.rank),
    unknownColumns: names.filter(isUnknown),
  };
}

function sampleRows(text: string, start: Place, delimiter: string): string[][] {
  const rows: string[][] = [];
  for (const { cells } of readCsv(text, start, delimiter, MAX_HEADER_CHARS)) {
    if (cells) rows.push(cells);
    if (rows.length === SAMPLE_ROWS) break;
  }
  return rows;
}

/** The column without a known name in which all values are types; -1 if there is none. */
export function findTypes(rows: readonly (readonly string[])[], known: readonly unknown[]): number {
  return known.findIndex((each, index) => {
    if (each !== undefined) return false;
    const values = rows.map((cells) => cells[index]?.trim() ?? '').filter((value) => value !== '');
    return values.length > 0 && values.every((value) => typeOfNames(value) !== undefined);
  });
}
