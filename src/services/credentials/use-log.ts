import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import { type CredentialsAccess, readAccesses, writeUse } from '../../db/queries/assignments/credentials.ts';
import { PeriodicTask } from '../shared/periodic-task.ts';
import type { Caller } from '../vps/token-service.ts';

const FLUSH_MS = 1_000;
const HOUR_MS = 3_600_000;
const hourOf = (at: number) => Math.floor(at / HOUR_MS);

/**
 * Collects lookups and reports of programs and writes them once per second as a set: one write per response would cost
 * more than the response. A crash loses at most that second; an orderly shutdown loses nothing.
 */
export class UseLog {
  readonly #db: Db;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #flushes: PeriodicTask;
  #proxyIds = new Set<number>();
  #tokenIds = new Set<number>();
  #accesses: CredentialsAccess[] = [];
  /** Actors with the accounts that they have accessed in this hour; these accesses are already in the audit log. */
  #seen = new Map<string, Set<number>>();
  #hour = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: { db: Db; log: Logger; now?: () => number }) {
    this.#db = deps.db;
    this.#log = deps.log;
    this.#now = deps.now ?? Date.now;
    const run = () => this.flush();
    this.#flushes = new PeriodicTask({ run, pauseMs: FLUSH_MS, log: deps.log, failure: 'writing the use log failed' });
  }

  /** Reads the accesses that were audited in this hour before a restart, and starts the periodic write. */
  async start(): Promise<void> {
    this.#hour = hourOf(this.#now());
    for (const { actorId, accountId } of await readAccesses(this.#db, new Date(this.#hour * HOUR_MS))) {
      this.#isFirst(actorId, accountId);
    }
    this.#flushes.start(FLUSH_MS);
  }

  async stop(): Promise<void> {
    await this.#flushes.stop();
    await this.flush();
  }

  /** Records that a program has used a proxy or has reported on it. */
  noteUse(caller: Caller, proxyId: number): void {
    this.#proxyIds.add(proxyId);
    if (caller.kind === 'vps') this.#tokenIds.add(caller.tokenId);
  }

  /** Records that a program has received the credentials of an account's proxy. */
  noteAccess(caller: Caller, accountId: number, proxyId: number): void {
    this.noteUse(caller, proxyId);
    const now = this.#now();
    if (hourOf(now) !== this.#hour) {
      this.#hour = hourOf(now);
      this.#seen.clear();
    }
    const { actor } = caller;
    if (this.#isFirst(actor.id, accountId)) this.#accesses.push({ actor, accountId, proxyId, at: now });
  }

  /** Writes the collected records after the write in progress. After a failed write they are kept for the next one. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #isFirst(actorId: string, accountId: number): boolean {
    const seen = this.#seen.get(actorId) ?? new Set();
    this.#seen.set(actorId, seen);
    return seen.size < seen.add(accountId).size;
  }

  async #write(): Promise<void> {
    if (this.#proxyIds.size === 0) return;
    const [proxyIds, tokenIds, accesses] = [this.#proxyIds, this.#tokenIds, this.#accesses];
    this.#proxyIds = new Set();
    this.#tokenIds = new Set();
    this.#accesses = [];
    try {
      await writeUse(this.#db, { proxyIds: [...proxyIds], tokenIds: [...tokenIds], accesses });
    } catch (err) {
      this.#log.warn({ err }, 'the use of proxies could not be recorded; retrying');
      for (const id of proxyIds) this.#proxyIds.add(id);
      for (const id of tokenIds) this.#tokenIds.add(id);
      this.#accesses.unshift(...accesses);
    }
  }
}
