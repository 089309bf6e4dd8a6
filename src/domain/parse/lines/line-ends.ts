/** A line end of RTF, or of a command that goes on in the next line. */
const BROKEN_END = /\\(?:par)?[ \t]{0,8}$/;
const BROKEN_ENDS = /\\(?:par)?[ \t]{0,8}(?=[\r\n]|$)/g;
const LINE = /[^\r\n]+/g;

/**
 * Takes `\` or `\par` off the end of every line if all lines but the last end in it, as where text was copied out of RTF or a script.
 * Among other lines, or in a single one, it belongs to a password.
 */
export function dropLineEnds(text: string): string {
  const first = /[^\r\n]+/.exec(text)?.[0] ?? '';
  if (!BROKEN_END.test(first.slice(-16))) return text;
  let lines = 0;
  let others = 0;
  let isLastOther = false;
  for (const [line] of text.matchAll(LINE)) {
    if (line.trim() === '') continue;
    lines++;
    isLastOther = !BROKEN_END.test(line.slice(-16));
    if (isLastOther) others++;
  }
  const isNoise = lines > 1 && others <= (isLastOther ? 1 : 0);
  return isNoise ? text.replace(BROKEN_ENDS, '') : text;
}
