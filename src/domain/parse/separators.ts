/** The characters that can stand between two fields, by number; 0 is none. DEL stands between the cells of a quoted line. */
export const NO_SEPARATOR = 0;
export const COLON = 1;
const SEMICOLON = 2;
const COMMA = 3;
const PIPE = 4;
export const CELL = 5;
export const TAB = 6;
const SPACE = 7;
/** How many kinds there are, with 0. */
export const SEPARATOR_KINDS = 8;

/** How each kind is shown. */
export const SEPARATOR_TEXT = ['', ':', ';', ',', '|', ',', '\t', ' '] as const;

export const CELL_SEPARATOR = '\x7f';

const KINDS = new Uint8Array(128);
for (const [char, kind] of [
  [':', COLON],
  [';', SEMICOLON],
  [',', COMMA],
  ['|', PIPE],
  [CELL_SEPARATOR, CELL],
  ['\t', TAB],
  [' ', SPACE],
] as const) {
  KINDS[char.charCodeAt(0)] = kind;
}

export function kindOf(code: number): number {
  return code < 128 ? (KINDS[code] as number) : NO_SEPARATOR;
}

function isBlank(kind: number): boolean {
  return kind >= TAB;
}

/** Kind and place of one separator, in one number, because every line of a file asks for several. */
type Found = number;

export const kindFound = (found: Found): number => found & 7;
/** The end of a separator that was looked for forwards; the beginning of one that was looked for backwards. */
export const placeFound = (found: Found): number => found >> 3;

/** The separator that begins at `at`. Blanks around another separator belong to it; blanks alone are one separator. */
export function separatorAt(text: string, at: number, to: number): Found {
  let kind = NO_SEPARATOR;
  let end = at;
  for (; end < to; end++) {
    const next = kindOf(text.charCodeAt(end));
    if (next === NO_SEPARATOR) break;
    if (!isBlank(next)) {
      if (kind !== NO_SEPARATOR && !isBlank(kind)) break;
      kind = next;
    } else if (kind === NO_SEPARATOR || kind === SPACE) {
      kind = next;
    }
  }
  return end * 8 + kind;
}

/** The separator that ends right before `at`. */
export function separatorBefore(text: string, at: number, from: number): Found {
  let kind = NO_SEPARATOR;
  let start = at;
  for (; start > from; start--) {
    const next = kindOf(text.charCodeAt(start - 1));
    if (next === NO_SEPARATOR) break;
    if (!isBlank(next)) {
      if (kind !== NO_SEPARATOR && !isBlank(kind)) break;
      kind = next;
    } else if (kind === NO_SEPARATOR || kind === SPACE) {
      kind = next;
    }
  }
  return start * 8 + kind;
}

/** Where the first (`isLast`: the last) separator of a kind begins in `text[from, to)`; -1 where there is none. */
export function findSeparator(text: string, from: number, to: number, kind: number, isLast = false): number {
  let found = -1;
  for (let at = from; at < to; ) {
    if (kindOf(text.charCodeAt(at)) === NO_SEPARATOR) {
      at++;
      continue;
    }
    const separator = separatorAt(text, at, to);
    if (kindFound(separator) === kind) {
      if (!isLast) return at;
      found = at;
    }
    at = placeFound(separator);
  }
  return found;
}

/** The kinds of separators in `text[from, to)`, as bits. */
export function kindsIn(text: string, from: number, to: number): number {
  let kinds = 0;
  for (let at = from; at < to; ) {
    if (kindOf(text.charCodeAt(at)) === NO_SEPARATOR) {
      at++;
      continue;
    }
    const separator = separatorAt(text, at, to);
    kinds |= 1 << kindFound(separator);
    at = placeFound(separator);
  }
  return kinds;
}
