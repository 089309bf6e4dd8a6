import { UserError } from '../base/errors.ts';
import type { Db } from '../db/client.ts';
import { claimKey, releaseKey, settleKey } from '../db/queries/idempotency.ts';

/** The keys of a process that died are released after this time. */
const LOCK_MS = 5 * 60_000;

export interface KeyedWork {
  /** The actor's id. */
  caller: string;
  key: string;
  /** A hash of everything that the request contains. */
  request: string;
}

export interface Answer {
  status: number;
  /** JSON. It is stored, so it must contain no credentials. */
  body: string;
}

/** Replays the stored response if a request is repeated with the same `Idempotency-Key` header. */
export class IdempotencyService {
  readonly #db: Db;

  constructor(deps: { db: Db }) {
    this.#db = deps.db;
  }

  /**
   * Claims a key for a request.
   *
   * @returns the stored response; undefined if the caller has to process the request and then call `settle` or
   * `release`
   * @throws UserError if the key belongs to another request, or to one that is in progress
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

  /** Releases the key of a request that had no effect, so that it can be repeated. */
  async release({ caller, key }: KeyedWork): Promise<void> {
    await releaseKey(this.#db, caller, key);
  }
}
