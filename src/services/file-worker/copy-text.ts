import { STAGED_COLUMNS, type StagedColumn, type StagedTable } from '../../domain/parse/staged-rows.ts';

/** PostgreSQL's text format of COPY: one line per row, tab between columns, `\N` for NULL. */
export type CopyValue = string | number | null | Date | Buffer | readonly string[];

/**
 * A function that writes a row of a table for `copyStatement`, with its line end.
 *
 * @param values gives the value of each column of a row
 */
export function rowWriter<T extends StagedTable, R>(
  table: T,
  values: Record<StagedColumn<T>, (row: R) => CopyValue>,
): (row: R) => string {
  const columns: readonly StagedColumn<T>[] = STAGED_COLUMNS[table];
  const [first, ...others] = columns.map((column) => values[column]);
  return (row) => {
    let text = copyValue(first?.(row) ?? null);
    for (const value of others) text += `\t${copyValue(value(row))}`;
    return `${text}\n`;
  };
}

interface StagedRejection {
  planId: number;
  line: number;
  reading: number;
  reason: string;
  text: string;
}

/** Writes a rejected line of a file of proxies or accounts. */
export const rejectionRow = rowWriter<'import_rejections', StagedRejection>('import_rejections', {
  plan_id: ({ planId }) => planId,
  line: ({ line }) => line,
  reading: ({ reading }) => reading,
  reason: ({ reason }) => reason,
  text: ({ text }) => text,
});

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
