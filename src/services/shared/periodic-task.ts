import type { Logger } from '../../base/logger.ts';

/**
 * Repeats a task in this process, with a pause after each run, until it is stopped. A failed run is logged, and the
 * next one follows as usual.
 */
export class PeriodicTask {
  readonly #run: (signal: AbortSignal) => Promise<void>;
  readonly #pauseMs: number;
  readonly #log: Logger;
  readonly #failure: string;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isWoken = false;

  /**
   * @param options.run gets a signal that is aborted when the task is stopped
   * @param options.failure log message for a failed run
   */
  constructor(options: { run(signal: AbortSignal): Promise<void>; pauseMs: number; log: Logger; failure: string }) {
    this.#run = options.run;
    this.#pauseMs = options.pauseMs;
    this.#log = options.log;
    this.#failure = options.failure;
  }

  /** @param inMs delay of the first run */
  start(inMs = 0): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#repeat();
    }, inMs);
  }

  /** Runs at once, or once more after the current run. Has no effect before `start` and after `stop`. */
  wake(): void {
    if (this.#isRunning) this.#isWoken = true;
    else if (this.#timer) {
      clearTimeout(this.#timer);
      this.start();
    }
  }

  /** Resolves when the current run has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #repeat(): Promise<void> {
    this.#isRunning = true;
    try {
      await this.#run(this.#stopped.signal);
    } catch (err) {
      this.#log.warn({ err }, `${this.#failure}; trying again`);
    }
    this.#isRunning = false;
    this.start(this.#isWoken ? 0 : this.#pauseMs);
    this.#isWoken = false;
  }
}
