import { setTimeout as delay } from 'node:timers/promises';
import { ignoring } from './ignoring.ts';
import type { Logger } from './logger.ts';

interface Step {
  name: string;
  run: () => Promise<void> | void;
  mostMs: number;
}

/** Time for a step that names none. */
const STEP_MS = 5_000;

/**
 * Named shutdown steps, run in reverse order. Each has a time of its own, after which it is left and the next one runs, so that no
 * step can keep the database from being closed; the whole has a deadline.
 */
export class Shutdown {
  readonly #steps: Step[] = [];
  readonly #log: Logger;
  readonly #deadlineMs: number;
  #running: Promise<boolean> | undefined;

  constructor(log: Logger, deadlineMs: number) {
    this.#log = log;
    this.#deadlineMs = deadlineMs;
  }

  /** @param mostMs time for the step, if it may need more than others */
  add(name: string, run: () => Promise<void> | void, mostMs = STEP_MS): void {
    this.#steps.push({ name, run, mostMs });
  }

  /** Runs every step once, even if others fail; resolves to true if all succeeded in time. */
  run(): Promise<boolean> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<boolean> {
    let isClean = true;
    const deadline = performance.now() + this.#deadlineMs;
    for (const step of this.#steps.splice(0).reverse()) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) {
        this.#log.error({ step: step.name, deadlineMs: this.#deadlineMs }, 'shutdown took too long');
        return false;
      }
      isClean = (await this.#runStep(step, Math.min(step.mostMs, leftMs))) && isClean;
    }
    return isClean;
  }

  async #runStep({ name, run }: Step, mostMs: number): Promise<boolean> {
    const timer = new AbortController();
    const done = Promise.resolve()
      .then(run)
      .then(
        () => 'done' as const,
        (err: unknown) => {
          this.#log.error({ err, step: name }, 'shutdown step failed');
          return 'failed' as const;
        },
      );
    const late = delay(mostMs, 'late' as const, { signal: timer.signal });
    const outcome = await Promise.race([done, late]);
    timer.abort();
    await late.catch(ignoring('a step that ends in time aborts its timer'));
    if (outcome === 'late') this.#log.error({ step: name, mostMs: Math.round(mostMs) }, 'shutdown step took too long');
    return outcome === 'done';
  }
}

/** The first signal shuts down gracefully; a second one exits immediately. */
export function exitOnSignals(shutdown: Shutdown): void {
  let hasSignal = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (hasSignal) process.exit(1);
      hasSignal = true;
      void shutdown.run().then((isClean) => process.exit(isClean ? 0 : 1));
    });
  }
}
