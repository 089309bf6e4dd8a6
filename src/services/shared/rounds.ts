import type { Logger } from '../../base/logger.ts';

/** Does something again and again, with a pause after each round, until it is stopped. A round that fails is followed by the next. */
export class Rounds {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #pauseMs: number;
  readonly #log: Logger;
  readonly #failed: string;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /**
   * @param options.work gets a signal that is aborted as soon as no more is wanted
   * @param options.failed what the log says of a round that fails
   */
  constructor(options: {
    work(signal: AbortSignal): Promise<void>;
    pauseMs: number;
    log: Logger;
    failed: string;
  }) {
    this.#work = options.work;
    this.#pauseMs = options.pauseMs;
    this.#log = options.log;
    this.#failed = options.failed;
  }

  /** @param inMs when the first round begins; at once if not said */
  start(inMs = 0): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round();
    }, inMs);
  }

  /** Resolves when the round that is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #round(): Promise<void> {
    try {
      await this.#work(this.#stopped.signal);
    } catch (err) {
      this.#log.warn({ err }, `${this.#failed}; it is tried again`);
    }
    this.start(this.#pauseMs);
  }
}
