import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../../base/logger.ts';

/** The result of `GET /users/@me`. If Discord did not answer, it says nothing about the token. */
export type TokenCheck = 'accepted' | 'rejected' | 'unknown';

type State = 'starting' | 'alive' | 'verifying' | 'lost';

/** A single rejection may be a fault of Discord; this many in a row are not. */
const REJECTIONS_UNTIL_LOST = 3;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

const LOST = 'Discord no longer accepts DISCORD_TOKEN. Copy it again from the developer portal (Bot → Reset Token).';

/**
 * Owns the answer to one question: does Discord accept the bot? Every rejected request, failed request and final close of the gateway
 * ends here. While that is in doubt the session is not alive, and asks until Discord answers.
 */
export class Session {
  readonly #check: () => Promise<TokenCheck>;
  readonly #onLost: (reason: string) => void;
  readonly #log: Logger;
  readonly #stopped = new AbortController();
  #state: State = 'starting';
  #verification: Promise<boolean> | undefined;

  /** @param deps.onLost called once, with a sentence, if the bot cannot go on */
  constructor(deps: { check: () => Promise<TokenCheck>; onLost: (reason: string) => void; log: Logger }) {
    this.#check = deps.check;
    this.#onLost = deps.onLost;
    this.#log = deps.log;
  }

  get isAlive(): boolean {
    return this.#state === 'alive';
  }

  get isLost(): boolean {
    return this.#state === 'lost';
  }

  /** The bot has logged in. Before that, a rejected token ends the start. */
  begin(): void {
    if (this.#state === 'starting') this.#state = 'alive';
  }

  /** Finds out whether Discord still accepts the token; callers at the same time share one verification. */
  async verify(reason: string): Promise<boolean> {
    if (this.#state === 'starting' || this.#state === 'lost') return false;
    this.#verification ??= this.#verify(reason).finally(() => {
      this.#verification = undefined;
    });
    return this.#verification;
  }

  /** Ends the session for good. */
  lose(reason: string): void {
    if (this.#state === 'lost' || this.#stopped.signal.aborted) return;
    this.#state = 'lost';
    this.#onLost(reason);
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #verify(reason: string): Promise<boolean> {
    this.#state = 'verifying';
    this.#log.warn({ reason }, 'the connection to Discord is in doubt; verifying the token');
    let rejections = 0;
    for (let attempt = 0; !this.#stopped.signal.aborted; attempt++) {
      const found = await this.#check();
      if (found === 'accepted') return this.#recover();
      rejections = found === 'rejected' ? rejections + 1 : 0;
      if (rejections === REJECTIONS_UNTIL_LOST) this.lose(LOST);
      if (this.isLost) return false;
      await this.#pause(attempt);
    }
    return false;
  }

  #recover(): boolean {
    if (this.isLost) return false;
    this.#state = 'alive';
    this.#log.info('Discord accepts the token; going on');
    return true;
  }

  async #pause(attempt: number): Promise<void> {
    const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    await wait(ms, undefined, { signal: this.#stopped.signal, ref: false }).catch((error: unknown) => {
      if (!this.#stopped.signal.aborted) throw error;
    });
  }
}
