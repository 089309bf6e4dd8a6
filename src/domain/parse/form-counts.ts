import type { Reading } from './proxy-file.ts';

/** How many lines were read in one form, by reading. */
export interface FormCount {
  form: string;
  lines: Record<Reading, number>;
}

/** Lines of each form that are remembered. */
const REMEMBERED = 3;
const MAX_FORMS = 50;
const MAX_ODD_LINES = 5;
/** Forms of fewer lines than this share are odd. */
const ODD_SHARE = 0.1;

/** Counts in which forms the lines of a file were read, so that a wrong reading is seen before it is imported. */
export class FormCounts {
  readonly #forms = new Map<string, { count: FormCount; first: number[] }>();

  count(form: string, reading: Reading, line: number): void {
    let known = this.#forms.get(form);
    if (!known) {
      known = { count: { form, lines: { both: 0, first: 0, second: 0 } }, first: [] };
      this.#forms.set(form, known);
    }
    known.count.lines[reading]++;
    if (known.first.length < REMEMBERED) known.first.push(line);
  }

  /** The forms, those of most lines first. */
  result(): FormCount[] {
    return this.#sorted()
      .slice(0, MAX_FORMS)
      .map(({ count }) => count);
  }

  /** The first lines of the forms that few lines have, the rarest first. */
  oddLines(): number[] {
    const forms = this.#sorted();
    const total = forms.reduce((sum, { count }) => sum + linesOf(count), 0);
    const odd = forms.filter(({ count }) => linesOf(count) < total * ODD_SHARE).toReversed();
    return odd.flatMap(({ first }) => first).slice(0, MAX_ODD_LINES);
  }

  #sorted() {
    return [...this.#forms.values()].sort((a, b) => linesOf(b.count) - linesOf(a.count));
  }
}

function linesOf({ lines }: FormCount): number {
  return lines.both + Math.max(lines.first, lines.second);
}
