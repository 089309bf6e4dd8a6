export interface Figure {
  what: string;
  ours: string;
  floor: string;
  ratio?: number;
  /** The limit of the ratio, or of the figure. */
  limit: string;
  isMet: boolean;
}

/** The middle of a few runs, in milliseconds; the first one only warms up. */
export async function median(runs: number, work: () => unknown): Promise<number> {
  const [middle = 0] = await medians(runs, [work]);
  return middle;
}

/** The same for several kinds of work in turn, so that what else the machine does slows all of them alike. */
export async function medians(runs: number, works: readonly (() => unknown)[]): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let run = 0; run <= runs; run++) {
    for (const [index, work] of works.entries()) {
      const started = performance.now();
      await work();
      if (run > 0) times[index]?.push(performance.now() - started);
    }
  }
  return times.map((each) => each.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0);
}

export const ms = (value: number) => `${Math.round(value)} ms`;
