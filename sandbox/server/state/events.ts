import type { Interaction, Message, Thread } from './model.ts';

/** A request of the bot and its result. */
export interface RequestRecord {
  id: string;
  at: number;
  method: string;
  path: string;
  status: number;
  /** Response time in milliseconds. */
  tookMs: number;
  /** The JSON body or part, if any. */
  body: unknown;
  /** Names of the files that were sent with it. */
  files: string[];
  /** Discord's error code and message, if it was rejected. */
  refusal?: { code: number; message: string };
}

/** An action of the bot that Discord rejects or silently ignores. */
export interface Violation {
  at: number;
  /** `POST /interactions/1/callback`, or `gateway`; without tokens. */
  where: string;
  status: number;
  /** Discord's error code; 0 if there is none. */
  code: number;
  message: string;
  /** The errors with their fields: `components[0].label: Must be 80 or fewer in length.` */
  details: string[];
}

export type SandboxEvent =
  | { kind: 'message-created' | 'message-updated' | 'message-deleted'; message: Message }
  | { kind: 'thread-created' | 'thread-updated' | 'thread-deleted'; thread: Thread }
  | { kind: 'interaction'; interaction: Interaction }
  | { kind: 'commands' }
  | { kind: 'gateway'; isConnected: boolean }
  | { kind: 'request'; request: RequestRecord }
  | { kind: 'violation'; violation: Violation };

export type SandboxListener = (event: SandboxEvent) => void;

export class EventHub {
  readonly #listeners = new Set<SandboxListener>();

  /** @returns a function that unsubscribes */
  subscribe(listener: SandboxListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: SandboxEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /**
   * Resolves with the result of `probe` as soon as it is not undefined; `probe` is called now and after each event.
   *
   * @param deadlineMs by the machine's own clock: advancing the sandbox's clock does not end the wait
   * @throws the result of `late` after the deadline
   */
  until<T>(probe: () => T | undefined, deadlineMs: number, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        unsubscribe();
      };
      const ask = () => {
        try {
          const found = probe();
          if (found === undefined) return;
          end();
          resolve(found);
        } catch (error) {
          end();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        end();
        reject(late());
      }, deadlineMs);
      const unsubscribe = this.subscribe(ask);
      ask();
    });
  }
}
