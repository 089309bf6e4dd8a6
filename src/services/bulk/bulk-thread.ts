import type { Worker } from 'node:worker_threads';
import { noteEffect } from '../../base/effects.ts';
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import { DatabaseAwayError } from '../../db/errors.ts';
import { isLargePool } from '../../db/queries/assignments/pool.ts';
import { startThread } from '../threads/start-thread.ts';
import type { BulkReply, BulkRequest, BulkThreadData } from './bulk-messages.ts';
import type { BulkCall, BulkResult, BulkRunner, BulkTask } from './bulk-runner.ts';

/** Up to this many proxies, or accounts, are planned on the main thread, in a few milliseconds. */
const FEW_ROWS = 5000;

interface Caller {
  resolve(reply: BulkReply): void;
  reject(error: Error): void;
}

/**
 * A thread that plans and changes large pools on its own connections, so that the main thread stays responsive. It
 * starts on first use and starts again after it has ended.
 */
export class BulkThread implements BulkRunner {
  readonly #db: Db;
  readonly #data: BulkThreadData;
  readonly #log: Logger;
  readonly #callers = new Map<number, Caller>();
  #worker: Worker | undefined;
  #asked = 0;
  #isLarge = false;

  constructor(deps: { db: Db; databaseUrl: string; yields?: boolean | undefined; log: Logger }) {
    this.#db = deps.db;
    this.#log = deps.log;
    this.#data = { databaseUrl: deps.databaseUrl, yields: deps.yields === true, logLevel: deps.log.level };
  }

  async run<K extends BulkTask>(call: BulkCall<K>, here: () => Promise<BulkResult<K>>): Promise<BulkResult<K>> {
    if (await call.isFew?.(this.#db)) return here();
    const isLarge = (await this.#isLargePool()) || ((await call.rows?.()) ?? 0) > FEW_ROWS;
    return isLarge ? this.runInThread(call) : here();
  }

  /** Rows of proxies and accounts are kept forever, so that a large pool stays one. */
  async #isLargePool(): Promise<boolean> {
    this.#isLarge ||= await isLargePool(this.#db, FEW_ROWS);
    return this.#isLarge;
  }

  /** Runs a task in the thread, whatever the size of the pool. */
  async runInThread<K extends BulkTask>({ task, args }: BulkCall<K>): Promise<BulkResult<K>> {
    const reply = await this.#ask({ id: ++this.#asked, task, args });
    if (reply.mayHaveChanged) noteEffect();
    if (reply.kind === 'refused') throw new UserError(reply.code, reply.message, reply.hint);
    if (reply.kind === 'failed') {
      throw reply.isDatabaseAway ? new DatabaseAwayError() : new Error('a bulk task failed in its thread');
    }
    return reply.result as BulkResult<K>;
  }

  async #ask(request: BulkRequest): Promise<BulkReply> {
    const worker = this.#started();
    const reply = new Promise<BulkReply>((resolve, reject) => this.#callers.set(request.id, { resolve, reject }));
    worker.postMessage(request);
    try {
      return await reply;
    } catch (error) {
      // The thread ended without a reply, so how much it has done is unknown.
      noteEffect();
      throw error;
    }
  }

  /** Ends the thread; PostgreSQL rolls back its open transaction. */
  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = startThread(new URL('./bulk-worker.ts', import.meta.url), { workerData: this.#data });
    worker.on('message', (reply: BulkReply) => this.#settle(reply));
    let cause: unknown;
    // An error of the thread itself, such as too little memory, ends it; `exit` follows.
    worker.on('error', (err) => {
      cause = err;
      this.#log.error({ err }, 'the thread of bulk tasks failed');
    });
    worker.on('exit', () => this.#end(cause));
    this.#worker = worker;
    return worker;
  }

  #settle(reply: BulkReply): void {
    this.#callers.get(reply.id)?.resolve(reply);
    this.#callers.delete(reply.id);
  }

  #end(cause: unknown): void {
    this.#worker = undefined;
    const ended = new Error('the thread of a bulk task ended', { cause });
    for (const { reject } of this.#callers.values()) reject(ended);
    this.#callers.clear();
  }
}
