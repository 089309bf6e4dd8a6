import { DETAIL_KEYS, detail } from '../../proxies/fields.ts';
import { FileError } from '../file-error.ts';

/** How our own exports name themselves: in the first line of a CSV file (`# proxy-ops-export v1`), under `format` in JSON. */
export const EXPORT_FORMAT = 'proxy-ops-export';
export const EXPORT_VERSION = 1;

/** Columns of an export that an import does not take over. */
export const EXPORT_ONLY_COLUMNS: ReadonlySet<string> = new Set([
  ...['id', 'status', 'model'],
  ...DETAIL_KEYS.filter((key) => !detail(key).aliases).map((key) => detail(key).column),
]);

/** A spreadsheet may have put quotes around the marker, and empty cells behind it. */
const MARKER = /^"?# proxy-ops-export v(\d{1,6})"?[,;\t]*(?:\r\n?|\n|$)/;
const DEFUSED = /^'+[=+\-@\t\r]/;
const DANGEROUS = /^'*[=+\-@\t\r]/;

/** The length of the marker line at the beginning of `text`, with its end; 0 where there is none. @throws FileError for a newer version */
export function exportMarkerLength(text: string): number {
  const marker = MARKER.exec(text);
  if (!marker) return 0;
  requireVersion(Number(marker[1]));
  return marker[0].length;
}

/** @throws FileError for a version that this program does not know */
export function requireVersion(version: unknown): void {
  if (version === EXPORT_VERSION) return;
  throw new FileError('newer_export', `Unsupported export format; only version ${EXPORT_VERSION} can be read.`);
}

/**
 * A text that no spreadsheet takes for a formula (OWASP, CSV injection): a `'` is put before the characters that begin one. A
 * text that looks defused already gets one more, so that `restoreCell` gives back exactly what was there.
 */
export function defuseCell(text: string): string {
  return DANGEROUS.test(text) ? `'${text}` : text;
}

/** Undoes `defuseCell`. Only for what an export wrote: elsewhere a leading `'` belongs to the text. */
export function restoreCell(cell: string): string {
  return DEFUSED.test(cell) ? cell.slice(1) : cell;
}
