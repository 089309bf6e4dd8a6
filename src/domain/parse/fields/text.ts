import { count } from '../../counted.ts';
import { Refusal } from './refusal.ts';

/** Characters that no field accepts: control characters, the line separators of Unicode, and U+FFFD, which replaces a lost character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]/;

export const CONTROL_REFUSED = new Refusal(
  'The text contains control characters, or characters that were lost in a conversion.',
);

/** Whether `text` holds what no field can hold. Lone surrogates count: no encoding can write them. */
export function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126) return CONTROL.test(text) || !text.isWellFormed();
  }
  return false;
}

/** Empty is null: not said. `limit` counts UTF-16 units, as Discord's inputs do: what is stored can be opened in a modal. */
export function readText(text: string, name: string, limit: number): string | null | Refusal {
  if (text === '') return null;
  if (text.length > limit) return new Refusal(`The ${name} must be at most ${count(limit)} characters long.`);
  return hasControl(text) ? CONTROL_REFUSED : text;
}

/** Text of several lines. */
export function readLongText(text: string, name: string, limit: number): string | null | Refusal {
  const lines = text.replace(/\r\n?/g, '\n');
  const refusal = readText(lines.replace(/[\n\t]/g, ' '), name, limit);
  return refusal instanceof Refusal ? refusal : lines || null;
}
