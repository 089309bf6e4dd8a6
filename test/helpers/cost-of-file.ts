import { afterAll } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Of a test file; for `npm run test:time`. */
    cost?: {
      startedAt: number;
      /** Of the worker and its threads. Processes that a test starts are not in it. */
      processorMs: number;
    };
  }
}

const startedAt = Date.now();
const before = process.cpuUsage();

// biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the first parameter which fixtures to make.
afterAll(({}, file) => {
  const { user, system } = process.cpuUsage(before);
  file.meta.cost = { startedAt, processorMs: (user + system) / 1_000 };
});
