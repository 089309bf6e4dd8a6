import { STAGED_COLUMNS, type StagedColumn, type StagedTable } from '../../domain/parse/staged-rows.ts';

/** PostgreSQL's text format of COPY: one line per row, tab between columns, `\N` for NULL. */
type CopyValue = string | number | null | Date | Buffer | readonly string[];

/** Writes one row of a table for `copyStatement`, with its line end. */
export function copyRow<T extends StagedTable>(table: T, row: Record<StagedColumn<T>, CopyValue>): string {
  const columns: readonly StagedColumn<T>[] = STAGED_COLUMNS[table];
  return `${columns.map((column) => copyValue(row[column])).join('\t')}\n`;
}

function copyValue(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeCopy(value);
  if (typeof value === 'number') return String(value);
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  return escapeCopy(`{${value.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
}

const SPECIAL = /[\\\b\f\n\r\t\v\0]/;
const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\0': '\ufffd',
};

const ALL_SPECIAL = new RegExp(SPECIAL, 'g');

function escapeCopy(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(ALL_SPECIAL, (char) => ESCAPES[char] ?? char) : text;
}
