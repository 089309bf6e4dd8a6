import { Worker } from 'node:worker_threads';
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Db } from '../../db/client.ts';
import { isLargePool } from '../../db/queries/assignments/pool.ts';
import type { BulkReply, BulkRequest, BulkThreadData } from './bulk-messages.ts';
import type { BulkCall, BulkResult, BulkRunner, BulkTask } from './bulk-runner.ts';

/** As many proxies, or accounts, are planned for in a few milliseconds. */
const FEW_ROWS = 5000;

interface Caller {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * A thread that plans and changes large pools on connections of its own, so that the bot answers meanwhile. It starts when it is
 * first needed, and anew after it has ended.
 */
export class BulkThread implements BulkRunner {
  readonly #db: Db;
  readonly #data: BulkThreadData;
  readonly #callers = new Map<number, Caller>();
  #worker: Worker | undefined;
  #asked = 0;

  constructor(deps: { db: Db; databaseUrl: string; log: Logger }) {
    this.#db = deps.db;
    this.#data = { databaseUrl: deps.databaseUrl, logLevel: deps.log.level };
  }

  async run<K extends BulkTask>(call: BulkCall<K>, here: () => Promise<BulkResult<K>>): Promise<BulkResult<K>> {
    const isLarge = (await isLargePool(this.#db, FEW_ROWS)) || ((await call.rows?.()) ?? 0) > FEW_ROWS;
    return isLarge ? this.runInThread(call) : here();
  }

  /** Runs a task in the thread, whatever the size of the pool. */
  runInThread<K extends BulkTask>({ task, args }: BulkCall<K>): Promise<BulkResult<K>> {
    const worker = this.#started();
    const request: BulkRequest = { id: ++this.#asked, task, args };
    const result = new Promise((resolve, reject) => this.#callers.set(request.id, { resolve, reject }));
    worker.postMessage(request);
    return result as Promise<BulkResult<K>>;
  }

  /** Ends the thread; PostgreSQL rolls back what it is in the middle of. */
  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./bulk-worker.ts', import.meta.url), { workerData: this.#data });
    worker.on('message', (reply: BulkReply) => this.#settle(reply));
    // An error of the thread itself, such as too little memory, ends it: `exit` follows.
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#end());
    this.#worker = worker;
    return worker;
  }

  #settle(reply: BulkReply): void {
    const caller = this.#callers.get(reply.id);
    this.#callers.delete(reply.id);
    if (reply.kind === 'done') caller?.resolve(reply.result);
    else if (reply.kind === 'refused') caller?.reject(new UserError(reply.code, reply.message, reply.hint));
    else caller?.reject(new Error('a bulk task failed in its thread'));
  }

  #end(): void {
    this.#worker = undefined;
    for (const { reject } of this.#callers.values()) reject(new Error('the thread of a bulk task ended'));
    this.#callers.clear();
  }
}
