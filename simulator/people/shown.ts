/** The figures of a preview. */
export interface Figures {
  count: number;
  moved: number;
  stranded: number;
}

const tell = ({ count, moved, stranded }: Figures): string =>
  `${count} changed, ${moved} moved and ${stranded} left without a proxy`;

/** What a person has seen in a preview, and whether that is what was applied. */
export class Shown {
  readonly broken: string[] = [];
  #figures: Figures | undefined;

  constructor(figures: Figures) {
    this.#figures = figures;
  }

  /** The preview was stale, and the person sees another one. */
  show(figures: Figures): void {
    this.#figures = figures;
  }

  /** A click had no answer, so nobody knows which preview the next one applies. */
  forget(): void {
    this.#figures = undefined;
  }

  compare(result: Figures): void {
    if (this.#figures === undefined || tell(result) === tell(this.#figures)) return;
    this.broken.push(`a preview showed ${tell(this.#figures)}, and the result is ${tell(result)}`);
  }
}
