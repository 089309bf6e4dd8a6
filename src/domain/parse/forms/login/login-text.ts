import { isDigit } from '../../fields/digits.ts';
import { BRACKET, QUERY } from '../../lines/line-marks.ts';
import { COLON } from '../../lines/separators.ts';
import { columnOf } from '../../records/columns.ts';
import type { Tokens } from '../tokens.ts';
import { mayBeginWord, wordOf } from '../words.ts';
import type { Login } from './login.ts';

/** How columns are called: nearly no username is so. */
const COLUMN_LIKE = /^[a-z_ -]{2,20}$/i;
/** `key=value`; the padding at the end of base64 is none. */
const PAIR = /^([a-z_]{1,20})=[^=]/i;
/** The names of values in a password, with what parts them from the text before. */
const NAMED_VALUES = /(?:^|[:;,|?#&])([a-z_]{1,20})=[^=]/gi;
/** A name in braces at the end of a password. */
const NAME_IN_BRACES = /.\{\p{L}[\p{L}\d _-]+\}$/u;
/** The same before an address: `PROXY_URL=ann`, `--proxy=ann`. */
const ASSIGNMENT = /^(?:-{1,2}[\w-]{1,30}|[a-z_.]{1,30})=[^=]/i;
/** Two of them are a time, with a `:`, or one number: `1,200`. */
const SHORT_NUMBER = /^\d{1,2}$/;
const NUMBER = /^\d[\d.,]*$/;
/** An option, a note, a name in a chat or something in brackets. */
const SIGN_FIRST = /^[-#@([{<]/;
/** `(http)` before another address, and `(ann:s3cret)`. */
const BRACKETED = /^[([{<]\w{3,7}[)\]}>].|^[([{<].*[)\]}>]$/;
const QUOTED = /^(["'`]).*\1$/;
/** `ann bob@example.com` behind an address is a contact, not credentials. */
const MAIL_ADDRESS = /^[^@]+@[\w-]+(?:\.[\w-]+)+$/;
const LETTER = /\p{L}/u;
const DIGIT = /\p{N}/u;
const SIGN = /[^\p{L}\p{N}.,:;'’-]/u;
/** Two names and two texts. */
const FIELDS_WITH_NAMES = 4;
/** A shorter word with a digit is a number with its unit: `3d`. */
const MIN_PASSWORD = 3;

/** Whether the tokens `[first, end)` are a word or a phrase with a meaning of its own. */
export function isWord(tokens: Tokens, first: number, end: number): boolean {
  const mayBe = mayBeginWord(tokens.text, tokens.fromOf(first), tokens.toOf(first));
  return mayBe && wordOf(tokens.sliceOf(first, end)) !== null;
}

/** Signs that say nothing, and `key=value`. */
function isSign(text: string): boolean {
  return !(LETTER.test(text) || DIGIT.test(text)) || PAIR.test(text);
}

/** Whether a text behind a blank is a sign, an option, a note or a contact rather than a password. */
export function isNote(text: string): boolean {
  return isSign(text) || SIGN_FIRST.test(text) || MAIL_ADDRESS.test(text);
}

/**
 * Whether letters and digits of ASCII, as most passwords are, have at least one of each; null for a text with other characters. Here
 * that takes no regular expression.
 */
function isMixed(text: string, from: number, to: number): boolean | null {
  let digits = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    const lower = code | 32;
    if (isDigit(code)) digits++;
    else if (lower < 97 || lower > 122) return null;
  }
  return digits > 0 && digits < to - from && to - from >= MIN_PASSWORD;
}

/** Whether the password has letters and digits, or a sign, unlike the words of a sentence. */
export function isPasswordLike(tokens: Tokens, { password, end }: Login): boolean {
  const mixed = isMixed(tokens.text, tokens.fromOf(password), tokens.toOf(end - 1));
  if (mixed !== null) return mixed;
  const text = tokens.sliceOf(password, end);
  if (text.length < MIN_PASSWORD || isNote(text)) return false;
  return (LETTER.test(text) && DIGIT.test(text)) || SIGN.test(text);
}

/**
 * Whether nothing shows that two texts are anything but a username and a password: neither is a sign, a number, in quotes or in
 * brackets, they are no words with a meaning (`US elite`), and no name (`city:`) or option (`-U`) with its value.
 */
export function isPlain(tokens: Tokens, { kind, first, password, end }: Login): boolean {
  const user = tokens.sliceOf(first, password);
  const secret = tokens.sliceOf(password, end);
  if (isSign(user) || isSign(secret) || (QUOTED.test(user) && QUOTED.test(secret))) return false;
  const number = kind === COLON ? SHORT_NUMBER : NUMBER;
  if (number.test(user) && number.test(secret)) return false;
  if (SIGN_FIRST.test(user) || BRACKETED.test(secret) || (COLUMN_LIKE.test(user) && columnOf(user))) return false;
  return !isWord(tokens, first, password) && !isWord(tokens, password, end) && !isWord(tokens, first, end);
}

/** Whether the tokens `[first, end)` may be one word or have names: nearly no credentials do, and this is asked for every line. */
export function mayBeOther(tokens: Tokens, first: number, end: number): boolean {
  if ((tokens.marks & (QUERY | BRACKET)) !== 0 || end - first >= FIELDS_WITH_NAMES) return true;
  return isDigit(tokens.text.charCodeAt(tokens.fromOf(first)));
}

/** Whether both texts together are one number or word: `12:30:11`, `2001:db8::7`. No word of several fields begins with a letter. */
export function isOneWord(tokens: Tokens, { first, end }: Login): boolean {
  return isDigit(tokens.text.charCodeAt(tokens.fromOf(first))) && isWord(tokens, first, end);
}

/** Two numbers of columns, such as a time, a latency or an uptime rather than a username and a password. */
const COLUMN_NUMBER = /^\d[\d.,]{0,4}$/;

/** Whether username and password may be two numbers, or the username another port, with more fields behind it. */
export function areNumbers(tokens: Tokens, { first, password, end }: Login): boolean {
  if (!isDigit(tokens.text.charCodeAt(tokens.fromOf(first))) || !COLUMN_NUMBER.test(tokens.sliceOf(first, password)))
    return false;
  return end > password + 1 || COLUMN_NUMBER.test(tokens.sliceOf(password, end));
}

/** Whether a text before an address assigns it to a name, as programs write it. */
export function isAssigned(text: string): boolean {
  return ASSIGNMENT.test(text);
}

/** Whether a password ends in values with the names of columns (`pw:country=DE`, `pw?type=socks5`), or in a name (`pw{Desk}`). */
function hasNamedEnd(tokens: Tokens, { password, end }: Login): boolean {
  if ((tokens.marks & (QUERY | BRACKET)) === 0) return false;
  const text = tokens.sliceOf(password, end);
  return NAME_IN_BRACES.test(text) || [...text.matchAll(NAMED_VALUES)].some(([, name]) => columnOf(name as string));
}

/**
 * Whether the texts are named (`user=ann;pass=pw`, `login:ann:password:pw`). What such a line means is not guessed: the names may say
 * anything.
 */
export function isLabelled(tokens: Tokens, login: Login): boolean {
  const { first, password, end } = login;
  if (hasNamedEnd(tokens, login)) return true;
  const mayHavePair = (tokens.marks & QUERY) !== 0;
  if (mayHavePair) {
    const key = PAIR.exec(tokens.textOf(first))?.[1];
    if (key && (columnOf(key) || PAIR.test(tokens.textOf(password)))) return true;
  }
  if (end - first < FIELDS_WITH_NAMES || columnOf(tokens.textOf(first)) !== 'username') return false;
  for (let index = first + 2; index + 1 < end; index++) if (columnOf(tokens.textOf(index)) === 'password') return true;
  return false;
}
