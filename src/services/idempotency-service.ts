import { UserError } from '../base/errors.ts';
import { ignoring } from '../base/ignoring.ts';
import type { Db, Tx } from '../db/client.ts';
import { isConnectionError } from '../db/errors.ts';
import { claimKey, keepWork, releaseKey, settleKey } from '../db/queries/idempotency.ts';

/** The keys of a process that died are released after this time. */
const LOCK_MS = 5 * 60_000;

export interface KeyedWork {
  /** The actor's id. */
  caller: string;
  key: string;
  /** A hash of everything that the request contains. */
  request: string;
  /** Identifies this attempt at it. */
  attempt: string;
}

export interface Answer {
  status: number;
  /** JSON. It is stored, so it must contain no credentials. */
  body: string;
}

/** The result of claiming a key: nothing yet, the work of an attempt that was not answered, or the first answer. */
export type Claim = { answer: Answer } | { work: unknown };

/**
 * Notes what a request has done, in the transaction that does it if one is given. If that fails, nothing is done.
 *
 * @param work JSON without credentials, not null
 */
export type Keep<W> = (work: W, tx?: Tx) => Promise<void>;

/** Answers a request that is repeated with the same `Idempotency-Key` header, and lets nothing be done twice. */
export class IdempotencyService {
  readonly #db: Db;

  constructor(deps: { db: Db }) {
    this.#db = deps.db;
  }

  /**
   * Claims a key for a request. Unless it is answered, the caller has to process it and then call `settle` or `release`.
   *
   * @throws UserError if the key belongs to another request, or to one that is in progress
   */
  async claim(work: KeyedWork): Promise<Claim> {
    const found = await this.#claim(work);
    if (!('request' in found)) return found;
    if (found.request !== work.request) {
      throw new UserError('key_reused', 'This Idempotency-Key was used for another request.', 'Use a new one.');
    }
    if (found.status === null) throw busy();
    return { answer: { status: found.status, body: found.body ?? '' } };
  }

  /** Notes what the request has done. @throws UserError if another attempt has taken the key and has done something */
  async keep({ caller, key }: KeyedWork, work: unknown, tx?: Tx): Promise<void> {
    if (!(await keepWork(tx ?? this.#db, { caller, key, work }))) throw busy();
  }

  async settle({ caller, key }: KeyedWork, answer: Answer): Promise<void> {
    await settleKey(this.#db, { caller, key, ...answer });
  }

  /** Releases the key of a request without an answer, so that it can be repeated. */
  async release(work: KeyedWork): Promise<void> {
    await releaseKey(this.#db, work);
  }

  async #claim(work: KeyedWork): Promise<Awaited<ReturnType<typeof claimKey>>> {
    try {
      return await claimKey(this.#db, { ...work, lockMs: LOCK_MS });
    } catch (error) {
      // The key may have been claimed, with the answer to that lost.
      if (isConnectionError(error)) await this.release(work).catch(ignoring('the key is released after some minutes'));
      throw error;
    }
  }
}

function busy(): UserError {
  return new UserError('key_busy', 'The first request with this Idempotency-Key is still in progress.');
}
