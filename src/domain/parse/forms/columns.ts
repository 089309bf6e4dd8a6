import { isDigit } from '../fields/digits.ts';
import { COLON, SPACE } from '../lines/separators.ts';
import type { Tokens } from './tokens.ts';
import { MAX_WORD_CHARS, mayBeginWord, tailWordOf, type Word, wordOf } from './words.ts';

/** The longest phrase, in tokens: `2026-01-05 12:30:00 +0300` and a margin. */
const MAX_PHRASE_TOKENS = 7;
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
    if (end < 0 || words.length > MAX_COLUMNS) return null;
    index = end;
  }
  return words;
}

/** A number alone says nothing; with a blank behind it, it may be a latency, and a short one with a colon a time. */
export function mayBegin(tokens: Tokens, index: number, last: number): boolean {
  const from = tokens.fromOf(index);
  const to = tokens.toOf(index);
  if (!mayBeginWord(tokens.text, from, to)) return false;
  if (!isNumber(tokens.text, from, to)) return true;
  return index + 1 < last && (tokens.separatorBefore(index + 1) === SPACE || to - from <= 2);
}

function isNumber(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

/** Adds the longest phrase that begins at a token to `words`; gives where it ends, or -1 if none begins there. */
function endOfPhrase(tokens: Tokens, index: number, last: number, words: Word[]): number {
  let end = index + 1;
  while (end < last && end - index < MAX_PHRASE_TOKENS && isInPhrase(tokens.separatorBefore(end))) end++;
  for (; end > index; end--) {
    if (tokens.toOf(end - 1) - tokens.fromOf(index) > MAX_WORD_CHARS) continue;
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

/** The longest words behind a password: a country or the names of two types. */
const MAX_TAIL_WORD = 16;

/** The meaning of the tokens `[first, last)` behind a password if each is a type or the code of a country; else null. */
export function readTailWords(tokens: Tokens, first: number, last: number): readonly Word[] | null {
  if (last - first > 2 || tokens.toOf(first) - tokens.fromOf(first) > MAX_TAIL_WORD) return null;
  const words = tailWordOf(tokens.textOf(first));
  if (!words || last - first === 1) return words;
  const others = tailWordOf(tokens.textOf(first + 1));
  return others && [...words, ...others];
}
