import { BARE_LINK } from '../../frame/link.ts';
import { COLON, isCell, NO_SEPARATOR, SPACE } from '../../lines/separators.ts';
import { readColumns, readTailWords, TEXT_BEHIND } from '../columns.ts';
import type { OpenEnd } from '../reading.ts';
import type { Tokens } from '../tokens.ts';
import { type Word, wordOf } from '../words.ts';
import type { Login } from './login.ts';

/** The cells behind a password, from the token `first`, and what they say. */
interface Cells {
  first: number;
  words: readonly Word[];
}

/** `pw:api.example.com/r/7`: a change-IP link without its scheme behind a password. */
export function endsInBareLink(tokens: Tokens, { password, end }: Login): boolean {
  return end - password > 1 && BARE_LINK.test(tokens.textOf(end - 1));
}

/** `:pw:Desk 7`: text with a blank, before the token `last`, behind the first field of a password; no word of it has another meaning. */
export function isNameWithBlank(tokens: Tokens, { kind, password, end }: Login, last: number): boolean {
  if (kind !== COLON || tokens.findSeparator(password + 1, end, COLON) === -1) return false;
  for (let index = password + 1; index < last; index++) {
    const separator = tokens.separatorBefore(index);
    if (separator !== SPACE && !tokens.isTight(index)) return false;
    if (separator === SPACE && wordOf(tokens.textOf(index))) return false;
  }
  return true;
}

/**
 * The end of a password behind its address as far as the batch has to decide it; null if nothing is open.
 *
 * @param filled the end of the tokens that are not empty
 */
export function openEnd(tokens: Tokens, login: Login, filled: number, hasBlank: boolean): OpenEnd | null {
  const { kind, password, end } = login;
  const colon = kind === COLON ? tokens.findSeparator(password + 1, end, COLON) : -1;
  const cells = kind === COLON ? (cellsBehind(tokens, password, end) ?? textBehind(tokens, login, colon)) : null;
  const tail = cells ? cells.first : colon;
  const hasEnd = end >= filled && end < tokens.count && !isCell(tokens.separatorBefore(login.first));
  if (tail === -1 && !hasEnd) return null;
  const last = tail === -1 ? -1 : lastColon(tokens, tail, end);
  return {
    tailFrom: tail === -1 ? -1 : tokens.toOf(tail - 1),
    tailTextFrom: tail === -1 ? -1 : tokens.fromOf(tail),
    tailWords: tail === -1 ? null : (cells?.words ?? readTailWords(tokens, tail, end)),
    tailKind: tail === -1 ? NO_SEPARATOR : tokens.separatorBefore(tail),
    lastFrom: last === -1 ? -1 : tokens.toOf(last - 1),
    lastTextFrom: last === -1 ? -1 : tokens.fromOf(last),
    hasBlank,
    endFrom: hasEnd ? tokens.toOf(end - 1) : -1,
    endKind: hasEnd ? tokens.separatorBefore(tokens.count - 1) : -1,
  };
}

interface Range {
  password: number;
  first: number;
  end: number;
}

/** `pw;insta1`: text behind the only separator of cells in a password. It may be a column, or belong to the password. */
function textBehind(tokens: Tokens, { password, end }: Login, colon: number): Cells | null {
  const first = firstCell(tokens, password, end);
  const isOnly = first < end && colon === -1 && firstCell(tokens, first, end) === end;
  const isColumn = isOnly && !tokens.isEmpty(first) && !(first === password + 1 && tokens.isEmpty(password));
  return isColumn ? { first, words: TEXT_BEHIND } : null;
}

/** The first token behind `from` with a separator of cells before it; `end` if there is none. */
function firstCell(tokens: Tokens, from: number, end: number): number {
  let index = from + 1;
  while (index < end && !isCell(tokens.separatorBefore(index))) index++;
  return Math.min(index, end);
}

/** `pw;US`, `pw|socks5|Germany` and `pw;DE;120`: a separator of cells in a password behind which words with a meaning follow. */
function cellsBehind(tokens: Tokens, password: number, end: number): Cells | null {
  const from = firstCell(tokens, password, end);
  if (from === end) return null;
  let last = end - 1;
  while (!isCell(tokens.separatorBefore(last))) last--;
  return wordsFrom(tokens, { password, first: from, end }) ?? wordsFrom(tokens, { password, first: last, end });
}

/** The words in cells, and those behind a colon right before them: `pw:DE|elite`. */
function wordsFrom(tokens: Tokens, { password, first, end }: Range): Cells | null {
  const words = readColumns(tokens, first, end) ?? readTailWords(tokens, first, end);
  if (!words) return null;
  const colon = tokens.findSeparator(password + 1, first, COLON);
  const inner = colon === -1 ? null : readTailWords(tokens, colon, first);
  return inner ? { first: colon, words: [...inner, ...words] } : { first, words };
}

function lastColon(tokens: Tokens, first: number, end: number): number {
  for (let index = end - 1; index > first; index--) if (tokens.separatorBefore(index) === COLON) return index;
  return first;
}
