import { setTimeout as wait } from 'node:timers/promises';
import { ignoring } from '../../base/ignoring.ts';

/** Discord allows five edits per five seconds and channel, and other messages are edited too. */
const PACE_MS = 2000;

/** Made once: each answer ends its progress, and the error that `abort` would make with its stack takes longer than the rest of it. */
export const OVER = new Error('the progress is over');

/** Sends the latest state of a long run at a pace that Discord allows; states superseded while waiting are never sent. */
export class Progress<T> {
  readonly #send: (state: T) => Promise<void>;
  readonly #pause: (signal: AbortSignal) => Promise<void>;
  readonly #ended = new AbortController();
  #next: { state: T } | undefined;
  #sending: Promise<void> | undefined;

  /**
   * @param send never rejects
   * @param pause waits between two states, and returns early when its signal aborts
   */
  constructor(send: (state: T) => Promise<void>, pause = pace) {
    this.#send = send;
    this.#pause = pause;
  }

  show(state: T): void {
    if (this.#ended.signal.aborted) return;
    this.#next = { state };
    this.#sending ??= this.#drain();
  }

  /** Resolves when no update is in flight, so that a later message is not overwritten. */
  async stop(): Promise<void> {
    this.#next = undefined;
    this.#ended.abort(OVER);
    await this.#sending;
  }

  async #drain(): Promise<void> {
    while (this.#next) {
      const { state } = this.#next;
      this.#next = undefined;
      await this.#send(state);
      await this.#pause(this.#ended.signal);
    }
    this.#sending = undefined;
  }
}

async function pace(signal: AbortSignal): Promise<void> {
  await wait(PACE_MS, undefined, { signal }).catch(ignoring('the pause ends early if the progress does'));
}
