import Papa from 'papaparse';
import { defuseCell } from '../domain/parse/records/export-format.ts';

const NEWLINE = '\r\n';

const defused = (cell: string | number | null) => (typeof cell === 'string' ? defuseCell(cell) : cell);

/**
 * CSV for spreadsheets. Cells that could start a formula are escaped.
 *
 * @param withHeader false for all but the first part of a file that is written in parts
 */
export function toCsv(
  fields: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  withHeader = true,
): string {
  const data = [...(withHeader ? [[...fields]] : []), ...rows.map((row) => row.map(defused))];
  if (data.length === 0) return '';
  return Papa.unparse(data, { newline: NEWLINE }) + NEWLINE;
}
