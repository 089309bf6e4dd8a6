import { sum } from '../../domain/sum.ts';

const OF_ONE_PERSON = 2;
const OF_ALL = 4;

interface Waiting {
  person: string;
  start: () => void;
}

/** A place in the queue of one interaction. */
export interface Turn {
  /** Resolves when it is the interaction's turn; at once if it already was. */
  take(): Promise<void>;
  /** Lets the next one in. */
  end(): void;
}

/** Limits how many interactions hold a file in memory: two of one person, and four in all. The others wait in order of arrival. */
export class Turns {
  readonly #running = new Map<string, number>();
  #waiting: Waiting[] = [];

  /** Nothing waits before it is taken, and it must be ended. */
  of(person: string): Turn {
    let taken: Promise<void> | undefined;
    return {
      take: () => {
        taken ??= this.#enter(person);
        return taken;
      },
      end: () => void taken?.then(() => this.#leave(person)),
    };
  }

  #enter(person: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ person, start: resolve });
    this.#admit();
    return promise;
  }

  #leave(person: string): void {
    const left = (this.#running.get(person) ?? 0) - 1;
    if (left > 0) this.#running.set(person, left);
    else this.#running.delete(person);
    this.#admit();
  }

  #admit(): void {
    this.#waiting = this.#waiting.filter(({ person, start }) => {
      const own = this.#running.get(person) ?? 0;
      const all = sum(this.#running.values());
      if (own >= OF_ONE_PERSON || all >= OF_ALL) return true;
      this.#running.set(person, own + 1);
      start();
      return false;
    });
  }
}
