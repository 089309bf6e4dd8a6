interface Timer {
  dueAt: number;
  run: () => void;
  handle: NodeJS.Timeout;
}

/** The machine's clock, which tests can advance: timers that become due run at once, in order. */
export class SandboxClock {
  #aheadMs = 0;
  readonly #timers = new Set<Timer>();

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Runs `run` after `delayMs`. @returns a function that cancels it */
  after(delayMs: number, run: () => void): () => void {
    const timer: Timer = {
      dueAt: this.now() + delayMs,
      run,
      handle: setTimeout(() => this.#fire(timer), delayMs),
    };
    timer.handle.unref();
    this.#timers.add(timer);
    return () => this.#drop(timer);
  }

  advance(byMs: number): void {
    this.#aheadMs += byMs;
    const due = [...this.#timers].filter((timer) => timer.dueAt <= this.now());
    for (const timer of due.sort((a, b) => a.dueAt - b.dueAt)) this.#fire(timer);
    for (const timer of this.#timers) this.#rearm(timer);
  }

  #fire(timer: Timer): void {
    if (!this.#timers.has(timer)) return;
    this.#drop(timer);
    timer.run();
  }

  #drop(timer: Timer): void {
    clearTimeout(timer.handle);
    this.#timers.delete(timer);
  }

  #rearm(timer: Timer): void {
    clearTimeout(timer.handle);
    timer.handle = setTimeout(() => this.#fire(timer), Math.max(0, timer.dueAt - this.now()));
    timer.handle.unref();
  }
}
