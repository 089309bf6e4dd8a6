export interface Figure {
  what: string;
  ours: string;
  floor: string;
  ratio?: number;
  /** What the ratio, or the figure, is to stay under. */
  limit: string;
  isMet: boolean;
}

/** The middle of a few runs, in milliseconds; the first one only warms up. */
export async function median(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const started = performance.now();
    await work();
    if (run > 0) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

export const ms = (value: number) => `${Math.round(value)} ms`;
