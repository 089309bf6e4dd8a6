import type { monitorEventLoopDelay } from 'node:perf_hooks';

/** Of durations in milliseconds. */
export interface Percentiles {
  count: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

export function percentiles(durations: readonly number[]): Percentiles {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

/** Of delays of the event loop, which are measured in nanoseconds. */
export const delaysIn = (delays: ReturnType<typeof monitorEventLoopDelay>): Percentiles => ({
  count: delays.count,
  p50: delays.percentile(50) / 1e6,
  p90: delays.percentile(90) / 1e6,
  p99: delays.percentile(99) / 1e6,
  max: delays.max / 1e6,
});
