import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../base/errors.ts';
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
    let worker: Worker | undefined;
    const close = async () => {
      await worker?.terminate();
      this.#give();
    };
    try {
      const started = startWorker(script, bytes, job);
      worker = started;
      const first = await nextReply<S>(started);
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
  const worker = new Worker(script, {
    workerData,
    transferList: ownBuffer(bytes),
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB, maxYoungGenerationSizeMb: WORKER_YOUNG_MIB },
  });
  // Whoever waits for a reply hears of it; an error that nobody listens to would end the program.
  worker.on('error', () => undefined);
  return worker;
}

/** The bytes are handed over rather than copied, where the buffer behind them is theirs alone. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer[] {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? [buffer] : [];
}

/** Asks for a piece while the one before is being written, and for no more than that. */
async function* pieces(worker: Worker, request: unknown): AsyncGenerator<Uint8Array> {
  let coming = ask(worker, request);
  for (;;) {
    const reply = await coming;
    if (reply.kind !== 'chunk') return;
    coming = ask(worker, request);
    coming.catch(() => undefined);
    yield reply.text;
  }
}

function ask(worker: Worker, request: unknown): Promise<WorkerReply<never>> {
  const reply = nextReply<never>(worker);
  worker.postMessage(request);
  return reply;
}

async function nextReply<S>(worker: Worker): Promise<WorkerReply<S>> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([reply]) => reply as WorkerReply<S>),
      once(worker, 'exit', { signal }).then(() => {
        throw new Error('the worker that reads the file ended early');
      }),
    ]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw new UserError('file_too_large', 'The file is too large to import at once.', 'Split it.');
    }
    throw error;
  } finally {
    ended.abort();
  }
}
