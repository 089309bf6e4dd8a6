import type { SandboxState } from './state.ts';

/** Changes come in bursts; one write serves them all. */
const WRITE_AFTER_MS = 250;

/** Saves the state a moment after it changed. */
export class Persistence {
  readonly #state: SandboxState;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(state: SandboxState, onError: (error: unknown) => void) {
    this.#state = state;
    this.#unsubscribe = state.events.subscribe((event) => {
      if (event.kind === 'request' || event.kind === 'violation' || event.kind === 'gateway') return;
      this.#timer ??= setTimeout(() => this.#write().catch(onError), WRITE_AFTER_MS);
    });
  }

  /** Writes pending changes and unsubscribes. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#write();
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#state.save());
    return this.#writing;
  }
}
