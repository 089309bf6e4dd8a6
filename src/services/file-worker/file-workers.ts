import type { Worker } from 'node:worker_threads';
import { UserError } from '../../base/errors.ts';
import { ignoring } from '../../base/ignoring.ts';
import type { FileErrorCode } from '../../domain/parse/file-error.ts';
import { startThread } from '../threads/start-thread.ts';

/** Data that a worker is started with. */
export interface WorkerJob<J> {
  bytes: Uint8Array;
  job: J;
}

/** A message from a worker. `opened` or `refused` comes first; `end` follows the last of the requested pieces. */
export type WorkerReply<S> =
  | { kind: 'opened' }
  | { kind: 'summary'; summary: S }
  | { kind: 'refused'; code: FileErrorCode; message: string }
  | { kind: 'piece'; bytes: Uint8Array }
  | { kind: 'end' };

/** Heap limit of one worker. A file that needs more is rejected, and the bot keeps running. */
const WORKER_HEAP_MIB = 320;

/** Rows live until they are written, so a larger young generation would only hold memory. */
const WORKER_YOUNG_MIB = 16;

/** Time that a worker has for each reply, in milliseconds. The largest file takes a few seconds on a slow machine. */
const REPLY_MS = 60_000;

/** Number of files that are read at the same time; further ones wait in order. */
const MAX_WORKERS = 2;

/** A request to a worker: the next piece of some kind, or the summary. */
export type WorkerRequest<R> = R | { kind: 'summary' };

/** A file in a worker, which returns its rows as COPY data piece by piece. It can be closed more than once. */
export interface OpenFile<S, R> extends AsyncDisposable {
  /**
   * The rows for a request. The next piece is prepared while the current one is written; a piece is valid until the next one is asked
   * for.
   *
   * @throws UserError if the file turns out to be unreadable
   */
  pieces(request: R): AsyncIterable<Uint8Array>;
  /** Asked for after the last row. */
  summary(): Promise<S>;
}

/** Reads files in worker threads, so that the main thread stays responsive. A worker's script calls `serveFile`. */
export class FileWorkers {
  readonly #replyMs: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param options.replyMs time that a worker has for each reply; a worker that needs longer is ended */
  constructor({ replyMs = REPLY_MS }: { replyMs?: number } = {}) {
    this.#replyMs = replyMs;
  }

  /** @throws UserError if the file cannot be read */
  async open<S, R>(script: URL, bytes: Uint8Array, job: unknown): Promise<OpenFile<S, R>> {
    await this.#take();
    let worker: FileWorker | undefined;
    let closing: Promise<void> | undefined;
    const close = () => {
      closing ??= this.#end(worker);
      return closing;
    };
    try {
      const started = new FileWorker(startWorker(script, bytes, job), this.#replyMs);
      worker = started;
      const first = await started.reply();
      if (first.kind !== 'opened') throw unexpected(first);
      return {
        pieces: (request) => pieces(started, request),
        async summary() {
          const reply = await started.ask<S>({ kind: 'summary' });
          if (reply.kind !== 'summary') throw unexpected(reply);
          return reply.summary;
        },
        [Symbol.asyncDispose]: close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  }

  async #end(worker: FileWorker | undefined): Promise<void> {
    await worker?.terminate();
    this.#give();
  }

  async #take(): Promise<void> {
    if (this.#running < MAX_WORKERS) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}

function startWorker(script: URL, bytes: Uint8Array, job: unknown): Worker {
  const workerData: WorkerJob<unknown> = { bytes, job };
  return startThread(script, {
    workerData,
    transferList: ownBuffer(bytes),
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB, maxYoungGenerationSizeMb: WORKER_YOUNG_MIB },
  });
}

/** A worker and its end. A pending reply, and any later one, is rejected with the error. */
class FileWorker {
  readonly #worker: Worker;
  readonly #replyMs: number;
  readonly #end = Promise.withResolvers<never>();

  constructor(worker: Worker, replyMs: number) {
    this.#worker = worker;
    this.#replyMs = replyMs;
    worker.on('error', (error) => this.#end.reject(error));
    worker.on('exit', () => this.#end.reject(new Error('the worker that reads the file ended early')));
    this.#end.promise.catch(ignoring('every reply that is waited for rejects with it'));
  }

  /** The next message of the worker. */
  async reply<S = never>(): Promise<WorkerReply<S>> {
    // A worker that ends right after its reply may report both at once. The reply then counts: its event settles the
    // promise first, which the promise of `once` would not.
    const { promise, resolve } = Promise.withResolvers<WorkerReply<S>>();
    this.#worker.once('message', resolve);
    const deadline = setTimeout(() => this.#giveUp(), this.#replyMs);
    try {
      return await Promise.race([promise, this.#end.promise]);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        throw new UserError('file_too_large', 'The file is too large to import at once.', 'Split it.');
      }
      throw error;
    } finally {
      clearTimeout(deadline);
      this.#worker.off('message', resolve);
    }
  }

  #giveUp(): void {
    this.#end.reject(new UserError('file_too_slow', 'The file took too long to read.', 'Split it.'));
  }

  ask<S = never>(request: unknown): Promise<WorkerReply<S>> {
    const reply = this.reply<S>();
    this.#worker.postMessage(request);
    return reply;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** The error that a reply means which is not the one that was asked for. */
function unexpected(reply: WorkerReply<unknown>): Error {
  return reply.kind === 'refused'
    ? new UserError(reply.code, reply.message)
    : new Error(`the worker answered with ${reply.kind}`);
}

/** The bytes are transferred instead of copied if they own their whole buffer. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer[] {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? [buffer] : [];
}

/** Requests one piece ahead: the next piece is prepared while the current one is written. */
async function* pieces(worker: FileWorker, request: unknown): AsyncGenerator<Uint8Array> {
  let coming = worker.ask(request);
  for (;;) {
    const reply = await coming;
    if (reply.kind === 'end') return;
    if (reply.kind !== 'piece') throw unexpected(reply);
    coming = worker.ask(request);
    coming.catch(ignoring('it is awaited after the piece before it was written'));
    yield reply.bytes;
  }
}
