/** Marks of the characters in a line: a search for something of which the line has no mark can be skipped. */
export const EXOTIC = 1;
export const BLANK = 2;
export const HASH = 4;
export const QUOTE = 8;
export const SLASH = 16;
export const QUERY = 32;
export const BRACKET = 64;
export const AT = 128;

const MARKS = new Uint8Array(128);
for (const [mark, chars] of [
  [BLANK, ' \t'],
  [HASH, '#'],
  [QUOTE, '"\'`~'],
  [SLASH, '/'],
  [QUERY, '?='],
  [BRACKET, '[](){}<>'],
  [AT, '@'],
] as const) {
  for (const char of chars) MARKS[char.charCodeAt(0)] = mark;
}
for (let code = 0; code < 128; code++) if (code < 32 || code === 127) MARKS[code] = MARKS[code] || EXOTIC;

/** The mark of one character; 0 for most. */
export function markOf(code: number): number {
  return code < 128 ? (MARKS[code] as number) : EXOTIC;
}

/** The marks of all characters of a text. */
export function marksOf(text: string): number {
  let marks = 0;
  for (let at = 0; at < text.length; at++) marks |= markOf(text.charCodeAt(at));
  return marks;
}

/** A line of a file: `text[from, to)`. */
export interface SourceLine {
  /** 1-based, of the file; in JSON the place in the list. */
  line: number;
  text: string;
  from: number;
  to: number;
  /** The marks of its characters; there may be more. */
  marks: number;
}

/** A text that is a line of its own. */
export function sourceLine(line: number, text: string, marks = marksOf(text)): SourceLine {
  return { line, text, from: 0, to: text.length, marks };
}
