import { z } from 'zod';
import { Refusal } from '../parse/fields/refusal.ts';

/** Finds what has no value. */
export const NONE = '(none)';

/** The longest text of a filter, with all its values. */
export const VALUES_CHARS = 500;

/** One value: in double quotes, or without a comma. */
const VALUE = /(?:\s*"([^"]*)"\s*|([^,]*))(?:,|$)/gy;

/** The values of a text such as `Acme, "Globex, Inc", (none)`. */
export function splitValues(text: string): string[] {
  const found = [...text.matchAll(VALUE)].map(([, quoted, bare = '']) => (quoted ?? bare).trim());
  return [...new Set(found.filter((value) => value !== ''))];
}

/** A value as it must be written among others. */
export function quoteValue(value: string): string {
  return /^["]|,/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}

/** The text that `splitValues` reads as these values. */
export function joinValues(values: readonly string[]): string {
  return values.map(quoteValue).join(', ');
}

/** Splits a text that is being typed before its last value. */
export function splitLast(typed: string): { before: string; last: string } {
  const isOpen = typed.split('"').length % 2 === 0;
  const at = isOpen ? typed.lastIndexOf('"') : typed.lastIndexOf(',') + 1;
  const before = typed.slice(0, at).trim();
  return { before: before === '' ? '' : `${before} `, last: typed.slice(at).replaceAll('"', '').trim() };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern refuses.
const ONE_LINE = /^[^\u0000-\u001f\u007f]*$/;

/** Text on one line that says something. */
export function lineOfText(maxChars: number): z.ZodString {
  return z.string().trim().min(1).max(maxChars).regex(ONE_LINE, 'holds control characters');
}

/**
 * The schema of a filter that takes one value or several, separated by commas, and `(none)`. Its output, read again, is the same.
 *
 * @param read converts a value to the form in which it is compared
 */
export function valuesSchema(read: (value: string) => string | Refusal): z.ZodType<string> {
  return lineOfText(VALUES_CHARS).transform((text, context) => {
    const values = splitValues(text).map((value) => (value.toLowerCase() === NONE ? NONE : read(value)));
    const refusal = values.find((value) => value instanceof Refusal);
    if (refusal instanceof Refusal || values.length === 0) {
      context.addIssue({ code: 'custom', message: refusal instanceof Refusal ? refusal.reason : 'names no value' });
      return z.NEVER;
    }
    return joinValues(values.filter((value) => typeof value === 'string'));
  });
}
