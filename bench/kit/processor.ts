import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds that processes with these ids have been on a processor, all threads together; undefined without /proc. */
export function cpuOf(pids: readonly number[]): number | undefined {
  try {
    return pids.reduce((sum, pid) => sum + cpuOfOne(pid), 0);
  } catch {
    return undefined;
  }
}

function cpuOfOne(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  // Linux: nanoseconds on a processor, then those spent waiting for one.
  const times = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / 1e6;
}
