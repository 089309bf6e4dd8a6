import Papa from 'papaparse';

const NEWLINE = '\r\n';

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
  const data = [...(withHeader ? [[...fields]] : []), ...rows.map((row) => [...row])];
  if (data.length === 0) return '';
  return Papa.unparse(data, { escapeFormulae: true, newline: NEWLINE }) + NEWLINE;
}
