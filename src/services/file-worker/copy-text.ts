/** PostgreSQL's text format of COPY: one line a row, tab between columns, `\N` for NULL. */
type CopyValue = string | number | null | Date | Buffer | readonly string[];

/** Writes one row, with its line end. */
export function copyRow(values: readonly CopyValue[]): string {
  let row = '';
  for (let index = 0; index < values.length; index++) {
    if (index > 0) row += '\t';
    row += copyValue(values[index] ?? null);
  }
  return `${row}\n`;
}

function copyValue(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeCopy(value);
  if (typeof value === 'number') return String(value);
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  return escapeCopy(`{${value.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
}

const SPECIAL = /[\\\b\f\n\r\t\v]/;
const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function escapeCopy(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\b\f\n\r\t\v]/g, (char) => ESCAPES[char] ?? char) : text;
}
