import { Refusal } from '../fields/refusal.ts';
import { CONTROL_REFUSED, hasControl } from '../fields/text.ts';

/** Longer than any line that its fields' limits allow; also the longest row of a CSV file and value of a JSON file. */
export const MAX_LINE_CHARS = 16_384;

export const TOO_LONG = new Refusal(
  `It has more than ${MAX_LINE_CHARS.toLocaleString('en')} characters, which is the limit of a line.`,
);

/** Why a line is not even looked at; null for one that may be. */
export function refuseLine(raw: string): Refusal | null {
  if (raw.length > MAX_LINE_CHARS) return TOO_LONG;
  return hasControl(raw.replaceAll('\t', ' ')) ? CONTROL_REFUSED : null;
}
