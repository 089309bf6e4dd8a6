import { Refusal } from '../parse/fields/refusal.ts';

/** The text that clears a field in an option of an edit. */
export const CLEAR = '-';

/** Whether a text clears a field: the sign for it, or an empty field of a modal. */
export function isCleared(text: string): boolean {
  return text === '' || text === CLEAR;
}

/** The new value of a field that people edit: undefined keeps the value, null clears it. */
export function readEdited<T>(
  written: string | undefined,
  read: (text: string) => T | null | Refusal,
): T | null | undefined | Refusal {
  const text = written?.trim();
  if (text === undefined) return undefined;
  return isCleared(text) ? null : read(text);
}

/** The same for a field that cannot be empty. @param refusal the sentence for an empty one: "A VPS must have a name." */
export function readRequired<T>(
  written: string | undefined,
  read: (text: string) => T | null | Refusal,
  refusal: string,
): T | undefined | Refusal {
  const value = readEdited(written, read);
  return value === null ? new Refusal(refusal) : value;
}
