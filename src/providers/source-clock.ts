import { setTimeout as sleep } from 'node:timers/promises';

/** Time as a source needs it, so that tests do not wait. */
export interface SourceClock {
  /** Monotonic, in milliseconds. */
  now(): number;
  date(): Date;
  /** Rejects with the abort reason of `signal`. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: SourceClock = {
  now: () => performance.now(),
  date: () => new Date(),
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
