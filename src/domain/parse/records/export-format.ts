import { DETAIL_KEYS, detail } from '../../proxies/fields.ts';
import { FileError } from '../file-error.ts';

/** How our own exports name themselves: in the first line of a CSV file (`# proxy-ops-export v1`), under `format` in JSON. */
export const EXPORT_FORMAT = 'proxy-ops-export';
export const EXPORT_VERSION = 2;
/** Version 1 defused a cell at its start only. */
const READ_VERSIONS: readonly unknown[] = [1, EXPORT_VERSION];

/** Columns of an export that an import does not take over. */
export const EXPORT_ONLY_COLUMNS: ReadonlySet<string> = new Set([
  ...['id', 'status', 'model'],
  ...DETAIL_KEYS.filter((key) => !detail(key).aliases).map((key) => detail(key).column),
]);

/** A spreadsheet may have put quotes around the marker, and empty cells behind it. */
const MARKER = /^"?# proxy-ops-export v(\d{1,6})"?[,;\t]*(?:\r\n?|\n|$)/;
/** The marker line at the beginning of `text`: its length with its end, and its version. @throws FileError for a newer version */
export function findExportMarker(text: string): { length: number; version: number } | null {
  const marker = MARKER.exec(text);
  if (!marker) return null;
  const version = Number(marker[1]);
  requireVersion(version);
  return { length: marker[0].length, version };
}

/** @throws FileError for a version that this program does not know */
export function requireVersion(version: unknown): void {
  if (READ_VERSIONS.includes(version)) return;
  throw new FileError(
    'newer_export',
    `Unsupported export format; this version of the bot reads versions ${READ_VERSIONS.join(' and ')}.`,
  );
}

/** Where a spreadsheet may begin another cell, whatever its delimiter and however it takes quotes. */
const PIECES = /[^;,|\t\r\n]+/g;
/** The beginning of a formula, in full width too, behind blanks and quotes, and behind the `'` of a piece that was defused before. */
const FORMULA = /^['"\s]*[=+\-@＝＋－＠]/;
/** A cell that begins with these is trimmed by some spreadsheets, and the rest taken for a formula. */
const TRIMMED = /^'*[\t\r\n]/;

const guard = (text: string, danger: RegExp) => (danger.test(text) ? `'${text}` : text);
const unguard = (text: string, danger: RegExp) =>
  text.startsWith("'") && danger.test(text.slice(1)) ? text.slice(1) : text;

/**
 * A text that no spreadsheet takes for a formula (OWASP, CSV injection): a `'` is put before the characters that begin one, also
 * inside the text where a spreadsheet with another delimiter would begin a cell. What looks defused already gets one more, so that
 * `restoreCell` gives back exactly what was there.
 */
export function defuseCell(text: string): string {
  return guard(
    text.replaceAll(PIECES, (piece) => guard(piece, FORMULA)),
    TRIMMED,
  );
}

/** Undoes `defuseCell`. Only for what an export wrote: elsewhere a leading `'` belongs to the text. */
export function restoreCell(cell: string): string {
  return unguard(cell, TRIMMED).replaceAll(PIECES, (piece) => unguard(piece, FORMULA));
}

const DEFUSED_BY_1 = /^'+[=+\-@\t\r]/;

/** How the cells of an export of this version are restored. */
export function restorerOf(version: number): (cell: string) => string {
  return version === 1 ? (cell) => (DEFUSED_BY_1.test(cell) ? cell.slice(1) : cell) : restoreCell;
}
