import Papa from 'papaparse';
import { behindHeader, CSV_DELIMITERS, findFirstLine, readCsvRows, readHeaderCells } from '../parse/csv-rows.ts';
import { defuseCell, restoreCell } from '../parse/export-format.ts';
import { FileError } from '../parse/file-error.ts';
import { stripInvisible } from '../parse/line-noise.ts';

/** One row of a file of mappings, as it is written; empty cells are null. */
export interface WrittenMapping {
  line: number;
  vps: string;
  environment: string | null;
  /** A number such as `#12`, or `host:port`, with `user@` in front where an address has several. */
  proxy: string | null;
  account: string | null;
  /** Whether the row is to be written down as a link: yes, unless it says no. */
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
const LONGEST_NOTE = 500;
const MAX_ROWS = 100_000;

/**
 * Reads mappings from CSV with a header, whatever its delimiter: `vps` and at least one of `proxy` (or `host` and `port`) and
 * `account`; `environment`, `documented` and `notes` beside them.
 *
 * @throws FileError where it has no such header, or too many rows
 */
export function readMappings(text: string): { rows: WrittenMapping[]; rejected: RejectedMapping[] } {
  const { columns, delimiter, start } = findHeader(text);
  const rows: WrittenMapping[] = [];
  const rejected: RejectedMapping[] = [];
  for (const row of readCsvRows(text, start, { delimiter, width: columns.length })) {
    if (rows.length === MAX_ROWS) throw new FileError('too_many_rows', `It has more than ${MAX_ROWS} rows.`);
    const read = 'cells' in row ? toMapping(row.line, row.cells, columns) : row.refusal.reason;
    if (typeof read === 'string') rejected.push({ line: row.line, reason: read });
    else rows.push(read);
  }
  return { rows, rejected };
}

function findHeader(text: string) {
  const place = findFirstLine(text, { from: 0, line: 1 });
  for (const delimiter of place ? CSV_DELIMITERS : []) {
    const header = place && readHeaderCells(text, place, delimiter);
    if (!header) continue;
    const columns = header.cells.map((name) =>
      BY_NAME.get(
        stripInvisible(name)
          .toLowerCase()
          .replace(/[\s_-]/g, ''),
      ),
    );
    const hasTarget = columns.includes('proxy') || columns.includes('host') || columns.includes('account');
    if (columns.includes('vps') && hasTarget) {
      return { columns, delimiter, start: behindHeader(text, place, header.length) };
    }
  }
  throw new FileError(
    'no_mapping_header',
    'The first line names no columns: vps, and proxy or account, with commas, semicolons or tabs between them.',
  );
}

/** A row, or why it is none. */
function toMapping(
  line: number,
  cells: readonly string[],
  columns: readonly (Column | undefined)[],
): WrittenMapping | string {
  // Only what an export wrote has cells that were defused for a spreadsheet.
  const isExport = columns.includes('documented');
  const cell = (column: Column): string => {
    const written = stripInvisible(cells[columns.indexOf(column)] ?? '').trim();
    return isExport ? restoreCell(written) : written;
  };
  const vps = cell('vps');
  if (vps === '') return 'It names no VPS.';
  const address = cell('host') && cell('port') ? `${cell('host')}:${cell('port')}` : '';
  const proxy = cell('proxy') || address;
  const account = cell('account');
  if ([vps, cell('environment'), account].some((name) => name.length > LONGEST_NAME)) return 'A name is too long.';
  return {
    ...{ line, vps, proxy: proxy || null, account: account || null },
    environment: cell('environment') || null,
    isDocumented: !/^(no|n|false|0)$/i.test(cell('documented')),
    notes: cell('notes').slice(0, LONGEST_NOTE) || null,
  };
}

const EXPORT_COLUMNS = ['vps', 'environment', 'proxy', 'address', 'account', 'model', 'documented', 'notes'];

/** Rows of an export as CSV; with its header where it is the first part. */
export function writeMappings(rows: readonly ExportedMapping[], withHeader: boolean): string {
  const data = rows.map((row) => {
    const { vps, environment, proxyId, host, port, account, model, isDocumented, notes } = row;
    const shown = host?.includes(':') ? `[${host}]` : host;
    const cells = [
      ...[vps, environment, proxyId === null ? '' : `#${proxyId}`, proxyId === null ? '' : `${shown}:${port}`],
      ...[account ?? '', model ?? '', proxyId === null ? '' : isDocumented ? 'yes' : 'no', notes ?? ''],
    ];
    return cells.map(defuseCell);
  });
  const all = [...(withHeader ? [EXPORT_COLUMNS] : []), ...data];
  return all.length === 0 ? '' : `${Papa.unparse(all, { newline: '\r\n' })}\r\n`;
}
