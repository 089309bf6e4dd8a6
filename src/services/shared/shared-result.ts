interface SharedResultOptions<T> {
  read(): Promise<T>;
  freshMs: number;
  /** Milliseconds of a clock that cannot jump; by default since the process started. */
  now?: (() => number) | undefined;
}

/**
 * A result that all callers share for a while. A failed one is not kept: its callers get the error, and the next call
 * reads again.
 */
export class SharedResult<T> {
  readonly #options: SharedResultOptions<T>;
  #last: { at: number; result: Promise<T> } | undefined;

  constructor(options: SharedResultOptions<T>) {
    this.#options = options;
  }

  /** @param options.isFresh whether an earlier result is not good enough */
  get({ isFresh = false }: { isFresh?: boolean } = {}): Promise<T> {
    const { read, freshMs, now = () => performance.now() } = this.#options;
    const last = this.#last;
    if (last && !isFresh && now() - last.at < freshMs) return last.result;
    const reading = { at: now(), result: read() };
    this.#last = reading;
    const forget = (error: unknown) => {
      if (this.#last === reading) this.#last = undefined;
      throw error;
    };
    reading.result = reading.result.catch(forget);
    return reading.result;
  }

  /** Discards the result, which is out of date. */
  forget(): void {
    this.#last = undefined;
  }
}
