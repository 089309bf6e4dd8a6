/** The columns of an export of mappings. */
export const EXPORT_COLUMNS = [
  'vps',
  'environment',
  'proxy',
  'address',
  'account',
  'model',
  'documented',
  'notes',
] as const;

/** Whether a header is that of an export of mappings. Its cells were escaped for spreadsheets, and their blanks are intended. */
export function isMappingExport(names: readonly string[]): boolean {
  return EXPORT_COLUMNS.every((column, at) => names[at] === column);
}
