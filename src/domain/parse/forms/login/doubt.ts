import { CELL, isCell, SPACE } from '../../lines/separators.ts';
import type { LineAddress } from '../line-address.ts';
import type { LineReading } from '../reading.ts';
import { NO_WORDS } from '../words.ts';
import type { Login } from './login.ts';
import { areNumbers, isNote, isPasswordLike, isWord } from './login-text.ts';
import { addressIn } from './second-address.ts';

/** Whether a separator parts two words or two cells. */
export const isApart = (separator: number): boolean => separator === SPACE || isCell(separator);

/**
 * The meaning that credentials behind an address may have instead.
 *
 * @param mayBeColumns whether the username may begin a word with a meaning of its own
 */
export function doubtOf(line: LineAddress, login: Login, mayBeColumns: boolean): LineReading['instead'] {
  if (mayBeAddress(line, login)) return 'prose';
  if (isSentence(line, login)) return 'sentence';
  const isText = isProse(line, login) || holdWord(line, login, mayBeColumns) || areNumbers(line.tokens, login);
  return isText ? 'prose' : null;
}

/** Whether a username or a password is a word with a meaning of its own (`DE`, `elite`), so that both may be columns. */
export function holdWord({ tokens }: LineAddress, { first, password, end }: Login, mayBeColumns: boolean): boolean {
  return (mayBeColumns && isWord(tokens, first, password)) || isWord(tokens, password, end);
}

/** Whether a name and a number behind a blank may stand in a sentence, with two words behind them or none. */
export function isSentence({ tokens, at, strength }: LineAddress, login: Login | null): boolean {
  if (strength !== 'name' || (tokens.separatorBefore(at + 1) !== SPACE && tokens.isTight(at + 1))) return false;
  return login === null || !isPasswordLike(tokens, login);
}

/**
 * Whether credentials may as well be text: they have another separator than the address, and their password does not look like one.
 * A row of values with blanks between them is a sentence too, unless a type begins it.
 */
function isProse(line: LineAddress, login: Login): boolean {
  const { tokens } = line;
  const { kind, first, password, end } = login;
  const middle = tokens.separatorBefore(first);
  if (middle === CELL || (!isApart(middle) && tokens.isTight(first))) return false;
  const isTwoFields = kind === SPACE && end > password + 1;
  if (!line.isRow(first) || (isApart(middle) && kind !== middle)) return isTwoFields || !isPasswordLike(tokens, login);
  if (middle !== SPACE) return false;
  if (line.type !== NO_WORDS) return isNote(tokens.sliceOf(password, end));
  return isTwoFields || !isPasswordLike(tokens, login);
}

/** Whether a username and a password in cells of their own may be another proxy. */
function mayBeAddress({ tokens }: LineAddress, login: Login): boolean {
  return isApart(tokens.separatorBefore(login.first)) && addressIn(tokens, login) !== null;
}

/** Whether credentials in cells begin with the name and the port of another proxy. As two cells they may be a username and digits. */
export function beginsWithAddress({ tokens }: LineAddress, login: Login): boolean {
  return isApart(tokens.separatorBefore(login.first)) && addressIn(tokens, login) === 'username';
}
