import { isPrintableAscii } from '../fields/text.ts';
import { BRACKET, HASH, QUOTE } from './line-marks.ts';
import { CELL_SEPARATOR } from './separators.ts';

/** Zero-width characters, soft hyphens and direction marks: people do not type them, but word processors and chats leave them behind. */
const INVISIBLE = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const ODD_BLANK = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const TYPOGRAPHIC_QUOTES = /(^|[\s:;,|@/])[“”„‟«‘’‚‛]([^“”„‟«»‘’‚‛]*)[“”»‘’](?=$|[\s:;,|@])/g;

const COMMENT_BEHIND = /\s#\s/;
const BULLET = /^(?:[-*+•‣◦·–—>→►✅✔☑]|\d{1,6}[.):]|\d{1,6} [-–—]|\[\d{1,6}\]|\(\d{1,6}\))\s+/u;
const FENCE = /^(?:`{3,}|~{3,})\s*[\w+-]*$/;
const FENCE_AROUND = /^`{3,}|(?<!`)`{3,}$/g;
/** A whole line in quotes, as lists in program code have them, with the comma behind. */
const QUOTED_LINE = /^(["'`])([^"'`]*)\1[,;]?$/;
/** Tags of HTML around a line, as in a page that was copied with its source. */
const TAG_NAMES = 'br|p|li|ul|ol|td|tr|div|span|code|pre|b|strong';
const OPENING_TAG = new RegExp(`^</?(?:${TAG_NAMES}) ?/?>`, 'i');
const CLOSING_TAG = new RegExp(`</?(?:${TAG_NAMES}) ?/?>$`, 'i');
const MAX_TAG = 12;
/** A whole line in bold, as chats write it. */
const BOLD_LINE = /^(\*\*|__)([^*_].*[^*_])\1$/;
/** A whole line in angle brackets, as chats take it for a link without a picture of the page behind it. */
const LINK_LINE = /^<([^<>]*)>$/;
const QUOTED_CELL = /(?:^|[,;|\t]) *"/;
const CELL_END = /[",;|\t]/;
const SCHEME = /^\w+:\/\//;
/** A row of a table that is drawn with bars. */
const TABLE_ROW = /^\|+([^|].*[^|]|[^|])\|+$/;

/** Takes out what no field holds on purpose: invisible characters, odd blanks, typographic quotes around a field. */
export function stripInvisible(text: string): string {
  if (isPrintableAscii(text)) return text.trim();
  return text.replace(INVISIBLE, '').replace(ODD_BLANK, ' ').replace(TYPOGRAPHIC_QUOTES, '$1$2').trim();
}

/**
 * A line without the noise around it: comments, list bullets, code fences, quotes. Null for a line that is nothing else.
 * Quoted cells come back with CELL_SEPARATOR between them.
 *
 * @param marks of its characters, at least
 */
export function stripNoise(raw: string, marks: number): string | null {
  const comment = marks & HASH ? raw.search(COMMENT_BEHIND) : -1;
  const line = stripInvisible(comment > 0 ? raw.slice(0, comment) : raw);
  if (line === '' || line.startsWith('#') || line.startsWith('//')) return null;
  const item = (TABLE_ROW.exec(line)?.[1] ?? line).trim().replace(BULLET, '');
  const bare = marks & BRACKET ? stripTags(item) : item;
  if (bare === '') return null;
  if (marks & QUOTE) return stripQuotes(bare);
  return LINK_LINE.exec(bare)?.[1] ?? BOLD_LINE.exec(bare)?.[2] ?? bare;
}

function stripTags(line: string): string {
  let text = line;
  for (let before = ''; text !== before; ) {
    before = text;
    const opening = OPENING_TAG.exec(text.slice(0, MAX_TAG));
    if (opening) text = text.slice(opening[0].length).trimStart();
    const closing = CLOSING_TAG.exec(text.slice(-MAX_TAG));
    if (closing) text = text.slice(0, -closing[0].length).trimEnd();
  }
  return text;
}

function stripQuotes(line: string): string | null {
  if (FENCE.test(line)) return null;
  const item = line.replace(FENCE_AROUND, '').trim();
  const bare = QUOTED_LINE.exec(item)?.[2] ?? joinQuotedCells(item);
  return bare.trim() || null;
}

/** `"203.0.113.7","8080"`: CSV without a header. A line that is not CSV throughout is kept as it is. */
function joinQuotedCells(line: string): string {
  if (!QUOTED_CELL.test(line) || hasFullFirstCell(line)) return line;
  const cells: string[] = [];
  const cell = /(?: *"((?:[^"]|"")*)" *|([^",;|\t]*))([,;|\t]|$)/y;
  let delimiter: string | undefined;
  while (cell.lastIndex < line.length) {
    const match = cell.exec(line);
    if (!match) return line;
    cells.push(match[1]?.replaceAll('""', '"') ?? (match[2] as string).trim());
    if (match[3] === '') break;
    delimiter ??= match[3];
    if (match[3] !== delimiter) return line;
  }
  return cells.join(CELL_SEPARATOR);
}

/**
 * Whether there are credentials in the first cell already: then the quotes behind it are part of a password.
 *
 * @param line has a quoted cell, so its first cell has an end
 */
function hasFullFirstCell(line: string): boolean {
  const end = line.search(CELL_END);
  return line.slice(0, end).replace(SCHEME, '').split(':', 3).length === 3;
}
