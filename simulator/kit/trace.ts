import { createHash } from 'node:crypto';

/** Lines that are kept, to show what led to a violation. */
const MOST = 60;

/** What happened in a run, in order. Its digest is the same for two runs if they took the same course. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #last: string[] = [];
  readonly #write: ((line: string) => void) | undefined;
  #lines = 0;

  /** @param write gets each line, if the whole trace is wanted */
  constructor(write?: (line: string) => void) {
    this.#write = write;
  }

  get lines(): number {
    return this.#lines;
  }

  /** The last lines, the oldest first. */
  get last(): readonly string[] {
    return this.#last;
  }

  note(at: number, text: string): void {
    const line = `${new Date(at).toISOString()} ${text}`;
    this.#hash.update(line);
    this.#lines++;
    this.#last.push(line);
    if (this.#last.length > MOST) this.#last.shift();
    this.#write?.(line);
  }

  /** To be called once, at the end. */
  digest(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }
}
