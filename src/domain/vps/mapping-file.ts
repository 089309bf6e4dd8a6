import Papa from 'papaparse';
import { readUsername } from '../accounts/username.ts';
import { refuseExportOfProxies, refuseTableOfProxies } from '../imports/table-of-proxies.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { hasControl } from '../parse/fields/text.ts';
import { FileError, tooManyRows } from '../parse/file-error.ts';
import { stripInvisible } from '../parse/lines/line-noise.ts';
import type { Place } from '../parse/records/csv-records.ts';
import {
  behindHeader,
  behindLine,
  CSV_DELIMITERS,
  findFirstLine,
  readCsvRows,
  readHeaderCells,
} from '../parse/records/csv-rows.ts';
import { defuseCell, restoreCell } from '../parse/records/export-format.ts';
import { findJsonList } from '../parse/records/json-file.ts';
import { isObject } from '../parse/records/json-object.ts';
import { formatAddress } from '../proxies/address.ts';
import { EXPORT_COLUMNS, isMappingExport, type MappingColumn, mappingColumn } from './mapping-columns.ts';
import { readEnvironment, readLinkNotes, readRegion, readVpsName } from './vps-fields.ts';

/** One row of a file of mappings, as text; empty cells are null. */
export interface WrittenMapping {
  line: number;
  vps: string;
  environment: string | null;
  region: string | null;
  /** A number such as `#12`, or `host:port`, with `user@` before it if several proxies have the address. */
  proxy: string | null;
  /** `host:port` beside a number, which must be the address of that proxy. */
  address: string | null;
  account: string | null;
  /** Whether the row documents a link: yes, unless the cell says no. */
  isDocumented: boolean;
  notes: string | null;
}

export interface RejectedMapping {
  line: number;
  reason: string;
}

/** One row of an export: a relation, an account without a proxy, or a VPS without either. */
export interface ExportedMapping {
  vps: string;
  environment: string;
  proxyId: number | null;
  host: string | null;
  port: number | null;
  account: string | null;
  model: string | null;
  isDocumented: boolean;
  notes: string | null;
}

/** The cell of a row in a column; empty if the column does not exist. */
type Cells = (column: MappingColumn) => string;

interface ReadMappings {
  rows: WrittenMapping[];
  rejected: RejectedMapping[];
  /** Columns that are not used: unknown ones, and the second of two with the same meaning. */
  unknownColumns: string[];
}

/**
 * Reads mappings from JSON, or from CSV with a header and any delimiter: `vps`, and any of `proxy` (or `host` and
 * `port`), `account`, `environment`, `region`, `documented` and `notes`. A row without a proxy and an account names a
 * VPS alone. In JSON, the entries of the list count as lines.
 *
 * @throws FileError without such a header, for a list of proxies, or with more than `maxRows`
 */
export function readMappings(
  text: string,
  { fileName, maxRows }: { fileName: string | null; maxRows: number },
): ReadMappings {
  const list = findJsonList(text, fileName);
  const rows: WrittenMapping[] = [];
  const rejected: RejectedMapping[] = [];
  const unknown = new Set<string>();
  if (list) refuseTableOfProxies(Object.keys(list.entries.find(isObject) ?? {}));
  for (const { line, row } of list ? jsonRows(list.entries, unknown) : csvRows(text, unknown)) {
    if (rows.length + rejected.length === maxRows) throw tooManyRows(maxRows);
    if (row instanceof Refusal) rejected.push({ line, reason: row.reason });
    else rows.push({ line, ...row });
  }
  const unknownColumns = [...unknown].slice(0, MAX_UNKNOWN_COLUMNS).map((name) => name.slice(0, MAX_COLUMN_CHARS));
  return { rows, rejected, unknownColumns };
}

const MAX_UNKNOWN_COLUMNS = 50;
const MAX_COLUMN_CHARS = 100;

interface Read {
  line: number;
  row: Omit<WrittenMapping, 'line'> | Refusal;
}

const ABOVE = new Refusal('It is above the header row.');

function* csvRows(text: string, unknown: Set<string>): Generator<Read> {
  const header = findHeader(text);
  for (const line of header.above) yield { line, row: ABOVE };
  let { columns, isExport } = noteUnknown(header, unknown);
  // Two exports that were put together: a header that comes again holds for what follows it.
  const takeHeader = (cells: readonly string[]) => {
    const again = readHeader(cells);
    // The name of a VPS may be a word that also names its column.
    if (!again || !namesTarget(again)) return null;
    ({ columns, isExport } = noteUnknown(again, unknown));
    return columns.length;
  };
  const shape = { delimiter: header.delimiter, width: columns.length, takeHeader };
  for (const row of readCsvRows(text, header.start, shape)) {
    const clean = isExport ? restoreCell : stripInvisible;
    if ('refusal' in row) yield { line: row.line, row: row.refusal };
    else yield { line: row.line, row: toMapping((column) => clean(row.cells[columns.indexOf(column)] ?? '')) };
  }
}

function* jsonRows(entries: readonly unknown[], unknown: Set<string>): Generator<Read> {
  for (const [at, entry] of entries.entries()) {
    const pairs = Object.entries(isObject(entry) ? entry : {});
    const { columns, isExport } = noteUnknown(namedBy(pairs.map(([name]) => name)), unknown);
    const clean = isExport ? (value: string) => value : stripInvisible;
    const cell = (column: MappingColumn) => String(pairs[columns.indexOf(column)]?.[1] ?? '');
    const isNested = pairs.some(([, value], index) => columns[index] && typeof value === 'object' && value !== null);
    yield { line: at + 1, row: isNested ? NESTED : toMapping((column) => clean(cell(column))) };
  }
}

