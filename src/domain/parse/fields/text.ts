import { count } from '../../counted.ts';
import { Refusal } from './refusal.ts';

/** Characters that no field accepts: control characters, the line separators of Unicode, and U+FFFD, which replaces a lost character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]/;

const UNPRINTABLE = /[^ -~]/;

export const CONTROL_REFUSED = new Refusal(
  'The text contains control characters, or characters that were lost in a conversion.',
);

/** From this length on a regular expression is faster than a loop, which pays for each character of a part of a larger text. */
const LONG = 40;

/** Whether all characters are printable ASCII, as those of most fields are. */
export function isPrintableAscii(text: string): boolean {
  if (text.length >= LONG) return !UNPRINTABLE.test(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126) return false;
  }
  return true;
}

/** Whether `text` holds what no field can hold. Lone surrogates count: no encoding can write them. */
export function hasControl(text: string): boolean {
  return !isPrintableAscii(text) && (CONTROL.test(text) || !text.isWellFormed());
}

/** Empty is null: not said. `limit` counts UTF-16 units, as Discord's inputs do: what is stored can be opened in a modal. */
export function readText(text: string, name: string, limit: number): string | null | Refusal {
  if (text === '') return null;
  if (text.length > limit) return new Refusal(`The ${name} must be at most ${count(limit)} characters long.`);
  return hasControl(text) ? CONTROL_REFUSED : text;
}

/**
 * `ann:s3cret@203.0.113.7:8080`, with or without a scheme. A password and the name of a host have an end, so that a text full of colons is
 * not searched to its end from each of them.
 */
const USERINFO = /[^\s:@/]:[^\s@/]{1,255}@[^\s@]{1,255}\.[^\s@]/;
/** `203.0.113.7:8080:ann:s3cret`, with any separators between the fields. */
const FIELDS = /(?:[\w-]\.[\w-]+|\])[:;|,\t ]\d{1,5}[:;|,\t ][^\s:;|,]+[:;|,\t ]\S/;

/** Text that everyone may read: as `readText`, but the credentials of a proxy are refused in it. */
export function readShown(text: string, name: string, limit: number): string | null | Refusal {
  const read = readText(text, name, limit);
  if (typeof read !== 'string' || !(USERINFO.test(read) || FIELDS.test(read))) return read;
  return new Refusal(`The ${name} holds the credentials of a proxy, and everyone can read it: remove them.`);
}

/** Text of several lines. */
export function readLongText(text: string, name: string, limit: number): string | null | Refusal {
  if (text !== '' && text.length <= limit && isPrintableAscii(text)) return text;
  const lines = text.replace(/\r\n?/g, '\n');
  const refusal = readText(lines.replace(/[\n\t]/g, ' '), name, limit);
  return refusal instanceof Refusal ? refusal : lines || null;
}
