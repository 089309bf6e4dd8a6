import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import { type Look, readLooks, writeUse } from '../../db/queries/assignments/handout.ts';
import { PeriodicTask } from '../shared/periodic-task.ts';
import type { Caller } from '../vps/token-service.ts';

const FLUSH_MS = 1_000;
const HOUR_MS = 3_600_000;
const hourOf = (at: number) => Math.floor(at / HOUR_MS);

/**
 * Remembers what programs were given, and writes it down every second as one set: a write with each answer would cost more than
 * the answer. A crash loses that second at most; leaving in order loses nothing.
 */
export class UseLog {
  readonly #db: Db;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #flushes: PeriodicTask;
  #proxyIds = new Set<number>();
  #tokenIds = new Set<number>();
  #looks: Look[] = [];
  /** Who has looked at which accounts in this hour; those are audited already. */
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

  /** Takes up what was audited in this hour before a restart, and begins to write. */
  async start(): Promise<void> {
    this.#hour = hourOf(this.#now());
    for (const { actorId, accountId } of await readLooks(this.#db, new Date(this.#hour * HOUR_MS))) {
      this.#isFirst(actorId, accountId);
    }
    this.#flushes.start(FLUSH_MS);
  }

  async stop(): Promise<void> {
    await this.#flushes.stop();
    await this.flush();
  }

  /** A program has used a proxy, or said how it went. */
  noteUse(caller: Caller, proxyId: number): void {
    this.#proxyIds.add(proxyId);
    if (caller.kind === 'vps') this.#tokenIds.add(caller.tokenId);
  }

  /** A program was given the credentials of an account's proxy. */
  noteLook(caller: Caller, accountId: number, proxyId: number): void {
    this.noteUse(caller, proxyId);
    const now = this.#now();
    if (hourOf(now) !== this.#hour) {
      this.#hour = hourOf(now);
      this.#seen.clear();
    }
    const { actor } = caller;
    if (this.#isFirst(actor.id, accountId)) this.#looks.push({ actor, accountId, proxyId, at: now });
  }

  /** Writes what was noted so far, after what is being written; what cannot be written is kept for the next time. */
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
    const [proxyIds, tokenIds, looks] = [this.#proxyIds, this.#tokenIds, this.#looks];
    this.#proxyIds = new Set();
    this.#tokenIds = new Set();
    this.#looks = [];
    try {
      await writeUse(this.#db, { proxyIds: [...proxyIds], tokenIds: [...tokenIds], looks });
    } catch (err) {
      this.#log.warn({ err }, 'the use of proxies could not be recorded; retrying');
      for (const id of proxyIds) this.#proxyIds.add(id);
      for (const id of tokenIds) this.#tokenIds.add(id);
      this.#looks.unshift(...looks);
    }
  }
}
