import Papa from 'papaparse';

/** CSV for a spreadsheet: a cell that could start a formula is defused. */
export function toCsv(fields: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return Papa.unparse(
    { fields: [...fields], data: rows.map((row) => [...row]) },
    { escapeFormulae: true, newline: '\r\n' },
  );
}
