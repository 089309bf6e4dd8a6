import type { FormCount, Reading } from './parsed-file.ts';

const MAX_FORMS = 50;

/** Counts in which forms the lines of a file were read, so that a wrong reading is seen before it is imported. */
export class FormCounts {
  readonly #forms = new Map<string, FormCount>();
  readonly #firstLines = new Map<FormCount, number>();

  count(form: string, reading: Reading, line: number): void {
    let known = this.#forms.get(form);
    if (!known) {
      known = { form, lines: { both: 0, first: 0, second: 0 } };
      this.#forms.set(form, known);
      this.#firstLines.set(known, line);
    }
    known.lines[reading]++;
  }

  /** The forms, those of most lines first. */
  result(): FormCount[] {
    return [...this.#forms.values()].sort((a, b) => linesOf(b) - linesOf(a)).slice(0, MAX_FORMS);
  }

  /** The first line of each of these forms, in the same order. */
  firstLines(): number[] {
    return this.result().map((form) => this.#firstLines.get(form) ?? 0);
  }
}

function linesOf({ lines }: FormCount): number {
  return lines.both + Math.max(lines.first, lines.second);
}
