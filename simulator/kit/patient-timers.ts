/** Shorter timers are pauses, after which nothing fails. */
const LONG_MS = 2_000;
const STEP_MS = 100;

type Work = (...args: unknown[]) => void;
type SetTimeout = (work: Work, ms?: number, ...args: unknown[]) => NodeJS.Timeout;

/** A `setTimeout` whose timers from `longMs` on pass in steps that this process takes, so that no time passes while it is paused. */
export function patient({ longMs, stepMs }: { longMs: number; stepMs: number }, plain: SetTimeout): SetTimeout {
  return (work, ms = 0, ...args) => {
    if (ms < longMs) return plain(work, ms, ...args);
    let left = Math.ceil(ms / stepMs);
    const timer = plain(() => {
      if (--left > 0) timer.refresh();
      else work(...args);
    }, stepMs);
    return timer;
  };
}

/**
 * Makes the timers of this process patient, such as those of connections. Otherwise they would all end when a run goes on that was
 * paused, or for which the machine had no time.
 */
export function installPatientTimers(): void {
  const { setTimeout } = globalThis;
  const timeout = patient({ longMs: LONG_MS, stepMs: STEP_MS }, setTimeout);
  globalThis.setTimeout = Object.assign(timeout, setTimeout) as typeof setTimeout;
}
