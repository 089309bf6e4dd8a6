/** A line end of RTF, of a text in program code, or of a command that goes on in the next line. */
const BROKEN_END = /\\(?:par|(?:r\\)?n)?[ \t]{0,8}$/;
const BROKEN_ENDS = /\\(?:par|(?:r\\)?n)?[ \t]{0,8}(?=[\r\n]|$)/g;
const LINE = /[^\r\n]+/g;

/**
 * Takes `\`, `\n` or `\par` off the end of every line if all lines but the last end in it, as where text was copied out of RTF or a script.
 * Among other lines, or in a single one, it belongs to a password.
 */
export function dropLineEnds(text: string): string {
  const first = /[^\r\n]+/.exec(text)?.[0];
  if (first === undefined || !BROKEN_END.test(first)) return text;
  let lines = 0;
  let others = 0;
  let isLastOther = false;
  for (const [line] of text.matchAll(LINE)) {
    if (line.trim() === '') continue;
    lines++;
    isLastOther = !BROKEN_END.test(line);
    if (isLastOther) others++;
  }
  const isNoise = lines > 1 && others <= (isLastOther ? 1 : 0);
  return isNoise ? text.replace(BROKEN_ENDS, '') : text;
}

/** Takes quotes off a text of several lines that has no others: a cell of a spreadsheet with line breaks is copied so. */
export function dropQuotes(text: string): string {
  const from = text.indexOf('"');
  if (from === -1) return text;
  const to = text.lastIndexOf('"');
  const isWhole = text.slice(0, from).trim() === '' && text.slice(to + 1).trim() === '';
  const quoted = text.slice(from + 1, to);
  return isWhole && !quoted.includes('"') && /[\r\n]./.test(quoted) ? `${text.slice(0, from)}${quoted}` : text;
}
