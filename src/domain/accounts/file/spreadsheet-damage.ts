import { Refusal } from '../../parse/fields/refusal.ts';

/** `1.78414E+16`: a long number as a spreadsheet shows it, without its last digits. */
const ROUNDED = /^[+-]?\d+(?:[.,]\d+)?E[+-]\d{1,3}$/;
/** What spreadsheets write instead of a value that they cannot compute, or that does not fit the column. */
const ERROR_VALUE = /^#(?:REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|#+)$/i;

const DIGITS_LOST = new Refusal(
  'The spreadsheet rounded this number, so its digits are lost: format the column as text and export the file again.',
);
const NOT_A_VALUE = new Refusal('The cell holds an error of the spreadsheet instead of a value.');

/** Why a cell is not what somebody typed, or null. */
export function spreadsheetDamage(cell: string): Refusal | null {
  const text = cell.trim();
  if (ROUNDED.test(text)) return DIGITS_LOST;
  return ERROR_VALUE.test(text) ? NOT_A_VALUE : null;
}
