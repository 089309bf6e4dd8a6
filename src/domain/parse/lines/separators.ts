/** The characters that can stand between two fields, by number; 0 is none. DEL stands between the cells of a quoted line. */
export const NO_SEPARATOR = 0;
export const COLON = 1;
export const CELL = 5;
export const TAB = 6;
const SPACE = 7;
/** How many kinds there are, with 0, and how many bits tell them apart. */
export const SEPARATOR_KINDS = 8;
export const SEPARATOR_BITS = 3;

/** How each kind is shown. */
export const SEPARATOR_TEXT = ['', ':', ';', ',', '|', ',', '\t', ' '] as const;

export const CELL_SEPARATOR = '\x7f';

/** The character of each kind. */
const KIND_CHARS = ['', ':', ';', ',', '|', CELL_SEPARATOR, '\t', ' '] as const;

const KINDS = new Uint8Array(128);
for (const [kind, char] of KIND_CHARS.entries()) if (char !== '') KINDS[char.charCodeAt(0)] = kind;

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

/**
 * Where the first (`isLast`: the last) separator of a kind begins in `text[from, to)`; -1 where there is none. What is searched
 * natively is a kind that the line has, so that no search runs far beyond it.
 */
export function findSeparator(text: string, from: number, to: number, kind: number, isLast = false): number {
  if (isBlank(kind)) return findBlanks(text, from, to, kind, isLast);
  const char = KIND_CHARS[kind] as string;
  let at = isLast ? text.lastIndexOf(char, to - 1) : text.indexOf(char, from);
  if (at < from || at >= to) return -1;
  while (at > from && isBlank(kindOf(text.charCodeAt(at - 1)))) at--;
  return at;
}

function findBlanks(text: string, from: number, to: number, kind: number, isLast: boolean): number {
  let found = -1;
  for (let at = from; at < to; ) {
    const separator = separatorAt(text, at, to);
    if (kindFound(separator) === kind) {
      if (!isLast) return at;
      found = at;
    }
    at = Math.max(placeFound(separator), at + 1);
  }
  return found;
}

/** The kinds of separators in `text[from, to)`, as bits. */
export function kindsIn(text: string, from: number, to: number): number {
  let kinds = 0;
  for (let at = from; at < to; ) {
    const separator = separatorAt(text, at, to);
    if (kindFound(separator) !== NO_SEPARATOR) kinds |= 1 << kindFound(separator);
    at = Math.max(placeFound(separator), at + 1);
  }
  return kinds;
}
