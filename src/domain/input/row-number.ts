/** The largest number of a row; the database counts in 32 bits. */
export const MAX_ROW_NUMBER = 2_147_483_647;

/** The number of a row exactly as it is shown: `12` is one, `012`, `+12` and numbers that no row can have are not. */
export function readRowNumber(text: string): number | undefined {
  if (!/^[1-9]\d{0,9}$/.test(text)) return undefined;
  const number = Number(text);
  return number <= MAX_ROW_NUMBER ? number : undefined;
}

/** The number in `#12`. */
export function readMarkedNumber(text: string): number | undefined {
  return text.startsWith('#') ? readRowNumber(text.slice(1)) : undefined;
}

/** The number in `#12` or `12`. */
export function readAnyNumber(text: string): number | undefined {
  return readRowNumber(text.replace(/^#/, ''));
}
