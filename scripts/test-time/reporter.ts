import { availableParallelism, cpus } from 'node:os';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { type FileTime, longestFiles, timesByFolder, workersLeft } from './times.ts';

const LONGEST = 20;

/** Milliseconds that the processors of this machine have worked so far, for whatever process. */
function busyMs(): number {
  return cpus().reduce((sum, { times: { user, nice, sys } }) => sum + user + nice + sys, 0);
}

/** Prints where the time of a test run went: `npm run test:time`. */
export class TestTimeReporter implements Reporter {
  readonly #files: FileTime[] = [];
  readonly #startedAt = Date.now();
  readonly #busyBefore = busyMs();
  #workers = 1;

  onInit({ config }: Vitest): void {
    this.#workers = config.maxWorkers;
  }

  onTestModuleEnd(module: TestModule): void {
    const endMs = Date.now() - this.#startedAt;
    const { startedAt, processorMs } = module.meta().cost ?? { startedAt: Date.now(), processorMs: 0 };
    const tests = [...module.children.allTests()].length;
    const startMs = startedAt - this.#startedAt;
    this.#files.push({ path: module.relativeModuleId, tests, startMs, endMs, processorMs });
  }

  onTestRunEnd(): void {
    const wallMs = Date.now() - this.#startedAt;
    const processors = availableParallelism();
    const busy = (busyMs() - this.#busyBefore) / (wallMs * processors);
    const left = workersLeft(this.#files, this.#workers).map((ms) => `${(ms / 1_000).toFixed(0)} s`);
    const lines = [
      `${(wallMs / 1_000).toFixed(0)} s on ${processors} processors, which were busy for ${(100 * busy).toFixed(0)} % of it.`,
      `The ${this.#workers} workers had nothing more to do after ${left.join(', ')}.`,
      '',
      timesByFolder(this.#files),
      longestFiles(this.#files, LONGEST),
    ];
    console.log(lines.join('\n'));
  }
}
