import type { Logger } from '../../base/logger.ts';

/** Work that this process repeats for itself, with a pause after each run, until it is stopped. A failed run is logged and repeated. */
export class PeriodicTask {
  readonly #run: (signal: AbortSignal) => Promise<void>;
  readonly #pauseMs: number;
  readonly #log: Logger;
  readonly #failure: string;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /**
   * @param options.run gets a signal that is aborted when the task is stopped
   * @param options.failure the log message of a run that failed
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

  /** Resolves when the current run has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #repeat(): Promise<void> {
    try {
      await this.#run(this.#stopped.signal);
    } catch (err) {
      this.#log.warn({ err }, `${this.#failure}; trying again`);
    }
    this.start(this.#pauseMs);
  }
}
