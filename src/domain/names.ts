import { stripInvisible } from './parse/lines/line-noise.ts';

/** Invisible characters: format characters, fillers, variation selectors, tags. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** More marks on one letter than any script uses; they would overlap the lines above. */
const STACKED_MARKS = /(\p{Mn}{4})\p{Mn}+/gu;
/** Blanks of every width, and the empty Braille pattern, which looks like one. */
const BLANKS = /[\s\u0085\u2800]+/g;
/** No stored name has any; in a key they would be refused by the database. */
const CONTROL = /\p{Cc}/gu;
const SIMPLE = /^[!-~]*$/;

/** The one form in which a name is stored, wherever it comes from: composed (NFC), without invisible characters, with single blanks. */
export function cleanName(written: string): string {
  if (SIMPLE.test(written)) return written;
  const seen = stripInvisible(written).replace(UNSEEN, '').normalize('NFC');
  return seen.replace(STACKED_MARKS, '$1').replace(BLANKS, ' ').trim();
}

/** A username as it is stored: without the `@` that people put before it. */
export function cleanUsername(written: string): string {
  return cleanName(cleanName(written).replace(/^[@＠\s]+/, ''));
}

/** Names with one key look the same in every width and case (NFKC). */
function foldName(name: string): string {
  const clean = cleanName(name);
  if (SIMPLE.test(clean)) return clean.toLowerCase();
  const folded = clean.normalize('NFKC').toLowerCase().normalize('NFKC').replace(CONTROL, '');
  // JavaScript writes a capital sigma in two ways, depending on its place in a word.
  return cleanName(folded.replaceAll('ς', 'σ'));
}

/**
 * Small letters of Cyrillic and Greek that look like a Latin one in either case, and those. The SQL function `look_key` has the same
 * table; a test compares the two.
 */
export const LOOKALIKES = {
  letters: 'авекмнорстухіјѕһԁԛԝαβεζικμνορτυχ',
  latin: 'abekmhopctyxijshdqwabezikmvoptyx',
} as const;
const LATIN_OF = new Map(Array.from(LOOKALIKES.letters, (letter, at) => [letter, LOOKALIKES.latin.charAt(at)]));

/** The key that names that look the same share. */
function lookKey(name: string): string {
  const folded = foldName(name);
  if (SIMPLE.test(folded)) return folded;
  return Array.from(folded, (letter) => LATIN_OF.get(letter) ?? letter).join('');
}

/** Unique among accounts. */
export function usernameKey(username: string): string {
  return foldName(cleanUsername(username));
}

/** Unique among VPS. */
export function vpsKey(name: string): string {
  return lookKey(name);
}

/** The same for every spelling of an environment. */
export function environmentKey(name: string | null): string {
  return foldName(name ?? '');
}

/** Unique among providers; the database makes it of each provider that is written, by its function `look_key`. */
export function providerKey(name: string): string {
  return lookKey(name);
}

/** Unique among models: without case and blanks. */
export function nameKey(name: string): string {
  return foldName(name).replaceAll(' ', '');
}

/** Scripts with letters that look like those of another script. */
const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Lisu'].map(
  (script) => new RegExp(`\\p{Script=${script}}`, 'u'),
);

/** Whether a name has letters of several scripts that are mistaken for one another. */
export function mixesScripts(name: string): boolean {
  const text = cleanName(name).normalize('NFKC');
  return SCRIPTS.filter((script) => script.test(text)).length > 1;
}