interface Header {
  names: readonly string[];
  /** A meaning stands for one column: the first that has it. */
  columns: (MappingColumn | undefined)[];
  /** Only what an export wrote has cells that were defused for a spreadsheet, and blanks that are meant. */
  isExport: boolean;
}

function namedBy(names: readonly string[]): Header {
  const all = names.map(mappingColumn);
  const columns = all.map((column, at) => (all.indexOf(column) === at ? column : undefined));
  return { names, columns, isExport: isMappingExport(names) };
}

/** A row as a header; null if it does not name the VPS, alone or beside another column that is known. */
function readHeader(cells: readonly string[]): Header | null {
  const header = namedBy(cells);
  const known = header.columns.filter((column) => column !== undefined);
  return known.includes('vps') && (known.length > 1 || cells.length === 1) ? header : null;
}

const namesTarget = ({ columns }: Header) =>
  (['proxy', 'host', 'account'] as const).some((column) => columns.includes(column));

/** The model of an account is exported for people. */
const EXPORT_ONLY = 'model';

function noteUnknown(header: Header, unknown: Set<string>): Header {
  for (const [at, name] of header.names.entries()) {
    const isNoted = header.columns[at] === undefined && !(header.isExport && name === EXPORT_ONLY);
    if (isNoted && name.trim() !== '') unknown.add(stripInvisible(name));
  }
  return header;
}

/** Titles and notes fill a few lines; further down no header is looked for. */
const MAX_LINES_ABOVE = 20;

function findHeader(text: string): Header & { delimiter: string; start: Place; above: number[] } {
  refuseExportOfProxies(text);
  const above: number[] = [];
  let place = findFirstLine(text, { from: 0, line: 1 });
  while (place && above.length < MAX_LINES_ABOVE) {
    for (const delimiter of CSV_DELIMITERS) {
      const record = readHeaderCells(text, place, delimiter);
      const header = record && readHeader(record.cells);
      if (header) refuseTableOfProxies(header.names);
      if (header) return { ...header, delimiter, start: behindHeader(text, place, record.length), above };
    }
    above.push(place.line);
    place = findFirstLine(text, behindLine(text, place));
  }
  throw new FileError(
    'no_mapping_header',
    'The file must have a header row with the column vps, and such as proxy, account, environment or region.',
  );
}

const NESTED = new Refusal('Each value must be a string, a number, true or false.');
const NO_YES_OR_NO = new Refusal('The column “documented” must be yes or no.');
const NO_VPS = new Refusal('The VPS is missing.');
const BAD_PROXY = new Refusal('The proxy contains control characters.');
const NO_HOST = new Refusal('The row has a port and no host: write the address as host:port.');

/** A row, or why it is none. */
function toMapping(cell: Cells): Omit<WrittenMapping, 'line'> | Refusal {
  const vps = readVpsName(cell('vps')) ?? NO_VPS;
  if (vps instanceof Refusal) return vps;
  const environment = readEnvironment(cell('environment'));
  if (environment instanceof Refusal) return environment;
  const region = readRegion(cell('region'));
  if (region instanceof Refusal) return region;
  const account = cell('account').trim() === '' ? null : readUsername(cell('account'));
  if (account instanceof Refusal) return account;
  const notes = readLinkNotes(cell('notes'));
  if (notes instanceof Refusal) return notes;
  const [written, host, port] = [cell('proxy').trim(), cell('host').trim(), cell('port').trim()];
  if (host === '' && port !== '') return NO_HOST;
  const address = port === '' ? host : formatAddress(host, port);
  if (hasControl(written) || hasControl(address)) return BAD_PROXY;
  const proxy = withoutPassword(written);
  const isDocumented = readYes(cell('documented').trim());
  if (isDocumented instanceof Refusal) return isDocumented;
  return {
    vps,
    environment,
    region,
    account,
    notes,
    isDocumented,
    proxy: proxy || withoutPassword(address) || null,
    address: (proxy && withoutPassword(address)) || null,
  };
}

/** An empty cell says yes. */
function readYes(written: string): boolean | Refusal {
  if (/^(?:|yes|y|true|1|x)$/i.test(written)) return true;
  return /^(?:no|n|false|0)$/i.test(written) ? false : NO_YES_OR_NO;
}

/** `#12`, or `user@host:port`, from any notation: a stored row must not contain a password. */
function withoutPassword(proxy: string): string {
  return proxy
    .replace(/^[a-z\d]+:\/\//i, '')
    .replace(/^(\[[^\]]*\]|[^:@[\]]+):(\d{1,5}):([^:]*):.*/, '$3@$1:$2')
    .replace(/^([^:]*):.*@/, '$1@');
}

/** The cells of an exported row by column; empty if there is no value. */
function cellsOf(row: ExportedMapping): Record<(typeof EXPORT_COLUMNS)[number], string> {
  const { vps, environment, proxyId, host, port, account, model, isDocumented, notes } = row;
  const [proxy, address, documented] =
    proxyId === null || host === null || port === null
      ? ['', '', '']
      : [`#${proxyId}`, formatAddress(host, port), isDocumented ? 'yes' : 'no'];
  return {
    vps,
    environment,
    proxy,
    address,
    account: account ?? '',
    model: model ?? '',
    documented,
    notes: notes ?? '',
  };
}

/** The rows of an export as CSV; without rows, only the header. */
export function writeMappingsCsv(rows: readonly ExportedMapping[]): string {
  const lines = rows.map((row) => {
    const cells = cellsOf(row);
    return EXPORT_COLUMNS.map((column) => defuseCell(cells[column]));
  });
  return `${Papa.unparse(lines.length > 0 ? lines : [[...EXPORT_COLUMNS]])}\r\n`;
}

/** A row of an export as an entry of a JSON list. */
export function writeMappingJson(row: ExportedMapping): string {
  return JSON.stringify(cellsOf(row));
}
