import { marksOf } from './line-marks.ts';

/** A line of a file: `text[from, to)`. */
export interface SourceLine {
  /** 1-based, of the file; in JSON the place in the list. */
  line: number;
  text: string;
  from: number;
  to: number;
  /** The marks of its characters; there may be more. */
  marks: number;
}

/** A text that is a line of its own. */
export function sourceLine(line: number, text: string, marks = marksOf(text)): SourceLine {
  return { line, text, from: 0, to: text.length, marks };
}
