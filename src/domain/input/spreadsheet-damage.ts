import { Refusal } from '../parse/fields/refusal.ts';

/** `1.78414E+16`: a long number as displayed by a spreadsheet, without its last digits. */
const ROUNDED = /^[+-]?\d+(?:[.,]\d+)?E[+-]\d{1,3}$/;
/** Error values of spreadsheets, for a value that cannot be computed or does not fit its column. */
const ERROR_VALUE = /^#(?:REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|#+)$/i;

const DIGITS_LOST = new Refusal(
  'The spreadsheet rounded this number, so its digits are lost: format the column as text and export the file again.',
);
const NOT_A_VALUE = new Refusal('The cell holds an error of the spreadsheet instead of a value.');

/** The reason why a cell does not contain the typed value, or null. */
export function spreadsheetDamage(cell: string): Refusal | null {
  if (beginsWithLetter(cell)) return null;
  const text = cell.trim();
  if (ROUNDED.test(text)) return DIGITS_LOST;
  return ERROR_VALUE.test(text) ? NOT_A_VALUE : null;
}

/** The same for a password, which may well consist of number signs. No other damage ends with one. */
export function damagedPassword(cell: string): Refusal | null {
  return cell.trimEnd().endsWith('#') ? null : spreadsheetDamage(cell);
}

/** Damaged values begin with a digit or a sign. Most cells do not, and this is asked for each cell of a file. */
function beginsWithLetter(cell: string): boolean {
  const first = cell.charCodeAt(0) | 32;
  return first >= 97 && first <= 122;
}
