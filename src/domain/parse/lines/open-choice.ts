import { HIDDEN, maskOpenReading } from '../fields/mask.ts';
import type { ReadingChoice } from '../proxy-file.ts';
import { type LineReading, writeForm } from './line-forms.ts';
import type { Frame } from './line-frame.ts';
import type { LineVote } from './line-vote.ts';

const PARTS = { host: 'host', port: 'port', user: 'user', password: 'password' };

/** Gathers the lines that nothing decides into the one question that the preview asks. */
export class OpenChoice {
  readonly #vote: LineVote;
  #lines = 0;
  #balance = 0;
  #forms: Pick<ReadingChoice, 'first' | 'second'> | null = null;

  constructor(vote: LineVote) {
    this.#vote = vote;
  }

  add(text: string, frame: Frame, first: LineReading, second: LineReading): void {
    this.#lines++;
    this.#balance += this.#vote.fits(first.form) - this.#vote.fits(second.form);
    this.#forms ??= { first: describe(text, frame, first), second: describe(text, frame, second) };
  }

  /** The question, with the first open line as its example; the form that more lines have is taken until somebody says otherwise. */
  result(): ReadingChoice | null {
    return this.#forms && { taken: this.#balance < 0 ? 'second' : 'first', lines: this.#lines, ...this.#forms };
  }
}

function describe(text: string, frame: Frame, reading: LineReading): ReadingChoice['first'] {
  const behind = `${reading.tail === 'name' ? ':name' : ''}${frame.hasLink ? '[link]' : ''}`;
  return {
    form: `${writeForm(reading.form, PARTS)}${behind}`,
    example: `${maskOpenReading(text, reading)}${behind.replace('name', HIDDEN).replace('link', HIDDEN)}`,
  };
}
