import { isDigit, isNumber } from '../fields/digits.ts';
import { COLON, SPACE } from '../lines/separators.ts';
import type { Tokens } from './tokens.ts';
import { mayBeginWord, tailWordOf, type Word, wordOf } from './words.ts';

/** The longest phrase, in tokens: the eight groups of an IPv6 address. */
const MAX_PHRASE_TOKENS = 8;
/** The longest number in front of a unit: `123456 ms`. */
const MAX_NUMBER = 6;
/** A table of more columns than this has a header. */
const MAX_COLUMNS = 24;

/** The meaning of the tokens `[first, last)` if each of them belongs to a word or phrase with a known meaning; else null. Empty cells say nothing. */
export function readColumns(tokens: Tokens, first: number, last: number): readonly Word[] | null {
  let words: Word[] | null = null;
  for (let index = first; index < last; ) {
    if (tokens.isEmpty(index)) {
      index++;
      continue;
    }
    if (!mayBegin(tokens, index, last)) return null;
    words ??= [];
    const end = endOfPhrase(tokens, index, last, words);
    if (end === -1 || words.length > MAX_COLUMNS) return null;
    index = end;
  }
  return words;
}

/** A number alone says nothing; with a blank behind it, it may be a latency, and with a colon a time or an IPv6 address. */
export function mayBegin(tokens: Tokens, index: number, last: number): boolean {
  const from = tokens.fromOf(index);
  const to = tokens.toOf(index);
  if (!mayBeginWord(tokens.text, from, to)) return false;
  if (!isNumber(tokens.text, from, to)) return true;
  return index + 1 < last && isInPhrase(tokens.separatorBefore(index + 1)) && to - from <= MAX_NUMBER;
}

/** Adds the longest phrase that begins at a token to `words`; gives where it ends, or -1 if none begins there. */
function endOfPhrase(tokens: Tokens, index: number, last: number, words: Word[]): number {
  const limit = Math.min(last, index + MAX_PHRASE_TOKENS);
  let end = index + 1;
  while (end < limit && isInPhrase(tokens.separatorBefore(end))) end++;
  for (; end > index; end--) {
    const word = wordOf(tokens.sliceOf(index, end));
    if (!word) continue;
    if (word.part === 'several') words.push(...word.words);
    else words.push(word);
    return end;
  }
  return -1;
}

function isInPhrase(separator: number): boolean {
  return separator === SPACE || separator === COLON;
}

/** The longest first word behind a password: a date or the names of two types. */
const MAX_TAIL_WORD = 16;
const MAX_TAIL_FIELDS = 4;
/** A city or a number beside the words with a meaning. */
const TEXT = /^(?:\p{L}[\p{L} .'-]{0,30}|\d{1,5})$/u;
const TEXT_WORD: Word = { part: 'ignored', name: 'text' };
/** Text behind a password and a separator of cells. */
export const TEXT_BEHIND: readonly Word[] = [TEXT_WORD];

/**
 * The meaning of the tokens `[first, last)` behind a password if they are words with a meaning or a date, with text among them only if
 * a type or a country is there too; else null.
 */
export function readTailWords(tokens: Tokens, first: number, last: number): readonly Word[] | null {
  if (last - first > MAX_PHRASE_TOKENS || tokens.toOf(first) - tokens.fromOf(first) > MAX_TAIL_WORD) return null;
  if (last - first === 1) return tailWordOf(tokens.textOf(first));
  if (isDigit(tokens.text.charCodeAt(tokens.fromOf(first)))) return readColumns(tokens, first, last);
  return last - first > MAX_TAIL_FIELDS ? null : readTailFields(tokens, first, last);
}

function readTailFields(tokens: Tokens, first: number, last: number): readonly Word[] | null {
  const words: Word[] = [];
  for (let index = first; index < last; index++) {
    const text = tokens.textOf(index);
    const found = tailWordOf(text);
    if (!tokens.isTight(index) || tokens.separatorBefore(index) === SPACE) return null;
    if (found) words.push(...found);
    else if (TEXT.test(text)) words.push(TEXT_WORD);
    else return null;
  }
  const isCertain = words.every((word) => word !== TEXT_WORD) || words.some(({ part }) => part !== 'ignored');
  return isCertain ? words : null;
}

/** Whether words behind a password name the type and hold no text that may be anything. */
export function areTyped(words: readonly Word[] | null | undefined): boolean {
  return words?.some(({ part }) => part === 'type') === true && !words.includes(TEXT_WORD);
}
