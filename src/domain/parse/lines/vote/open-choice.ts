import { HIDDEN, maskOpenReading } from '../../fields/mask.ts';
import { formOf, type LineReading } from '../../forms/reading.ts';
import type { Frame } from '../../frame/frame.ts';
import type { ReadingChoice } from '../../parsed-file.ts';

/** Collects the lines that nothing decides into the one question that the preview asks. */
export class OpenChoice {
  #lines = 0;
  #balance = 0;
  #forms: Pick<ReadingChoice, 'first' | 'second'> | null = null;

  add(text: string, frame: Frame, first: LineReading, second: LineReading): void {
    this.#lines++;
    this.#balance += first.layout.fits - second.layout.fits;
    this.#forms ??= { first: describe(text, frame, first), second: describe(text, frame, second) };
  }

  /** The question, with the first open line as its example; the form that more lines have is taken until the question is answered. */
  result(): ReadingChoice | null {
    return this.#forms && { taken: this.#balance < 0 ? 'second' : 'first', lines: this.#lines, ...this.#forms };
  }
}

function describe(text: string, frame: Frame, reading: LineReading): ReadingChoice['first'] {
  const behind = `${reading.beside.behind}${frame.hasLink ? '[link]' : ''}`;
  return {
    form: formOf(reading, frame),
    example: `${maskOpenReading(text, reading)}${behind.replaceAll(/[\p{L}]+/gu, HIDDEN)}`,
  };
}
