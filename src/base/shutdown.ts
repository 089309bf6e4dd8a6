import type { Logger } from './logger.ts';

/** Named shutdown steps, run in reverse order. */
export class Shutdown {
  readonly #steps: { name: string; run: () => Promise<void> | void }[] = [];
  readonly #log: Logger;
  readonly #deadlineMs: number;
  #running: Promise<boolean> | undefined;

  constructor(log: Logger, deadlineMs: number) {
    this.#log = log;
    this.#deadlineMs = deadlineMs;
  }

  add(name: string, run: () => Promise<void> | void): void {
    this.#steps.push({ name, run });
  }

  /** Runs every step once, even if others fail; resolves to true if all succeeded in time. */
  run(): Promise<boolean> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<boolean> {
    let isClean = true;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.#deadlineMs);
    });
    for (const step of this.#steps.splice(0).reverse()) {
      const outcome = await Promise.race([
        Promise.resolve()
          .then(step.run)
          .catch((error: unknown) => ({ error })),
        deadline,
      ]);
      if (outcome === 'late') {
        this.#log.error({ step: step.name, deadlineMs: this.#deadlineMs }, 'shutdown took too long');
        isClean = false;
        break;
      }
      if (outcome && 'error' in outcome) {
        this.#log.error({ err: outcome.error, step: step.name }, 'shutdown step failed');
        isClean = false;
      }
    }
    clearTimeout(timer);
    return isClean;
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
