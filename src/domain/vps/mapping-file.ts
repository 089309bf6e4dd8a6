import Papa from 'papaparse';
import { readUsername } from '../accounts/username.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { readLongText, readText } from '../parse/fields/text.ts';
import { FileError } from '../parse/file-error.ts';
import { stripInvisible } from '../parse/lines/line-noise.ts';
import {
  behindHeader,
  CSV_DELIMITERS,
  findFirstLine,
  readCsvRows,
  readHeaderCells,
} from '../parse/records/csv-rows.ts';
import { defuseCell, restoreCell } from '../parse/records/export-format.ts';
import { findJsonList } from '../parse/records/json-file.ts';
import { formatAddress } from '../proxies/address.ts';

/** One row of a file of mappings, as text; empty cells are null. */
export interface WrittenMapping {
  line: number;
  vps: string;
  environment: string | null;
  /** A number such as `#12`, or `host:port`, with `user@` before it if several proxies have the address. */
  proxy: string | null;
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

const COLUMNS = {
  vps: 'vps vpsname server servername machine node hostname',
  environment: 'environment env stage',
  proxy: 'proxy proxynumber proxyid number proxyaddress',
  host: 'host ip proxyhost proxyip address',
  port: 'port proxyport',
  account: 'account username accountname login handle',
  documented: 'documented link linked',
  notes: 'notes note comment comments remark',
} as const;
type Column = keyof typeof COLUMNS;

const BY_NAME = new Map<string, Column>(
  Object.entries(COLUMNS).flatMap(([column, names]) =>
    names.split(' ').map((name) => [name, column as Column] as const),
  ),
);
const LONGEST_NAME = 100;
const LONGEST_NOTES = 1000;

/** The cell of a row in a column; empty if the column does not exist. */
type Cells = (column: Column) => string;

interface ReadMappings {
  rows: WrittenMapping[];
  rejected: RejectedMapping[];
}

/**
 * Reads mappings from JSON, or from CSV with a header and any delimiter: `vps` and at least one of `proxy` (or `host`
 * and `port`) and `account`; optionally `environment`, `documented` and `notes`. In JSON, the entries of the list count
 * as lines.
 *
 * @throws FileError without such a header, or with more than `maxRows`
 */
export function readMappings(
  text: string,
  { fileName, maxRows }: { fileName: string | null; maxRows: number },
): ReadMappings {
  const list = findJsonList(text, fileName);
  const read: ReadMappings = { rows: [], rejected: [] };
  for (const { line, row } of list ? jsonRows(list.entries) : csvRows(text)) {
    if (read.rows.length + read.rejected.length === maxRows) {
      throw new FileError(
        'too_many_rows',
        `It has more than ${maxRows.toLocaleString('en')} rows, which is the limit.`,
      );
    }
    if (row instanceof Refusal) read.rejected.push({ line, reason: row.reason });
    else read.rows.push({ line, ...row });
  }
  return read;
}

interface Read {
  line: number;
  row: Omit<WrittenMapping, 'line'> | Refusal;
}

function* csvRows(text: string): Generator<Read> {
  const { columns, delimiter, start } = findHeader(text);
  // Only exports have this column. Their cells were escaped for spreadsheets, and their blanks are intended.
  const clean = columns.includes('documented') ? restoreCell : typed;
  for (const row of readCsvRows(text, start, { delimiter, width: columns.length })) {
    if ('refusal' in row) yield { line: row.line, row: row.refusal };
    else yield { line: row.line, row: toMapping((column) => clean(row.cells[columns.indexOf(column)] ?? '')) };
  }
}

function* jsonRows(entries: readonly unknown[]): Generator<Read> {
  for (const [at, entry] of entries.entries()) {
    const cells = new Map<Column, string>();
    for (const [name, value] of Object.entries(entry ?? {})) {
      const column = columnOf(name);
      if (column && ['string', 'number', 'boolean'].includes(typeof value)) cells.set(column, String(value));
    }
    const clean = cells.has('documented') ? (value: string) => value : typed;
    yield { line: at + 1, row: toMapping((column) => clean(cells.get(column) ?? '')) };
  }
}

/** The typed text without invisible characters. */
const typed = (cell: string) => stripInvisible(cell).trim();

const columnOf = (name: string) =>
  BY_NAME.get(
    stripInvisible(name)
      .toLowerCase()
      .replace(/[\s_-]/g, ''),
  );

function findHeader(text: string) {
  const place = findFirstLine(text, { from: 0, line: 1 });
  for (const delimiter of place ? CSV_DELIMITERS : []) {
    const header = place && readHeaderCells(text, place, delimiter);
    if (!header) continue;
    const columns = header.cells.map(columnOf);
    const hasTarget = columns.includes('proxy') || columns.includes('host') || columns.includes('account');
    if (columns.includes('vps') && hasTarget) {
      return { columns, delimiter, start: behindHeader(text, place, header.length) };
    }
  }
  throw new FileError('no_mapping_header', 'The first row must be a header with the columns vps and proxy or account.');
}

/** A row, or why it is invalid. */
function toMapping(cell: Cells): Omit<WrittenMapping, 'line'> | Refusal {
  const vps = readText(cell('vps').trim(), 'name of the VPS', LONGEST_NAME);
  if (vps instanceof Refusal) return vps;
  if (vps === null) return new Refusal('The VPS is missing.');
  const environment = readText(cell('environment').trim(), 'environment', LONGEST_NAME);
  if (environment instanceof Refusal) return environment;
  const account = cell('account').trim() === '' ? null : readUsername(cell('account'));
  if (account instanceof Refusal) return account;
  const notes = readLongText(cell('notes'), 'notes', LONGEST_NOTES);
  if (notes instanceof Refusal) return notes;
  const host = cell('host').trim();
  const address = host && cell('port') ? formatAddress(host, cell('port').trim()) : host;
  const proxy = withoutPassword(cell('proxy').trim() || address) || null;
  return {
    vps,
    environment,
    proxy,
    account,
    notes,
    isDocumented: !/^(no|n|false|0)$/i.test(cell('documented').trim()),
  };
}

/** `#12`, or `user@host:port`, from any notation: a stored row must not contain a password. */
function withoutPassword(proxy: string): string {
  const bare = proxy.replace(/^[a-z\d]+:\/\//i, '');
  const [, host, port, user] = /^([^:@[\]]+):(\d{1,5}):([^:]*):.*$/.exec(bare) ?? [];
  if (host === undefined || port === undefined) return bare.replace(/^([^:@]*):.*@/, '$1@');
  return `${user}@${formatAddress(host, port)}`;
}

const EXPORT_COLUMNS = ['vps', 'environment', 'proxy', 'address', 'account', 'model', 'documented', 'notes'] as const;

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
  return `${Papa.unparse(lines.length > 0 ? lines : [[...EXPORT_COLUMNS]], { newline: '\r\n' })}\r\n`;
}

/** A row of an export as an entry of a JSON list. */
export function writeMappingJson(row: ExportedMapping): string {
  return JSON.stringify(cellsOf(row));
}
