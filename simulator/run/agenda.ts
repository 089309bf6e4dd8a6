interface Entry {
  at: number;
  order: number;
  work: () => Promise<void>;
}

/** What is to happen, in the order of simulated time. No two things happen at the same millisecond. */
export class Agenda {
  readonly #entries: Entry[] = [];
  #order = 0;
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  at(time: number, work: () => Promise<void>): void {
    const entry = { at: Math.round(time), order: this.#order++, work };
    let index = this.#entries.length;
    while (index > 0 && isLater(this.#entries[index - 1], entry)) index--;
    this.#entries.splice(index, 0, entry);
  }

  in(ms: number, work: () => Promise<void>): void {
    this.at(this.#now + ms, work);
  }

  /** Something that happens again and again. */
  every(ms: number, first: number, work: () => Promise<void>): void {
    this.at(first, async () => {
      await work();
      this.every(ms, first + ms, work);
    });
  }

  /** @param tick called with the time before each entry */
  async run(until: number, tick: (now: number) => Promise<void>): Promise<void> {
    for (;;) {
      const next = this.#entries[0];
      if (!next || next.at > until) return;
      this.#entries.shift();
      this.#now = Math.max(this.#now + 1, next.at);
      await tick(this.#now);
      await next.work();
    }
  }
}

const isLater = (a: Entry | undefined, b: Entry) =>
  a !== undefined && (a.at > b.at || (a.at === b.at && a.order > b.order));
