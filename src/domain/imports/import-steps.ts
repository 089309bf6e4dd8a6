import { sumOf } from '../sum.ts';

type Counts<C extends string> = Partial<Record<C, number>>;

/** The steps of an import, with the classes of rows that each applies. A step is one button and runs once. */
export class ImportSteps<S extends string, C extends string> {
  readonly #taken: Readonly<Record<S, readonly C[]>>;

  constructor(taken: Readonly<Record<S, readonly C[]>>) {
    this.#taken = taken;
  }

  /** The number of rows in a step: the number on its button. */
  count(counts: Counts<C>, step: S): number {
    return sumOf(this.#taken[step], (each) => counts[each] ?? 0);
  }

  /** Whether no step has rows left. */
  isDone(counts: Counts<C>): boolean {
    return this.#names().every((step) => this.count(counts, step) === 0);
  }

  /** The counts after a step: its rows are done. */
  after<All extends Counts<C>>(counts: All, step: S): All {
    return { ...counts, ...Object.fromEntries(this.#taken[step].map((each) => [each, 0])) };
  }

  /** Rows that the import itself has made known are counted in its results, and not again as known before. */
  withoutOwn<All extends Counts<C | 'known'>>(counts: All, results: Partial<Record<S, { count: number }>>): All {
    const own = sumOf(this.#names(), (step) => results[step]?.count ?? 0);
    return { ...counts, known: Math.max(0, (counts.known ?? 0) - own) };
  }

  #names(): S[] {
    return Object.keys(this.#taken) as S[];
  }
}
