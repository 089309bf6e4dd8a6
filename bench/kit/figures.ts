import { percentiles } from './percentiles.ts';
import { cpuOf } from './processor.ts';

/** As often as PostgreSQL plans a prepared statement before it keeps a plan. */
const WARM_RUNS = 6;

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

export interface Spread {
  p50: number;
  p99: number;
  /** Time on a processor per run, of this process and of those that were named; unknown without /proc. It leaves out what else the machine does. */
  cpu: number | undefined;
}

/** The same for one kind of work, with what it took at worst. The first runs are not measured: statements are planned in them. */
export async function spread(runs: number, work: () => unknown, pids: readonly number[] = []): Promise<Spread> {
  for (let run = 0; run < WARM_RUNS; run++) await work();
  const times: number[] = [];
  const cpu = cpuOf([process.pid, ...pids]);
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  const used = cpuOf([process.pid, ...pids]);
  const { p50, p99 } = percentiles(times);
  return { p50, p99, cpu: cpu === undefined || used === undefined ? undefined : (used - cpu) / runs };
}

export const ms = (value: number) => `${Math.round(value)} ms`;
