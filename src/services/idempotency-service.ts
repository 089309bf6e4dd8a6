import { UserError } from '../base/errors.ts';
import type { Db } from '../db/client.ts';
import { claimKey, releaseKey, settleKey } from '../db/queries/idempotency.ts';

/** A process that died lets go of its keys after this long. */
const LOCK_MS = 5 * 60_000;

export interface KeyedWork {
  /** The actor's id. */
  caller: string;
  key: string;
  /** A hash of all that the request asks for. */
  request: string;
}

export interface Answer {
  status: number;
  /** JSON. It is stored, so it must hold no credentials. */
  body: string;
}

/** Answers the repetition of a request as it answered the request (the header `Idempotency-Key`). */
export class IdempotencyService {
  readonly #db: Db;

  constructor(deps: { db: Db }) {
    this.#db = deps.db;
  }

  /**
   * Takes a key for a request that is to be worked on.
   *
   * @returns the first answer where there is one; undefined where the work is the caller's to do, and to `settle` or `release`
   * @throws UserError where the key stands for another request, or for one that is being worked on
   */
  async claim({ caller, key, request }: KeyedWork): Promise<Answer | undefined> {
    const found = await claimKey(this.#db, { caller, key, request, lockMs: LOCK_MS });
    if (!found) return undefined;
    if (found.request !== request) {
      throw new UserError('key_reused', 'This Idempotency-Key was used for another request.', 'Use a new one.');
    }
    if (found.status === null) {
      throw new UserError('key_busy', 'The first request with this Idempotency-Key is still in progress.');
    }
    return { status: found.status, body: found.body ?? '' };
  }

  async settle({ caller, key }: KeyedWork, answer: Answer): Promise<void> {
    await settleKey(this.#db, { caller, key, ...answer });
  }

  /** Nothing was done: the same key may try again. */
  async release({ caller, key }: KeyedWork): Promise<void> {
    await releaseKey(this.#db, caller, key);
  }
}
