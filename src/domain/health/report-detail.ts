import { HIDDEN } from '../parse/fields/mask.ts';

const LONGEST = 200;
/** Hiding shorter passwords would hide half of every sentence and protect nothing. */
const SHORTEST_SECRET = 4;
const USERINFO = /(?<=:\/\/)[^\s/@]+(?=@)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern removes.
const CONTROL = /[\s\u0000-\u001f\u007f-\u009f]+/g;

/**
 * The detail of a program's report in the form that may be stored and shown: one line of at most 200 characters,
 * without the password, which error messages of HTTP clients often repeat.
 */
export function reportDetail(said: string, password: string | null): string {
  let text = said.toWellFormed().replace(USERINFO, HIDDEN);
  if (password !== null && password.length >= SHORTEST_SECRET) {
    for (const secret of [password, encodeURIComponent(password)]) text = text.replaceAll(secret, HIDDEN);
  }
  const line = text.replace(CONTROL, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1).toWellFormed()}…` : line;
}
