import { plain, truncate } from '../../kit/text.ts';

/** Ranges of code points for which both faces of the font have glyphs; a test compares them with the font. */
const DRAWN: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa1, 0x2af],
  // Combining marks.
  [0x300, 0x34e],
  // Greek and Cyrillic.
  [0x370, 0x525],
  // Armenian.
  [0x531, 0x556],
  [0x561, 0x587],
  // Hebrew.
  [0x5d0, 0x5ea],
  // Arabic, with the letters of Persian and Urdu.
  [0x621, 0x63a],
  [0x640, 0x652],
  [0x660, 0x669],
  [0x679, 0x6bf],
  [0x6cc, 0x6cc],
  [0x6f0, 0x6f9],
  // Georgian.
  [0x10d0, 0x10fc],
  // Latin with marks, as in Vietnamese, and polytonic Greek.
  [0x1e00, 0x1efb],
  [0x1f00, 0x1fff],
  // Punctuation and currencies.
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x20a0, 0x20b5],
];
const EMOJI = /\p{Extended_Pictographic}/gu;
/** Braces are placeholders in the labels of a chart. */
const BRACES = /[{}]/g;
const LONGEST = 60;

/** A name for a chart, without emoji; its number if the font lacks glyphs for the name. */
export function nameInPicture(name: string, number: number): string {
  const bare = plain(name).replace(EMOJI, '').replace(/\s+/g, ' ').trim();
  const isDrawn = bare !== '' && Array.from(bare).every((char) => hasGlyph(char.codePointAt(0) ?? 0));
  return isDrawn ? truncate(bare.replace(BRACES, "'"), LONGEST) : `#${number}`;
}

function hasGlyph(codePoint: number): boolean {
  return DRAWN.some(([first, last]) => first <= codePoint && codePoint <= last);
}
