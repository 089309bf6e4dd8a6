/** The characters that can stand between two fields of a line, by number; 0 is none. */
export const NO_SEPARATOR = 0;
export const COLON = 1;
export const SEMICOLON = 2;
export const COMMA = 3;
export const PIPE = 4;
/** DEL separates the cells of a quoted line: no line that is read contains one. */
export const CELL = 5;
export const TAB = 6;
export const SPACE = 7;
export const AT = 8;
export const SEPARATOR_KINDS = 9;

export const CELL_SEPARATOR = '\x7f';

const KIND_CHARS = ['', ':', ';', ',', '|', CELL_SEPARATOR, '\t', ' ', '@'] as const;

/** How each kind is shown. */
const KIND_TEXTS = ['', ':', ';', ',', '|', ',', '\t', ' ', '@'] as const;
export const separatorText = (kind: number): string => KIND_TEXTS[kind] as string;

/** By code of the character; the greatest of them is DEL. */
const KINDS = new Uint8Array(128);
for (const [kind, char] of KIND_CHARS.entries()) if (char !== '') KINDS[char.charCodeAt(0)] = kind;

export function kindOf(code: number): number {
  return code < 128 ? (KINDS[code] as number) : NO_SEPARATOR;
}

export const isBlank = (kind: number): boolean => kind === TAB || kind === SPACE;

/** Separators of tables: a cell is one value, and what follows the last known cell is another column. */
export const isCell = (kind: number): boolean => kind >= SEMICOLON && kind <= TAB;
