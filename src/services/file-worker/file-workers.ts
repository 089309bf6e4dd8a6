import { Worker } from 'node:worker_threads';
import { UserError } from '../../base/errors.ts';
import { ignoring } from '../../base/ignoring.ts';
import type { FileErrorCode } from '../../domain/parse/file-error.ts';

/** What a worker is started with. */
export interface WorkerJob<J> {
  bytes: Uint8Array;
  job: J;
}

/** What a worker says. `end` closes the lines that were asked for. */
export type WorkerReply<S> =
  | { kind: 'summary'; summary: S }
  | { kind: 'refused'; code: FileErrorCode; message: string }
  | { kind: 'chunk'; text: Uint8Array }
  | { kind: 'end' };

/** Heap of one worker; a file that wants more is refused, and the bot lives on. */
const WORKER_HEAP_MIB = 320;

/** Rows live until they are written, so room for the short-lived would only be memory that is held. */
const WORKER_YOUNG_MIB = 16;

/** Files that are read at the same time; the next ones wait in turn. */
const MAX_WORKERS = 2;

/** A file that a worker has parsed and that goes on to hand out, a piece at a time, what COPY writes. */
export interface OpenFile<S, R> extends AsyncDisposable {
  summary: S;
  /** The lines that a request asks for; the next piece is made while one is being written. */
  lines(request: R): AsyncIterable<Uint8Array>;
}

/** Reads files in worker threads, so that the bot answers meanwhile; a worker's script calls `serveFile`. */
export class FileWorkers {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @throws UserError where the file as a whole cannot be read */
  async open<S, R>(script: URL, bytes: Uint8Array, job: unknown): Promise<OpenFile<S, R>> {
    await this.#take();
    let worker: FileWorker | undefined;
    const close = async () => {
      await worker?.terminate();
      this.#give();
    };
    try {
      const started = new FileWorker(startWorker(script, bytes, job));
      worker = started;
      const first = await started.reply<S>();
      if (first.kind === 'refused') throw new UserError(first.code, first.message);
      if (first.kind !== 'summary') throw new Error(`the worker began with ${first.kind}`);
      return {
        summary: first.summary,
        lines: (request) => pieces(started, request),
        [Symbol.asyncDispose]: close,
      };
    } catch (error) {
      await close();
      throw error;
    }
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
  return new Worker(script, {
    workerData,
    transferList: ownBuffer(bytes),
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB, maxYoungGenerationSizeMb: WORKER_YOUNG_MIB },
  });
}

/** A worker, and how it ended: who waits for a reply, or asks later, gets the error. */
class FileWorker {
  readonly #worker: Worker;
  readonly #end = Promise.withResolvers<never>();

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('error', (error) => this.#end.reject(error));
    worker.on('exit', () => this.#end.reject(new Error('the worker that reads the file ended early')));
    this.#end.promise.catch(ignoring('every reply that is waited for rejects with it'));
  }

  /** The next thing that it says. */
  async reply<S>(): Promise<WorkerReply<S>> {
    // A worker that ends right after its reply may have both told at once. The reply counts then: it is settled first, by the event
    // itself, which the promise of `once` is not.
    const { promise, resolve } = Promise.withResolvers<WorkerReply<S>>();
    this.#worker.once('message', resolve);
    try {
      return await Promise.race([promise, this.#end.promise]);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        throw new UserError('file_too_large', 'The file is too large to import at once.', 'Split it.');
      }
      throw error;
    } finally {
      this.#worker.off('message', resolve);
    }
  }

  ask(request: unknown): Promise<WorkerReply<never>> {
    const reply = this.reply<never>();
    this.#worker.postMessage(request);
    return reply;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** The bytes are handed over rather than copied, where the buffer behind them is theirs alone. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer[] {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? [buffer] : [];
}

/** Asks for a piece while the one before is being written, and for no more than that. */
async function* pieces(worker: FileWorker, request: unknown): AsyncGenerator<Uint8Array> {
  let coming = worker.ask(request);
  for (;;) {
    const reply = await coming;
    if (reply.kind !== 'chunk') return;
    coming = worker.ask(request);
    coming.catch(ignoring('it is awaited after the piece before it was written'));
    yield reply.text;
  }
}
