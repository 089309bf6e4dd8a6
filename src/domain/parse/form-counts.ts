import type { FormCount, Reading } from './parsed-file.ts';

const MAX_FORMS = 50;

interface Form extends FormCount {
  firstLine: number;
}

/** Counts in which forms the lines of a file were read, so that a wrong reading is seen before it is imported. */
export class FormCounts {
  readonly #forms = new Map<string, Form>();

  /** Lines may be counted in any order. */
  count(form: string, reading: Reading, line: number): void {
    let known = this.#forms.get(form);
    if (!known) {
      known = { form, lines: { both: 0, first: 0, second: 0 }, firstLine: line };
      this.#forms.set(form, known);
    }
    known.lines[reading]++;
    if (line < known.firstLine) known.firstLine = line;
  }

  /** The forms, those of most lines first. */
  result(): FormCount[] {
    return this.#sorted().map(({ form, lines }) => ({ form, lines }));
  }

  /** The first line of each of these forms, in the same order. */
  firstLines(): number[] {
    return this.#sorted().map(({ firstLine }) => firstLine);
  }

  #sorted(): Form[] {
    const byLines = (a: Form, b: Form) => linesOf(b) - linesOf(a) || a.firstLine - b.firstLine;
    return [...this.#forms.values()].sort(byLines).slice(0, MAX_FORMS);
  }
}

function linesOf({ lines }: FormCount): number {
  return lines.both + Math.max(lines.first, lines.second);
}
