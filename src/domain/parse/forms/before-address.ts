import { QUAD_SHAPE } from '../fields/ip-address.ts';
import { AT, COLON, isCell, SPACE, separatorText } from '../lines/separators.ts';
import { readColumns } from './columns.ts';
import { ADDRESS_ALONE, CREDENTIALS_FIRST } from './layout.ts';
import type { LineAddress } from './line-address.ts';
import type { Credentials } from './login/credentials.ts';
import { holdWord, isApart } from './login/doubt.ts';
import type { Login } from './login/login.ts';
import { isPasswordLike } from './login/login-text.ts';
import { addressIn, holdAddress, isNamedAddress } from './login/second-address.ts';
import { append, type LineReading, TWO_LABELS } from './reading.ts';
import { addBefore, addName, type ReadingWriter } from './reading-writer.ts';
import { NO_WORDS, type Word, wordOf } from './words.ts';

/** Text behind an address that has its credentials before it. */
interface TextBehind {
  words: readonly Word[];
  /** The name before a change-IP link; empty without one. */
  label: string;
}

const NO_TEXT: TextBehind = { words: NO_WORDS, label: '' };

/** Whether the token `start` is the number of the line in a list: `1,203.0.113.7,8080`. */
export function isListNumber({ tokens, at }: LineAddress, start: number): boolean {
  if (at !== start + 1 || !isApart(tokens.separatorBefore(at))) return false;
  return /^\d{1,6}$/.test(tokens.textOf(start));
}

/** The readings in which the tokens from `start` on are the credentials. */
export function readCredentialsBefore(
  line: LineAddress,
  start: number,
  { logins, writer }: { logins: Credentials; writer: ReadingWriter },
): LineReading | null {
  const { tokens, at } = line;
  const middle = tokens.separatorBefore(at);
  const behind = middle !== AT && isBroken(line, start) ? null : explainBehind(line);
  if (behind === null) return null;
  let readings: LineReading | null = null;
  logins.findBefore(start, at, line.around.isUrl);
  for (let index = 0; index < logins.count; index++) {
    const login = logins.at(index);
    if (!isPossible(line, login, middle)) continue;
    const reading = writer.withLogin(CREDENTIALS_FIRST, middle, login);
    if ((isApart(middle) || !tokens.isTight(at)) && !isPasswordLike(tokens, login)) reading.instead = 'text before';
    writer.addWords(reading, behind.words, line.behind);
    readings = append(readings, addName(reading, behind.label));
  }
  return readings;
}

function isPossible(line: LineAddress, login: Login, middle: number): boolean {
  const { tokens } = line;
  if (middle !== AT && (tokens.isEmpty(login.first) || holdWord(line, login, true))) return false;
  if (holdAddress(tokens, login, middle === AT && line.around.isUrl, line.strength === 'literal')) return false;
  const isInCells = isApart(middle) || login.kind !== COLON;
  return !isInCells || addressIn(tokens, login) === null;
}

/** Whether the first token is itself meant as a host, with its port or a number of it wrong. */
function isBroken({ tokens, strength }: LineAddress, start: number): boolean {
  const first = tokens.textOf(start);
  return QUAD_SHAPE.test(first) || (strength === 'weak' && first.includes('.'));
}

/** Nothing, words with a meaning, or the name before a link. */
function explainBehind(line: LineAddress): TextBehind | null {
  if (line.last <= line.behind) return NO_TEXT;
  const words = readColumns(line.tokens, line.behind, line.last);
  if (words) return { words, label: '' };
  const label = line.nameBeforeLink();
  return label === null ? null : { words: NO_WORDS, label };
}

/**
 * Adds the name from the token `start` on to the readings of what follows: `Desk 7: 203.0.113.7:8080`. Whether it is one, the batch
 * tells. Null if the name needs credentials behind the address and there are none.
 */
export function addNameBefore(line: LineAddress, name: string, readings: LineReading | null): LineReading | null {
  const { tokens, at } = line;
  const separator = tokens.separatorBefore(at);
  const needsLogin = separator !== COLON || tokens.isTight(at);
  const word = wordOf(name);
  const by = separatorText(separator);
  for (let one = readings; one; one = one.next) {
    if (word?.part === 'country') addBefore(one, { words: [word, ...one.beside.words], before: `country${by}` });
    else if (needsLogin && one.layout.order === ADDRESS_ALONE) return null;
    else {
      if (one.beside.label !== '' && one.beside.label !== name) one.refusal = TWO_LABELS;
      addBefore(one, { label: name, isNamed: true, before: `name${by}` });
    }
  }
  return readings;
}

/** The name that the tokens from `start` up to the address are; null for anything else. */
export function nameBefore({ tokens, at }: LineAddress, start: number): string | null {
  const separator = tokens.separatorBefore(at);
  if (separator !== COLON && !isCell(separator)) return null;
  for (let index = start; index < at; index++) {
    if (index > start && tokens.separatorBefore(index) !== SPACE) return null;
    if (wordOf(tokens.textOf(index))?.part === 'type') return null;
  }
  if (isNamedAddress(tokens, start, at)) return null;
  const name = tokens.sliceOf(start, at);
  return /\p{L}/u.test(name) && !name.includes('=') ? name : null;
}
